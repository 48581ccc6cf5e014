import { placesPage } from '../../src/report';

const page = 'places/111122223333-eu-west-1/report.html';
const PLACE = { account: '111122223333', region: 'eu-west-1', outcome: 'done', tone: 'good', services: '3 enrolled', page } as const;

test('a page of places has a row for each, with a link to its services and the lines of its reason', () => {
  const html = placesPage({
    title: 'Enrolment daily', writtenAt: '2026-11-27T12:00:00Z', summary: '3 services in 2 places.',
    places: [PLACE, { ...PLACE, region: 'us-east-1', outcome: 'failed', tone: 'bad', services: '', reason: 'Denied:\n  <b>role</b>' }],
  });
  const rows = [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) => [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell]) => cell));
  expect(rows).toEqual([
    ['Account', 'Region', 'Result', 'Services', 'Why'],
    [`<a href="${page}">111122223333</a>`, 'eu-west-1', '<span class="good">done</span>', '3 enrolled', ''],
    [`<a href="${page}">111122223333</a>`, 'us-east-1', '<span class="bad">failed</span>', '', 'Denied:<br>&#60;b&#62;role&#60;/b&#62;'],
  ]);
  expect(html).toContain('<h1>Enrolment daily</h1>');
  expect(html).toContain('3 services in 2 places.');
  expect(html).toContain("default-src 'none'");
});
