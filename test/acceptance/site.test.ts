import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { extname, join, posix, resolve } from 'node:path';
import { Browser, chromium, Page } from 'playwright-core';
import { BROWSER_ARGUMENTS, findChromium } from './browser';
import { linkOnSite, siteName } from '../../docs/site/links';
import { pagesOf } from '../../docs/site/sidebar';

const ROOT = resolve(__dirname, '../..');
const DOCS = join(ROOT, 'docs');
const ADDRESS = 'https://github.com/cdkpostman/cdk-postman-live-collection';
/** The base of the published site: a link without it is broken. */
const BASE = '/cdk-postman-live-collection/';

mkdirSync(join(ROOT, '.cache'), { recursive: true });
const work = mkdtempSync(join(ROOT, '.cache/site-test-'));
const site = join(work, 'site');
afterAll(() => rmSync(work, { recursive: true, force: true }));

function build(docs: string, out: string): { readonly status: number | null; readonly output: string } {
  const vitepress = join(ROOT, 'node_modules/vitepress/bin/vitepress.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [vitepress, 'build', docs, '--base', BASE, '--outDir', out], {
    cwd: ROOT, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production', FORCE_COLOR: '0' },
  });
  return { status, output: `${stdout}${stderr}` };
}

const built = build('docs', site);

function filesUnder(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith(extension)).sort();
}

const pages = existsSync(site) ? filesUnder(site, '.html').filter(name => name !== '404.html') : [];

describe('the site', () => {
  test('the site is built without a warning', () => {
    expect(built).toMatchObject({ status: 0, output: expect.not.stringMatching(/warn/i) });
  });

  test('the site has a page for each file of docs/, and no other', () => {
    const sources = filesUnder(DOCS, '.md').map(name => siteName(name).replace(/md$/, 'html'));
    expect(pages).toEqual(sources.sort());
  });

  test.each([
    'index', 'quick-start/typescript', 'quick-start/python', 'quick-start/java', 'command-line', 'networks', 'testing', 'limits', 'security', 'threat-model',
    'troubleshooting',
    'architecture', 'api', 'findings', 'figures', 'decisions/index',
  ])('the site has the page %s, and every page links to it', name => {
    expect(pages).toContain(`${name}.html`);
    const link = `${BASE}${name.replace(/(^|\/)index$/, '$1')}${/(^|\/)index$/.test(name) ? '' : '.html'}`;
    const without = pages.filter(page => !attributes(read(page), 'a', 'href').includes(link));
    expect(without).toEqual([]);
  });
});

const read = (page: string) => readFileSync(join(site, page), 'utf8');

function decoded(text: string): string {
  return text.replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

/** The values of an attribute of all elements with a name. The name is a regular expression: `\\w+` matches any. */
function attributes(html: string, element: string, name: string): string[] {
  return [...html.matchAll(new RegExp(`<${element}\\b[^>]*?\\s${name}="([^"]*)"`, 'g'))].map(([, value]) => decoded(value));
}

describe('links of the built pages', () => {
  const ids = new Map<string, Set<string>>();
  const idsOf = (page: string): Set<string> => {
    const known = ids.get(page) ?? new Set(attributes(read(page), '\\w+', 'id'));
    ids.set(page, known);
    return known;
  };

  /** What is wrong with a link of a page; undefined if its target exists. */
  function fault(link: string, page: string): string | undefined {
    const { origin, pathname, hash } = new URL(link, `http://site${BASE}${page}`);
    if (origin !== 'http://site') return undefined;
    if (!pathname.startsWith(BASE)) return `${link} is outside of ${BASE}`;
    const path = decodeURIComponent(pathname.slice(BASE.length));
    const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
    if (!existsSync(join(site, file)) || statSync(join(site, file)).isDirectory()) return `${link}: there is no ${file}`;
    if (hash === '' || extname(file) !== '.html') return undefined;
    return idsOf(file).has(decodeURIComponent(hash.slice(1))) ? undefined : `${link}: ${file} has no such anchor`;
  }

  test.each([...pages, '404.html'])('every link, anchor, image, script and style of the page %s exists', page => {
    const html = read(page);
    const all = [...attributes(html, 'a', 'href'), ...attributes(html, 'link', 'href'), ...attributes(html, '(?:img|script|source)', 'src')];
    const links = all.filter(link => !link.startsWith('data:'));
    if (page !== '404.html') expect(links.length).toBeGreaterThan(10);
    expect(links.flatMap(link => fault(link, page) ?? [])).toEqual([]);
  });

  test('the check of links finds a broken link, a wrong anchor and a link outside of the base', () => {
    expect(fault('./nowhere.html', 'index.html')).toMatch('there is no nowhere.html');
    expect(fault('./networks.html#nowhere', 'index.html')).toMatch('no such anchor');
    expect(fault('/networks.html', 'index.html')).toMatch('is outside of');
  });

  test('no page loads anything from another host', () => {
    const loaded = pages.flatMap(page => [...attributes(read(page), 'link', 'href'), ...attributes(read(page), '(?:img|script|source|iframe|video)', 'src')]);
    const styles = filesUnder(site, '.css').flatMap(name => [...read(name).matchAll(/(?:url\(|@import )["']?([^"')]+)/g)].map(([, url]) => url));
    expect(loaded.length).toBeGreaterThan(pages.length);
    expect([...loaded, ...styles].filter(link => /^([a-z]+:)?\/\//i.test(link))).toEqual([]);
  });
});

test.each(['decisions', 'task-definitions'])('the sidebar has every page of %s, under its title', folder => {
  const entries = pagesOf(DOCS, folder);
  const files = readdirSync(join(DOCS, folder)).filter(name => name !== 'README.md');
  expect(entries.map(({ link }) => `${link}.md`).sort()).toEqual(files.map(name => `/${folder}/${name}`).sort());
  for (const { text, link } of entries) {
    const title = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '(?:<[^>]+>| )+');
    expect(decoded(read(`${link}.html`))).toMatch(new RegExp(`<h1[^>]*>${title}`));
  }
});

describe('links of the sources', () => {
  const place = { root: ROOT, docs: DOCS, address: ADDRESS, included: { 'API.md': 'api.md' } };

  test.each([
    ['command-line.md', 'decisions/README.md', './decisions/index.md'],
    ['command-line.md', 'decisions', './decisions/index.md'],
    ['decisions/9-one-bundle.md', '../command-line.md#the-key', '../command-line.md#the-key'],
    ['decisions/9-one-bundle.md', '../../README.md#use', `${ADDRESS}/blob/main/README.md#use`],
    ['command-line.md', '../emulator/README.md', `${ADDRESS}/blob/main/emulator/README.md`],
    ['command-line.md', '../examples/typescript', `${ADDRESS}/tree/main/examples/typescript`],
    ['architecture.md', 'draw.ts', `${ADDRESS}/blob/main/docs/draw.ts`],
    ['command-line.md', '../API.md#egresscheck', './api.md#egresscheck'],
    ['api.md', '../API.md', `${ADDRESS}/blob/main/API.md`],
    ['index.md', 'https://docs.aws.amazon.com/', 'https://docs.aws.amazon.com/'],
    ['index.md', '#anchor', '#anchor'],
  ])('on the page %s, the link %s becomes %s', (page, link, wanted) => {
    expect(linkOnSite(link, join(DOCS, page), place)).toBe(wanted);
  });

  test.each(['nowhere.md', '../nowhere.ts', '../../elsewhere.md', '/networks.md'])('a link to %s, which does not exist, is an error', link => {
    expect(() => linkOnSite(link, join(DOCS, 'index.md'), place)).toThrow(`docs/index.md: the link ${link} leads to nothing`);
  });

  test.each([
    ['to an image', '![there](nowhere.svg)', /nowhere\.svg/],
    ['by reference', 'To a page: [there][1]\n\n[1]: nowhere.md', /the link nowhere\.md leads to nothing/],
  ])('a dead link %s fails the build of the site', (_, text, message) => {
    const copy = mkdtempSync(join(work, 'copy-'));
    for (const name of readdirSync(ROOT).filter(entry => entry !== 'docs' && entry !== '.cache')) symlinkSync(join(ROOT, name), join(copy, name));
    cpSync(DOCS, join(copy, 'docs'), { recursive: true });
    // The other pages are there, and have no links: the build of all of them takes long.
    for (const name of filesUnder(DOCS, '.md')) if (!name.endsWith('README.md')) writeFileSync(join(copy, 'docs', name), '# Page\n');
    writeFileSync(join(copy, 'docs/mutation.md'), `# Page\n\n${text}\n`);
    const { status, output } = build(join(copy, 'docs'), join(copy, 'site'));
    expect(status).not.toBe(0);
    expect(output).toMatch(message);
  });
});

const executable = findChromium();
const browserTest = executable ? test : test.skip;
const NO_BROWSER = 'skipped: no Chromium was found; install one, or set CHROMIUM to its path';
if (!executable) console.log(`The site in a browser is ${NO_BROWSER}.`);

const TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://site');
    const path = posix.normalize(decodeURIComponent(pathname)).replace(BASE.slice(0, -1), '');
    const file = join(site, path.endsWith('/') ? `${path}index.html` : path);
    const found = pathname.startsWith(BASE) && existsSync(file) && statSync(file).isFile();
    response.writeHead(found ? 200 : 404, { 'content-type': TYPES[extname(file)] ?? 'text/plain' });
    response.end(found ? readFileSync(file) : 'nothing there');
  });
  return new Promise(done => server.listen(0, '127.0.0.1', () => done(server)));
}

/** The tables and paragraphs whose text is cut off. */
const CUT_OFF = `[...document.querySelectorAll('.vp-doc table, .vp-doc p, .vp-doc li')]
  .filter(element => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
  .map(element => element.textContent.slice(0, 80))`;

/** The blocks of code that are wider than the window, or whose text is cut off and cannot be scrolled. */
const CUT_CODE = `[...document.querySelectorAll('.vp-doc pre')]
  .filter(element => element.checkVisibility())
  .filter(element => {
    const { left, right } = element.getBoundingClientRect();
    const scrolls = ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    return left < 0 || right > innerWidth || (element.scrollWidth > element.clientWidth + 1 && !scrolls);
  })
  .map(element => element.textContent.slice(0, 80))`;

/** The pictures whose text is too small: their letters are 11 to 16 pixels high if a picture has its own size. Some of a wide window are smaller. */
const SMALL_PICTURES = `[...document.querySelectorAll('.vp-doc img')]
  .map(image => ({ name: image.getAttribute('src').slice(-40), scale: image.getBoundingClientRect().width / image.naturalWidth }))
  .filter(({ scale }) => !(scale >= (innerWidth < 1280 ? 0.75 : 0.55)))
  .map(({ name, scale }) => name + ' ' + scale)`;

describe(executable ? 'the site in a browser' : `the site in a browser (${NO_BROWSER})`, () => {
  let server: Server;
  let browser: Browser;
  let origin: string;
  const opened: Page[] = [];

  beforeAll(async () => {
    if (!executable) return;
    server = await serve();
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath: executable, args: BROWSER_ARGUMENTS, timeout: 0 });
  });

  afterEach(async () => {
    for (const page of opened.splice(0)) await page.context().close();
  });

  afterAll(async () => {
    await browser?.close();
    await new Promise(done => server ? server.close(done) : done(undefined));
  });

  /** Opens a page and collects its faults: errors on the console, uncaught errors, failed requests and requests to other hosts. */
  async function open(path: string, width = 1280): Promise<{ readonly page: Page; readonly faults: string[] }> {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    context.setDefaultTimeout(0);
    const page = await context.newPage();
    opened.push(page);
    const faults: string[] = [];
    page.on('console', message => { if (['error', 'warning'].includes(message.type())) faults.push(message.text()); });
    page.on('pageerror', error => faults.push(error.message));
    // Leaving a page cancels its requests for the next pages.
    page.on('requestfailed', request => { if (request.failure()?.errorText !== 'net::ERR_ABORTED') faults.push(`${request.url()} failed`); });
    page.on('request', request => {
      if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:')) faults.push(`${request.url()} is on another host`);
    });
    page.on('response', response => { if (response.status() >= 400) faults.push(`${response.url()} answers ${response.status()}`); });
    await page.goto(`${origin}${BASE}${path}`, { waitUntil: 'networkidle' });
    return { page, faults };
  }

  browserTest('the home page leads to the Python quick start', async () => {
    const { page, faults } = await open('');
    expect(await page.locator('h1').textContent()).toContain('Postman Insights and Live Collections on Amazon ECS');
    await page.locator('main a', { hasText: 'Python' }).first().click();
    await page.waitForURL('**/quick-start/python.html');
    await page.locator('h1', { hasText: 'Python' }).waitFor();
    expect(faults).toEqual([]);
  });

  browserTest('the sidebar leads to the network guide, whose pictures are drawn', async () => {
    const { page, faults } = await open('troubleshooting.html');
    await page.locator('.VPSidebar a', { hasText: 'Networks' }).click();
    await page.waitForURL('**/networks.html');
    await page.locator('h1', { hasText: 'Networks' }).waitFor();
    const sizes = await page.locator('main img').evaluateAll(images => images.map(image => {
      image.scrollIntoView();
      return (image as unknown as { naturalWidth: number }).naturalWidth;
    }));
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.min(...sizes)).toBeGreaterThan(100);
    expect(faults).toEqual([]);
  });

  browserTest('the search finds PENDING on the troubleshooting page', async () => {
    const { page, faults } = await open('');
    await page.locator('.VPNavBarSearch button').first().click();
    await page.locator('.VPLocalSearchBox input').fill('PENDING');
    const result = page.locator('.VPLocalSearchBox .result[href*="troubleshooting"]').first();
    await result.waitFor();
    await result.click();
    await page.waitForURL('**/troubleshooting.html#*');
    expect(faults).toEqual([]);
  });

  browserTest('a link with an anchor scrolls to the anchor', async () => {
    const { page, faults } = await open('command-line.html');
    await page.locator('main a', { hasText: 'PostmanAgentOperatorPolicy' }).click();
    await page.waitForURL('**/api.html#*');
    await page.waitForFunction('window.scrollY > 0');
    expect(faults).toEqual([]);
  });

  browserTest('the switch for the dark mode makes the page dark', async () => {
    const { page, faults } = await open('');
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(255, 255, 255)');
    await page.locator('.VPSwitchAppearance').first().click();
    await page.waitForFunction("document.documentElement.classList.contains('dark')");
    await page.waitForFunction('/^rgb\\((\\d|[1-4]\\d), /.test(getComputedStyle(document.body).backgroundColor)');
    expect(faults).toEqual([]);
  });

  browserTest('at 390, 768, 960 and 1440 pixels, no page is wider than the window, nothing is cut off, and the console is empty', async () => {
    const { page, faults } = await open('', 390);
    const wide: string[] = [];
    for (const name of pages) {
      await page.goto(`${origin}${BASE}${name}`, { waitUntil: 'load' });
      for (const width of [390, 768, 960, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        const say = (what: string) => wide.push(`${name} at ${width}: ${what}`);
        const [inner, ...widths] = await page.evaluate('[innerWidth, document.documentElement.scrollWidth, document.body.scrollWidth]') as number[];
        if (inner !== width || Math.max(...widths) > width) say(`${inner}, ${widths}`);
        // In a narrow window, tables scroll.
        if (width > 1000) (await page.evaluate(CUT_OFF) as string[]).forEach(say);
        (await page.evaluate(CUT_CODE) as string[]).forEach(text => say(`code: ${text}`));
        (await page.evaluate(SMALL_PICTURES) as string[]).forEach(text => say(`picture: ${text}`));
      }
    }
    expect({ wide, faults }).toEqual({ wide: [], faults: [] });
  });

  describe('the tabs of languages', () => {
    /** The members of an element of the page that are read there. */
    interface Shown { readonly className: string; checkVisibility(): boolean }

    const tab = (page: Page, name: string) => page.getByRole('tab', { name });
    /** The languages of the samples that are visible, and of those that are not. */
    const samples = async (page: Page) => {
      const all = await page.locator('.sample-tabs > div > div[class*="language-"]').evaluateAll(elements => (elements as unknown as readonly Shown[]).map(
        element => ({ language: /language-(\w+)/.exec(element.className)![1], isVisible: element.checkVisibility() }),
      ));
      const of = (isVisible: boolean) => [...new Set(all.filter(sample => sample.isVisible === isVisible).map(({ language }) => language))];
      return { visible: of(true), hidden: of(false) };
    };

    browserTest('a click on a language shows it in all tabs of the page, and keeps the tabs where they are', async () => {
      const { page, faults } = await open('testing.html');
      expect(await samples(page)).toEqual({ visible: ['typescript'], hidden: ['python', 'java'] });
      const last = page.getByRole('tablist').last();
      await last.scrollIntoViewIfNeeded();
      const top = async () => Math.round((await last.boundingBox())!.y);
      const before = await top();
      await last.getByRole('tab', { name: 'Java' }).click();
      expect(await samples(page)).toEqual({ visible: ['java'], hidden: ['typescript', 'python'] });
      expect(await top()).toBe(before);
      expect(await page.getByRole('tab', { selected: true }).allTextContents()).toEqual(['Java', 'Java', 'Java']);
      expect(faults).toEqual([]);
    });

    browserTest('the choice of a language is kept on other pages, and after the page is loaded again', async () => {
      const { page, faults } = await open('testing.html');
      await tab(page, 'Python').first().click();
      await page.locator('.VPNavBarTitle a').click();
      await page.locator('h1', { hasText: 'Postman Insights' }).waitFor();
      expect(await page.getByRole('tab', { selected: true }).allTextContents()).toEqual(['Python', 'Python']);
      await page.reload({ waitUntil: 'networkidle' });
      expect(await page.getByRole('tab', { selected: true }).allTextContents()).toEqual(['Python', 'Python']);
      expect(faults).toEqual([]);
    });

    browserTest('the keys choose a language: left, right, Home and End', async () => {
      const { page, faults } = await open('testing.html');
      await tab(page, 'TypeScript').first().focus();
      for (const [key, name] of [['ArrowRight', 'Python'], ['End', 'Java'], ['ArrowRight', 'TypeScript'], ['ArrowLeft', 'Java'], ['Home', 'TypeScript']]) {
        await page.keyboard.press(key);
        expect(await page.evaluate('document.activeElement.textContent')).toBe(name);
        expect((await samples(page)).visible).toEqual([name.toLowerCase()]);
      }
      // The next stop is the text of the tab, not the other tabs.
      await page.keyboard.press('Tab');
      expect(await page.evaluate("document.activeElement.getAttribute('role')")).not.toBe('tab');
      expect(faults).toEqual([]);
    });

    browserTest('each tab names its panel, and the panel its tab', async () => {
      const { page } = await open('testing.html');
      const links = await page.getByRole('tab').evaluateAll(tabs => tabs.map(element => {
        const panel = element.ownerDocument.getElementById(element.getAttribute('aria-controls')!)!;
        return panel.getAttribute('role') === 'tabpanel' && panel.getAttribute('aria-labelledby') === element.id;
      }));
      expect(links).toEqual(Array(9).fill(true));
    });

    browserTest('without scripts, the samples of all languages are visible, each under its name', async () => {
      const context = await browser.newContext({ javaScriptEnabled: false });
      const page = await context.newPage();
      opened.push(page);
      await page.goto(`${origin}${BASE}testing.html`);
      expect(await page.getByRole('tab').count()).toBe(0);
      for (const name of ['TypeScript', 'Python', 'Java']) expect(await page.locator('.sample-tabs p', { hasText: name }).count()).toBe(3);
      for (const code of await page.locator('.sample-tabs pre').all()) expect(await code.isVisible()).toBe(true);
    });
  });
});
