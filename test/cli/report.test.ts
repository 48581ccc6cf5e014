import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Company, JOBS, story, WEB } from './company';
import { KEY } from './shop';

const FILE = `defaults: { discoveryMode: true, cluster: shop }
services:
  - { profile: web, region: eu-west-1, service: "*" }
  - { profile: jobs, region: us-east-1, service: nightly }
`;

/** Three services of two accounts. @param tags of the service `search` */
function open(company: Company, tags: Record<string, string> = {}): { readonly from: string; readonly page: string; read(): string } {
  company.addServices(WEB, ['orders']);
  company.addServices(WEB, ['search'], { tags });
  company.addServices(JOBS, ['nightly'], { region: 'us-east-1' });
  const page = join(company.folder, 'report.html');
  return { from: company.write('fleet.yaml', FILE), page, read: () => readFileSync(page, 'utf8') };
}

const rowsOf = (html: string) => [...html.matchAll(/<tr>(.*?)<\/tr>/g)].slice(1)
  .map(([, row]) => [...row.matchAll(/<td>(.*?)<\/td>/g)].map(([, cell]) => cell.replace(/<[^>]*>/g, '')));

describe('--report', () => {
  story('writes what a plan would change, with each network once', async company => {
    const { from, page, read } = open(company);
    const { code, stderr } = await company.run(['ecs', 'plan', '--from', from, '--report', page]);
    expect([code, stderr]).toEqual([3, `Report: ${page}\n`]);
    expect(rowsOf(read())).toEqual([
      ['orders', WEB, 'eu-west-1', 'shop', 'to add the agent', 'reachable', ''],
      ['search', WEB, 'eu-west-1', 'shop', 'to add the agent', 'reachable', ''],
      ['nightly', JOBS, 'us-east-1', 'shop', 'to add the agent', 'reachable', ''],
    ]);
    expect(read()).toContain('<span class="added">+ containerDefinitions[postman-insights-agent]</span>');
    expect(read()).toContain('<title>ecs plan</title>');
  });

  story('says how each rollout ended, and replaces the page of before', async company => {
    const { from, page, read } = open(company);
    await company.run(['ecs', 'plan', '--from', from, '--report', page]);
    const { code, json } = await company.run(['ecs', 'add', '--from', from, '--report', page, '--json']);
    expect([code, json.services.length]).toEqual([0, 3]);
    expect(rowsOf(read()).map(row => [row[0], row[4]])).toEqual([['orders', 'done'], ['search', 'done'], ['nightly', 'done']]);
    expect(read()).toContain('The service runs orders:2.');
    const { code: state } = await company.run(['ecs', 'status', '--from', from, '--report', page]);
    expect([state, rowsOf(read()).map(row => row[4])]).toEqual([0, ['running', 'running', 'running']]);
    expect(readdirSync(company.folder).filter(name => name.includes('.tmp'))).toEqual([]);
  });

  story('has the places that could not be read, and the services that were refused', async company => {
    const { from, page, read } = open(company, { 'aws:cloudformation:stack-name': 'Shop' });
    writeFileSync(from, FILE.replace('profile: jobs', 'profile: nobody'));
    await company.run(['ecs', 'plan', '--from', from, '--report', page]);
    expect(rowsOf(read()).map(row => row.slice(0, 3))).toEqual([['orders', 'shop', 'to add the agent'], ['search', 'shop', 'refused']]);
    expect(read()).toMatch(/<p>error: profile nobody/);
    expect(read().split('<section id="s2">')[1]).not.toContain('<pre>');
    expect(read()).toMatch(/<span class="bad">refused<\/span> [^<]*CloudFormation stack Shop/);
  });

  story('contains no value of the key', async company => {
    const { from, page, read } = open(company);
    await company.run(['ecs', 'plan', '--from', from, '--report', page, '--trace-tags', `key=${KEY}`], { env: { POSTMAN_API_KEY: KEY } });
    expect(read()).not.toContain(KEY);
  });

});

describe('a report that cannot be written', () => {
  story('is refused before any call', async company => {
    const { from } = open(company);
    mkdirSync(join(company.folder, 'folder'));
    for (const [path, why] of [['none/report.html', /ENOENT/], ['folder', /it is a folder/]] as const) {
      const { code, stderr } = await company.run(['ecs', 'plan', '--from', from, '--report', join(company.folder, path)]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
      expect(stderr).toMatch(/--report must name a file in a folder that exists/);
    }
    expect(company.calls).toEqual([]);
    expect(existsSync(join(company.folder, 'none'))).toBe(false);
  });
});
