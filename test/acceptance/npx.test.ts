import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry, startRegistry } from './registry';
import { COMMAND_LINE, packCommandLine } from '../../packages/command-line';
import { ROOT } from '../../packages/versions';
import { addSurroundings, FakeAws, neverSettles, startFakeAws } from '../fakes';
import { CTRL_C, onTerminal, PATIENT } from '../terminal/terminal';

const MB = 1024 * 1024;
const SELECT = ['--cluster', 'shop', '--service', 'orders', '--discovery-mode'];
const library = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

let folder: string;
let file: string;
let registry: Registry;
let aws: FakeAws;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'npx-'));
  file = packCommandLine(folder);
  registry = await startRegistry(file);
  aws = await startFakeAws();
  addSurroundings(aws);
  aws.ecs.addService('orders', { cluster: 'shop', desiredCount: 2, subnets: ['subnet-1'] });
});

afterAll(async () => {
  await registry?.stop();
  await aws?.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => { registry.fetched.length = 0; });

/** A user's folder, with a cache of npm and global packages of its own. */
function user(name: string) {
  const home = join(folder, name);
  mkdirSync(join(home, 'app'), { recursive: true });
  const env = {
    PATH: process.env.PATH, HOME: home, NPM_CONFIG_CACHE: join(home, 'cache'), NPM_CONFIG_PREFIX: join(home, 'global'), NPM_CONFIG_REGISTRY: registry.address,
    NPM_CONFIG_FETCH_RETRIES: '0', NPM_CONFIG_UPDATE_NOTIFIER: 'false', AWS_REGION: 'eu-west-1', POSTMAN_API_KEY: 'not-a-key', ...aws.env,
  };
  return { home, app: join(home, 'app'), cache: join(home, 'cache'), env };
}
type User = ReturnType<typeof user>;

/** Runs a program of npm. The registry and AWS answer in this process, so it must not be blocked. */
async function npm({ app, env }: User, program: 'npm' | 'npx', ...args: string[]) {
  const child = spawn(program, args, { cwd: app, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', text => { output.stdout += text; });
  child.stderr.setEncoding('utf8').on('data', text => { output.stderr += text; });
  const status = await new Promise((ended, failed) => child.on('error', failed).on('close', ended));
  return { status, ...output };
}

function sizeOf(place: string): number {
  return readdirSync(place, { recursive: true, encoding: 'utf8' }).map(name => statSync(join(place, name))).filter(stats => stats.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}

describe('`npx postman-live-collection` with an empty cache', () => {
  let someone: User;
  beforeAll(() => { someone = user('someone'); });

  test('npx fetches only the package and its description, together less than 0.65 MB, and the cache stays below 3 MB', async () => {
    const { status, stdout } = await npm(someone, 'npx', '--yes', COMMAND_LINE, 'ecs', '--help');
    expect(stdout).toContain('add the agent to services');
    expect(status).toBe(0);
    // npm also asks whether the package has known vulnerabilities.
    const packages = registry.fetched.filter(({ path }) => !path.startsWith('/-/npm/v1/security/'));
    expect([...new Set(packages.map(({ path }) => path))]).toEqual([`/${COMMAND_LINE}`, `/${COMMAND_LINE}.tgz`]);
    const bytes = registry.fetched.reduce((sum, { bytes: more }) => sum + more, 0);
    const cached = sizeOf(someone.cache);
    const figure = (size: number) => `${(size / MB).toFixed(2)} MB`;
    console.log(`npx fetched ${figure(bytes)} in ${registry.fetched.length} requests; npm's cache, with the unpacked package, has ${figure(cached)}.`);
    expect(bytes).toBeLessThan(0.65 * MB);
    expect(cached).toBeLessThan(3 * MB);
  });

  test('npx runs a verb: its document is on stdout, and its exit code is that of npx', async () => {
    const { status, stdout } = await npm(someone, 'npx', COMMAND_LINE, 'ecs', 'plan', ...SELECT, '--json');
    expect(JSON.parse(stdout).services).toMatchObject([{ action: 'add', egress: { verdict: 'reachable' } }]);
    expect(status).toBe(3);
  });

  test('one Ctrl-C while npx runs the command line is one for the command line: the rollout continues', async () => {
    aws.ecs.rolloutsEnd('orders', neverSettles());
    // npm passes a signal on to its shell. Unlike dash, bash is then the command line itself, which has got the terminal's signal already.
    const command = ['npx', '--script-shell', 'bash', COMMAND_LINE, 'ecs', 'add', ...SELECT, '--yes'];
    const session = await onTerminal(command, { env: { ...someone.env, ...PATIENT }, steps: [{ wait: 'elapsed' }, { send: CTRL_C }] });
    expect(session.screen.text).toMatch(/^orders: .*the rollout continues in ECS$/m);
    expect(session.screen.text).not.toContain('Stopped.');
    expect(session.isTidy).toBe(true);
  });
});

test('npx runs the command line that is installed globally, and does not ask the registry', async () => {
  const someone = user('global');
  expect(await npm(someone, 'npm', 'install', '--global', '--offline', file)).toMatchObject({ status: 0 });
  const { status, stdout } = await npm(someone, 'npx', COMMAND_LINE, '--version');
  expect({ status, stdout, fetched: registry.fetched }).toEqual({ status: 0, stdout: `${library.version}\n`, fetched: [] });
});

describe('the package of the command line', () => {
  const manifest = () => JSON.parse(execFileSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' }));

  test('it is installed offline into an empty folder, with an empty cache, and nothing else is installed', async () => {
    const someone = user('offline');
    writeFileSync(join(someone.app, 'package.json'), '{"private": true}');
    expect(await npm(someone, 'npm', 'install', '--offline', '--no-audit', '--no-fund', file)).toMatchObject({ status: 0 });
    expect(readdirSync(join(someone.app, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual([COMMAND_LINE]);
    expect(await npm(someone, 'npx', '--offline', COMMAND_LINE, 'ecs', '--help')).toMatchObject({ status: 0 });
    expect(registry.fetched).toEqual([]);
  });

  test('it has no dependencies and no peers, and its version, licence, repository and Node are those of the library', () => {
    expect(Object.keys(manifest()).filter(member => /dependencies/i.test(member))).toEqual([]);
    for (const member of ['version', 'license', 'repository', 'author', 'engines', 'publishConfig']) expect(manifest()[member]).toEqual(library[member]);
    expect(Object.keys(manifest().bin)).toEqual(Object.keys(library.bin));
    expect(manifest().keywords).toEqual(expect.arrayContaining(['ecs', 'postman', 'cli']));
    // Construct Hub lists packages with this keyword.
    expect(manifest().keywords).not.toContain('awscdk');
  });

  test('neither package runs a script when it is installed', () => {
    const atInstall = ['preinstall', 'install', 'postinstall', 'prepare'];
    for (const { scripts = {} } of [library, manifest()]) expect(Object.keys(scripts).filter(name => atInstall.includes(name))).toEqual([]);
  });

  test('it has the files that a user needs, and no others', () => {
    const files = execFileSync('tar', ['-tzf', file], { encoding: 'utf8' }).trim().split('\n').map(name => name.replace('package/', ''));
    const bundle = readdirSync(join(ROOT, 'assets/cli')).map(name => `cli/${name}`);
    expect(files.sort()).toEqual(['LICENSE', 'README.md', 'package.json', ...bundle].sort());
    expect(files).toEqual(expect.arrayContaining(['cli/main.mjs', 'cli/LICENSES.txt']));
  });
});
