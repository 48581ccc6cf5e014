import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Company, JOBS, story, WEB } from './company';
import type { Ran } from './run';
import { COLLECTION, isWrite } from './shop';
import { meanwhile } from '../fakes';

/** The credentials of the environment, which a run does not keep. */
const as = (account: string, region = 'eu-west-1') => ({ env: { AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: region } });
const ADD = ['ecs', 'add', '--cluster', 'shop', '--collection', COLLECTION];
const NAMES = ['orders', 'web'];

const writes = (company: Company) => company.calls.filter(isWrite).length;
const notes = ({ stderr }: Ran) => stderr.split('\n').filter(line => line.includes('is not of run'));

/** The id of a run that is killed before its first update. */
async function killed(company: Company, args: readonly string[]): Promise<string> {
  company.addServices(WEB, NAMES);
  return killedAgain(company, args);
}

async function killedAgain(company: Company, args: readonly string[]): Promise<string> {
  let kill = () => {};
  company.organisation.account(WEB).inject('ecs:UpdateService', meanwhile(() => kill()));
  const ran = await company.run(args, { ...as(WEB), onStart: started => { kill = () => { started.kill('SIGKILL'); }; } });
  expect(ran.signal).toBe('SIGKILL');
  company.organisation.account(WEB).faults.clear();
  return (await company.run(['ecs', 'resume', '--json'])).json.runs[0].id;
}

const SELECTIONS: readonly (readonly [string, (company: Company) => readonly string[]])[] = [
  ['--service', () => [...ADD, ...NAMES.flatMap(name => ['--service', name])]],
  ['--all', () => [...ADD, '--all']],
  ['--from', company => ['ecs', 'add', '--from', company.write('fleet.yaml', 'services: [{ cluster: shop, service: "*", discoveryMode: true }]\n')]],
];

describe('resume works only on the services of the run', () => {
  story.each(SELECTIONS)('begun with %s: in another region or account with services of the same names, nothing is written, with 2', async (company, argsOf) => {
    const id = await killed(company, argsOf(company));
    company.addServices(WEB, NAMES, { region: 'us-east-1' });
    company.addServices(JOBS, NAMES);
    const before = writes(company);
    for (const [environment, selected] of [[as(WEB, 'us-east-1'), `account ${WEB} in us-east-1`], [as(JOBS), `account ${JOBS} in eu-west-1`]] as const) {
      const ran = await company.run(['ecs', 'resume', id], environment);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(
        `error: None of the selected services is of run ${id}: the run is of account ${WEB} in eu-west-1, and the selection of ${selected}. `)]);
      expect(ran.stderr).toMatch(/AWS_PROFILE and AWS_REGION/);
    }
    expect(writes(company)).toBe(before);
    const ran = await company.run(['ecs', 'resume', id], as(WEB));
    expect([ran.code, notes(ran), NAMES.map(name => company.runs(WEB, name))]).toEqual([0, [], ['orders:2', 'web:2']]);
  });

  story.each(SELECTIONS.slice(1))('begun with %s: a service that was created since is left out with a note', async (company, argsOf) => {
    const id = await killed(company, argsOf(company));
    company.addServices(WEB, ['late']);
    const ran = await company.run(['ecs', 'resume', id, '--json'], as(WEB));
    expect([ran.code, ran.json.services.map(({ serviceArn: arn }: any) => arn.split('/').pop())]).toEqual([0, NAMES]);
    expect(notes(ran)).toEqual([`1 service that is not of run ${id} is left as it is: late (account ${WEB} in eu-west-1)`]);
    expect([...NAMES, 'late'].map(name => company.runs(WEB, name))).toEqual(['orders:2', 'web:2', 'late:1']);
  });

  story('a service that a later run has taken over is left as it is', async company => {
    const id = await killed(company, [...ADD, '--all']);
    for (const args of [[...ADD, '--service', 'web'], ['ecs', 'remove', '--cluster', 'shop', '--service', 'web']]) {
      expect((await company.run(args, as(WEB))).code).toBe(0);
    }
    const ran = await company.run(['ecs', 'resume', id], as(WEB));
    expect([ran.code, notes(ran).length, NAMES.map(name => company.runs(WEB, name))]).toEqual([0, 1, ['orders:2', 'web:1']]);
  });
});

describe('the page of --report', () => {
  const reads = (path: string) => readFileSync(path, 'utf8');

  story.each(SELECTIONS)('begun with %s: is written by resume where the first command was to write it, in place of an older one', async (company, argsOf) => {
    const page = join(company.folder, 'report.html');
    const id = await killed(company, [...argsOf(company), '--report', relative(process.cwd(), page)]);
    const kept = join(company.folder, 'state', 'postman-live-collection');
    expect(JSON.parse(reads(join(kept, readdirSync(kept)[0])).split('\n')[0]).flags.report).toBe(page);
    writeFileSync(page, 'of an earlier run');
    const ran = await company.run(['ecs', 'resume', id], as(WEB));
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringMatching(new RegExp(`^Report: ${page}$`, 'm'))]);
    expect(reads(page)).toContain('The service runs web:2.');
  });

  story('is written elsewhere if resume names another file, which the next resume uses', async company => {
    const page = join(company.folder, 'report.html');
    const other = join(company.folder, 'other.html');
    const first = await killed(company, [...ADD, '--all', '--report', page]);
    const second = await killedAgain(company, ['ecs', 'resume', first, '--report', other]);
    const ran = await company.run(['ecs', 'resume', second], as(WEB));
    expect([ran.code, existsSync(page), reads(other)]).toEqual([0, false, expect.stringContaining('The service runs web:2.')]);
  });

  story('is an error before any write if its folder is gone, and resume may name another file', async company => {
    const gone = join(company.folder, 'gone');
    mkdirSync(gone);
    const id = await killed(company, [...ADD, '--all', '--report', join(gone, 'report.html')]);
    rmSync(gone, { recursive: true });
    const before = writes(company);
    const ran = await company.run(['ecs', 'resume', id], as(WEB));
    expect([ran.code, ran.stderr, writes(company)]).toEqual([2, expect.stringContaining('error: --report must name a file in a folder that exists'), before]);
    expect((await company.run(['ecs', 'resume', id, '--report', join(company.folder, 'report.html')], as(WEB))).code).toBe(0);
  });
});
