import { EgressJudge } from '../../src/egress';
import { ReportedService, reportPage } from '../../src/report';
import { closed, open, task } from '../egress/build';

const ORDERS: ReportedService = {
  name: 'orders', account: '111122223333', region: 'eu-west-1', cluster: 'shop', outcome: 'done', tone: 'good', messages: [],
};
const REFUSED: ReportedService = {
  ...ORDERS,
  name: 'search',
  outcome: 'refused',
  tone: 'bad',
  reason: ['Nothing was written.'],
  messages: [
    { severity: 'error', id: 'egressUnreachable', text: 'No way out:\n  - Subnet a has no route.', address: 'https://example.com/#egressunreachable' },
    { severity: 'info', id: 'unpinnedImage', text: 'The image has no digest.', address: 'https://example.com/#unpinnedimage' },
  ],
  changes: [{ sign: '-', text: 'cpu  256' }, { sign: '+', text: 'cpu  512' }],
};
const page = (...services: ReportedService[]) => reportPage({ title: 'ecs add', writtenAt: '2026-11-27T12:00:00Z', services });
const cellsOf = (row: string) => [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell]) => cell.replace(/<[^>]*>/g, ''));
const rowsOf = (html: string) => [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) => cellsOf(row));
const pathsOf = (facts: Parameters<EgressJudge['paths']>[0]) => new EgressJudge().paths(facts);

test('the table has each service with its result, its network and the ids of its messages', () => {
  const html = page({ ...ORDERS, paths: pathsOf(task(open)) }, { ...REFUSED, paths: pathsOf(task(closed)) });
  expect(rowsOf(html)).toEqual([
    ['Service', 'Cluster', 'Result', 'Internet access', 'Messages'],
    ['orders', 'shop', 'done', 'reachable', ''],
    ['search', 'shop', 'refused', 'unreachable', 'egressUnreachable'],
  ]);
  expect(html).toContain('2 services: 1 done, 1 refused.');
});

test('accounts and regions are shown where they differ', () => {
  expect(rowsOf(page(ORDERS, { ...ORDERS, region: 'us-east-1' }))[0]).toEqual(['Service', 'Region', 'Cluster', 'Result', 'Internet access', 'Messages']);
  expect(rowsOf(page(ORDERS, { ...ORDERS, account: '444455556666' }))[0]).toContain('Account');
});

test('a service has its reason, its messages with their explanation, and the changes', () => {
  const html = page(REFUSED);
  expect(html).toContain('<p>Nothing was written.</p>');
  expect(html).toContain('<span class="bad">refused</span> No way out:<br>- Subnet a has no route. <span class="soft">[egressUnreachable]</span>');
  expect(html).toContain('href="https://example.com/#egressunreachable"');
  expect(html).toContain('<pre><span class="removed">- cpu  256</span>\n<span class="added">+ cpu  512</span></pre>');
});

test('every link leads to a part of the page, and no part is there twice', () => {
  const html = page({ ...ORDERS, paths: pathsOf(task(open)) }, { ...REFUSED, paths: pathsOf(task(closed)) });
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(['s1', 's2', 'n1', 'n2']);
  for (const [, target] of html.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
});

test('services with one network share its drawing', () => {
  const same = Array.from({ length: 30 }, (_, index) => ({ ...ORDERS, name: `orders-${index}`, paths: pathsOf(task(open)) }));
  const html = page(...same, { ...REFUSED, paths: pathsOf(task(closed)) });
  expect(html.match(/<svg /g)).toHaveLength(2);
  expect(html).toContain('Network 1: <span class="good">reachable</span>');
  expect(html).toContain('orders-19 and 10 more');
  expect(html).toContain('<title>30 services: Postman at');
  expect(html).toContain('<title>service search: Postman at');
});

test('a report without services, networks or messages is a whole page', () => {
  expect(page()).toMatch(/^<!doctype html>[^]*0 services\.[^]*<\/html>\n$/);
  expect(page()).not.toContain('<table>');
  expect(page(ORDERS)).not.toContain('Networks');
  expect(page(ORDERS)).toContain('1 service: 1 done.');
});

test('notes of the run come before the table', () => {
  const html = reportPage({ title: 'ecs add', writtenAt: 'now', notes: ['Interrupted.'], services: [ORDERS] });
  expect(html.indexOf('<p>Interrupted.</p>')).toBeLessThan(html.indexOf('<table>'));
});

test('the page loads nothing and runs nothing, and text of others stays text', () => {
  const hostile = '</span><script src="https://example.com/x.js"></script><img onerror=alert(1)>"\'\u202e';
  const html = reportPage({
    title: hostile,
    writtenAt: hostile,
    notes: [hostile],
    services: [{
      name: hostile,
      account: hostile,
      region: hostile,
      cluster: hostile,
      outcome: hostile,
      tone: 'bad',
      reason: [hostile],
      messages: [{ severity: 'warning', id: hostile, text: hostile, address: hostile }],
      changes: [{ sign: '+', text: hostile }],
      paths: pathsOf(task({ ...closed, id: hostile })),
    }],
  });
  expect(html).not.toMatch(/<script|<img|<link|<iframe|\u202e/);
  expect(html).toContain("default-src 'none'");
  // Only the links to explanations leave the page, and only if a person follows them.
  expect([...html.matchAll(/(?:src|href)="([^"#][^"]*)"/g)].map(([, address]) => address)).toEqual([expect.stringContaining('&#60;script')]);
});
