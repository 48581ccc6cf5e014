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

describe('the whole page', () => {
  /** Its lines, with the style and the drawings left out. */
  const linesOf = (html: string) => html.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<svg [\s\S]*?<\/svg>/g, '<svg>').split('\n');

  test('of one service without anything to say has its parts in this order, and nothing else', () => {
    expect(linesOf(page(ORDERS)).slice(2)).toEqual([
      '<meta name="viewport" content="width=device-width,initial-scale=1"><title>ecs add</title></head><body>',
      '<h1>ecs add</h1>',
      '<p>1 service: 1 done. <span class="soft">Written at 2026-11-27T12:00:00Z.</span></p>',
      '<div class="scroll"><table><thead><tr><th scope="col">Service</th><th scope="col">Cluster</th><th scope="col">Result</th>'
        + '<th scope="col">Internet access</th><th scope="col">Messages</th></tr></thead><tbody>',
      '<tr><td><a href="#s1">orders</a></td><td>shop</td><td><span class="good">done</span></td><td></td><td></td></tr>',
      '</tbody></table></div>',
      '<section id="s1"><h3>orders</h3>',
      '<p class="soft">cluster shop, eu-west-1, account 111122223333</p>',
      '<p><span class="good">done</span></p>',
      '</section>',
      '</body></html>',
      '',
    ]);
  });

  test('of no service has only its notes', () => {
    const html = reportPage({ title: 'ecs add', writtenAt: 'now', services: [], notes: ['<one>', 'two'] });
    expect(linesOf(html).slice(3)).toEqual([
      '<h1>ecs add</h1>', '<p>0 services. <span class="soft">Written at now.</span></p>', '<p>&#60;one&#62;</p>', '<p>two</p>', '</body></html>', '',
    ]);
  });

  test('has a heading before the drawings', () => {
    const lines = linesOf(page({ ...ORDERS, paths: pathsOf(task(open)) }));
    expect(lines.slice(lines.indexOf('</section>') + 1)).toEqual([
      '<h2>Networks</h2>', '<section id="n1"><h3>Network 1: <span class="good">reachable</span></h3>', '<p class="soft">orders</p>',
      '<figure><svg></figure></section>', '</body></html>', '',
    ]);
  });

  test('counts the results, the most frequent one first, and lists each message once', () => {
    const [first] = REFUSED.messages;
    const again = { ...REFUSED, messages: [first, first, { ...first, id: 'networkMode', text: 'one line' }] };
    const html = page(ORDERS, again, again);
    expect(html).toContain('<p>3 services: 2 refused, 1 done. ');
    expect(rowsOf(html)[2].at(-1)).toBe('egressUnreachable, networkMode');
    const items = linesOf(html).filter(line => line.includes('<li>')).map(line => line.replace(/<span.*/, ''));
    expect(items).toEqual(['<ul><li>', '<li>', '<li>', '<ul><li>', '<li>', '<li>']);
  });

  test.each([
    [1, 'orders-0'], [2, 'orders-0, orders-1'], [20, 'orders-19'], [21, 'orders-19 and 1 more'],
  ])('a drawing for %s services names at most twenty', (count, end) => {
    const same = Array.from({ length: count }, (_, index) => ({ ...ORDERS, name: `orders-${index}`, paths: pathsOf(task(open)) }));
    const names = linesOf(page(...same)).filter(line => line.startsWith('<p class="soft">orders'));
    expect(names).toEqual([expect.stringMatching(new RegExp(`(>|, )${end}</p>$`))]);
  });
});
