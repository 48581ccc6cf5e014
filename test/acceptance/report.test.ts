import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Browser, chromium } from 'playwright-core';
import { BROWSER_ARGUMENTS, findChromium } from './browser';
import { EgressJudge } from '../../src/egress';
import { ReportedService, reportPage } from '../../src/report';
import { acl, allOut, closed, nat, open, subnet, task, to } from '../egress/build';

const executable = findChromium();
const browserTest = executable ? test : test.skip;
const NO_BROWSER = 'skipped: no Chromium was found; install one, or set CHROMIUM to its path';

const NETWORKS = [
  task(open), task([open, { ...closed, id: 'subnet-2' }], { startup: {} }), task(subnet([to('0.0.0.0/0', nat())], { networkAcl: acl(allOut) })),
];
const HOSTILE = '</td></table><script>document.title = "taken"</script><img src="https://example.com/x.png" onerror="document.title = \'taken\'">';

const SERVICES = NETWORKS.map((facts, index): ReportedService => ({
  name: index === 0 ? HOSTILE : `orders-${index}`,
  account: '111122223333',
  region: index === 0 ? 'eu-west-1' : 'us-east-1',
  cluster: 'shop',
  outcome: index === 0 ? 'done' : 'refused',
  tone: index === 0 ? 'good' : 'bad',
  messages: index === 0 ? [] : [{ severity: 'error', id: 'egressUnreachable', text: 'No way out.', address: 'https://example.com/findings#egressunreachable' }],
  changes: [{ sign: '+', text: `containerDefinitions[postman-insights-agent]  ${'a-long-value-'.repeat(20)}` }],
  paths: new EgressJudge().paths(facts),
}));

describe(executable ? 'the report in a browser' : `the report in a browser (${NO_BROWSER})`, () => {
  let folder: string;
  let browser: Browser | undefined;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'report-'));
    const file = join(folder, 'report.html');
    writeFileSync(file, reportPage({ title: 'ecs add', writtenAt: '2026-11-27T12:00:00Z', services: SERVICES }));
    address = pathToFileURL(file).href;
    if (executable) browser = await chromium.launch({ executablePath: executable, args: BROWSER_ARGUMENTS, timeout: 0 });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens the page, and notes what it asks for and what the console says. */
  async function shown(width: number, colorScheme: 'light' | 'dark', javaScriptEnabled = true) {
    const context = await browser!.newContext({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled });
    context.setDefaultTimeout(0);
    const page = await context.newPage();
    const noted: string[] = [];
    page.on('console', message => noted.push(message.text()));
    page.on('pageerror', error => noted.push(error.message));
    page.on('request', request => { if (request.url() !== address) noted.push(request.url()); });
    await page.goto(address, { waitUntil: 'load' });
    return { page, noted };
  }

  browserTest.each([1440, 768, 390])('at %i pixels it is no wider than the window; what is wider scrolls in its place', async width => {
    const { page, noted } = await shown(width, 'light');
    expect(await page.evaluate('[document.documentElement.scrollWidth, document.body.scrollWidth]')).toEqual([width, expect.any(Number)]);
    expect(noted).toEqual([]);
  });

  browserTest('text of others is text: nothing of it runs, and nothing is loaded', async () => {
    const { page, noted } = await shown(1440, 'light');
    expect(await page.title()).toBe('ecs add');
    expect(await page.locator('tbody tr').count()).toBe(SERVICES.length);
    expect(await page.locator('tbody td').first().textContent()).toBe(HOSTILE);
    expect([await page.locator('script, img').count(), noted]).toEqual([0, []]);
  });

  browserTest('without scripts a link of the table leads to the drawing of its network', async () => {
    const { page } = await shown(1440, 'light', false);
    await page.locator('tbody tr').nth(1).locator('a', { hasText: 'unreachable' }).click();
    expect(page.url()).toBe(`${address}#n2`);
    const drawing = page.locator('#n2 svg');
    const { width, height } = (await drawing.boundingBox())!;
    expect(Math.min(width, height)).toBeGreaterThan(100);
    expect(await drawing.getAttribute('aria-label')).toMatch(/^service orders-1: Postman at .* is unreachable$/);
  });

  browserTest('the page and its drawings are dark where the reader wants it', async () => {
    for (const [scheme, paper] of [['light', 'rgb(255, 255, 255)'], ['dark', 'rgb(13, 17, 23)']] as const) {
      const { page } = await shown(1440, scheme);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(paper);
      expect(await page.evaluate("getComputedStyle(document.querySelector('svg .paper')).fill")).toBe(paper);
    }
  });
});
