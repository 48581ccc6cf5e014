import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADD, AGENT, ALL, AT_ONCE, COLLECTION, isWrite, openShop, PATIENT, processScenario, scenario, serviceArn, Shop } from './shop';
import type { ServiceRun } from '../../src/aws';
import { readJournals, unfinishedOf } from '../../src/cli/journal';
import { Journal } from '../../src/cli/journal/journal';
import { isAlive, thisProcess } from '../../src/cli/journal/owner';
import { expiredToken, hanging, meanwhile, neverSettles, secretOutOfReach, succeeds, tasksFail } from '../fakes';

const ADD_ALL = ['ecs', 'add', ...ALL, '--collection', COLLECTION];
const NAMES = ['orders', 'web-0', 'web-1'];
/** A run is killed at each write, and at each third read. `make prove` asks for every read. */
const STRIDE = process.env.SWEEP === 'all' ? 1 : 3;

/** A folder for the journals of a scenario. */
async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  try {
    await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const journals = (folder: string) => readdirSync(folder).filter(name => name.endsWith('.jsonl'));
const linesOf = (folder: string) => readFileSync(join(folder, journals(folder)[0]), 'utf8').trim().split('\n').map(line => JSON.parse(line));
const outcomes = ({ services }: any) => Object.fromEntries(services.map(({ serviceArn: arn, outcome }: any) => [arn.split('/').pop(), outcome]));

function furnish({ aws }: Shop): void {
  for (const name of NAMES.slice(1)) aws.ecs.addService(name, { cluster: 'shop' });
  for (const name of NAMES) aws.ecs.rolloutsEnd(name, () => succeeds(1000));
}

/** Ends a run at once, at a call of AWS, before or after it is carried out. */
async function killedAt(shop: Shop, args: readonly string[], from: number, when: 'before' | 'after') {
  let kill = () => {};
  shop.aws.inject('*', meanwhile(() => kill(), when), { from });
  const ran = await shop.run(args, { onStart: started => { kill = () => { started.kill('SIGKILL'); }; } });
  shop.aws.faults.clear();
  return ran;
}

describe('the journal of a run', () => {
  scenario('has each run, says what it is going to write before it is written, and is deleted after the end', async shop => inFolder(async folder => {
    furnish(shop);
    const seen = new Map<string, string[]>();
    for (const action of ['RegisterTaskDefinition', 'UpdateService']) {
      shop.aws.inject(`ecs:${action}`, meanwhile(() => seen.set(action, [...seen.get(action) ?? [], ...linesOf(folder).map(({ phase }) => phase)])),
        { times: 3 });
    }
    const ran = await shop.run([...ADD_ALL, '--journal', folder]);
    expect([ran.code, readdirSync(folder)]).toEqual([0, []]);
    expect(seen.get('RegisterTaskDefinition')).toContain('registering');
    expect(seen.get('UpdateService')).toContain('updating');
  }));

  scenario('is only for its user, and has no secret in it', async shop => inFolder(async folder => {
    furnish(shop);
    const kept = join(folder, 'own');
    let text = '';
    shop.aws.onCall('UpdateService', 3, () => {
      const path = join(kept, journals(kept)[0]);
      text = readFileSync(path, 'utf8');
      expect([(statSync(path).mode % 0o1000).toString(8), (statSync(kept).mode % 0o1000).toString(8)]).toEqual(['600', '700']);
    });
    const secret = ['--environment', 'OTHER=hidden-value', '--proxy', 'http://user:hidden-word@proxy:8080'];
    expect((await shop.run([...ADD_ALL, '--journal', kept, ...secret], { env: { POSTMAN_API_KEY: 'not-a-key' } })).code).toBe(0);
    expect(text).toContain('"withheld":["environment","proxy"]');
    expect(text).not.toMatch(/hidden|not-a-key|containerDefinitions/);
  }));

  scenario('is in the folder for the state of programs, and only there if the environment names one', async shop => inFolder(async folder => {
    furnish(shop);
    const env = { XDG_STATE_HOME: folder };
    const killed = await shop.runUntil('UpdateService', 'SIGKILL', ADD_ALL, { env });
    expect(killed.signal).toBe('SIGKILL');
    expect(journals(join(folder, 'postman-live-collection'))).toHaveLength(1);
    expect((await shop.run(ADD_ALL, { env: { HOME: join(folder, 'home') } })).code).toBe(0);
    expect(existsSync(join(folder, 'home/.local/state/postman-live-collection'))).toBe(true);
  }));

  test('has the ended runs of an earlier process that are of it, too, from its begin', async () => inFolder(async folder => {
    const [done, open] = NAMES.map(name => ({ serviceArn: serviceArn(name), phase: 'ended' }) as ServiceRun);
    const journal = Journal.begin(folder, { verb: 'add', flags: {}, services: [done.serviceArn, open.serviceArn], done: [done], now: 0 }, () => {});
    expect(readJournals(folder).map(one => [[...one.runs.values()], unfinishedOf(one)])).toEqual([[[done], [open.serviceArn]]]);
    journal.keep(open);
    journal.close();
    expect(readdirSync(folder)).toEqual([]);
  }));

  scenario('cannot be written: then a run whose folder is named writes nothing, and another one is only warned', async shop => inFolder(async folder => {
    furnish(shop);
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const named = await shop.run([...ADD, '--journal', join(file, 'sub')]);
    expect([named.code, shop.writes]).toEqual([1, []]);
    expect(named.stderr).toMatch(/^error: The journal .* cannot be (read|written): .*Name another folder with `--journal`\.$/m);
    const other = await shop.run(ADD, { env: { XDG_STATE_HOME: file } });
    expect([other.code, other.stderr]).toEqual([
      0, expect.stringMatching(/^warning: The journal .* The run is not kept, so another process cannot continue it\.$/m),
    ]);
  }));
});

describe('a folder of journals that cannot be read, such as a file', () => {
  scenario('is a clear error if it is named, for `ecs resume`, too', async shop => inFolder(async folder => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const args of [ADD, ['ecs', 'resume']]) {
      const ran = await shop.run([...args, '--journal', file]);
      expect([ran.code, ran.stderr, shop.writes]).toEqual([
        1, expect.stringMatching(/^error: The journal \S+file cannot be read: .*ENOTDIR.*Name another folder with `--journal`\.\n$/), [],
      ]);
    }
  }));

  scenario('is only a warning if it is the default folder, also of a run that has nothing to do', async shop => inFolder(async folder => {
    writeFileSync(join(folder, 'postman-live-collection'), '');
    const warnings = async () => {
      const { code, stderr } = await shop.run(ADD, { env: { XDG_STATE_HOME: folder } });
      return [code, ...stderr.match(/^warning: The journal .*$/gm) ?? []];
    };
    const notContinued = expect.stringMatching(/cannot be read: .*ENOTDIR.* A run that was stopped is not continued\.$/);
    expect(await warnings()).toEqual([0, notContinued, expect.stringMatching(/ The run is not kept, so another process cannot continue it\.$/)]);
    expect([await warnings(), shop.revisions()]).toEqual([[0, notContinued], 2]);
  }));
});

describe('a run that was killed', () => {
  scenario('is continued by the same command, wherever it was killed: one revision and one rollout for each service', async shop => inFolder(async folder => {
    furnish(shop);
    expect((await shop.run([...ADD_ALL, '--journal', folder])).code).toBe(0);
    const { calls } = shop.aws;
    // Whether a read was carried out makes no difference.
    const cases = calls.flatMap((call, index) => [
      ...isWrite(call) || index % STRIDE === 0 ? [{ at: index + 1, when: 'before' as const }] : [],
      ...isWrite(call) ? [{ at: index + 1, when: 'after' as const }] : [],
    ]);
    let killed = 0;
    for (const { at, when } of cases) {
      const told = `killed ${when} call ${at}`;
      const one = await openAgain();
      try {
        const first = await killedAt(one, [...ADD_ALL, '--journal', folder], at, when);
        if (first.signal !== null) killed++;
        one.aws.advance(3_600_000);
        const again = await one.run([...ADD_ALL, '--journal', folder, '--json']);
        expect([told, again.code]).toEqual([told, 0]);
        expect([told, ...NAMES.map(name => `${one.runs(name)} of ${one.revisions(name)}`)]).toEqual([told, 'orders:2 of 2', 'web-0:2 of 2', 'web-1:2 of 2']);
        expect([told, one.aws.callsOf('UpdateService').filter(({ applied }) => applied).length]).toEqual([told, 3]);
        expect([told, readdirSync(folder)]).toEqual([told, []]);
      } finally {
        await one.aws.stop();
      }
    }
    // The calls are not always in the same order, and there may be some less.
    expect(killed).toBeGreaterThan(cases.length * 0.8);
  }));

  processScenario('is told from one that runs, by the number and the start of its process', async shop => inFolder(async folder => {
    const env = { XDG_STATE_HOME: folder };
    expect((await shop.runUntil('UpdateService', 'SIGKILL', ADD, { env })).signal).toBe('SIGKILL');
    const path = join(folder, 'postman-live-collection');
    const [{ owner }] = linesOf(path);
    expect([owner.pid > 0, isAlive(owner), isAlive(thisProcess()), isAlive({ ...thisProcess(), start: '1' })]).toEqual([true, false, true, false]);
    const ran = await shop.run(ADD, { env });
    expect([ran.code, ran.stderr, shop.revisions(), readdirSync(path)]).toEqual([0, expect.stringContaining('continuing the run of 1 service'), 2, []]);
  }), { ecs: AT_ONCE });

  scenario('goes back, if it was killed on the way back', async shop => inFolder(async folder => {
    const service = shop.aws.ecs.service('orders');
    service.members = { ...service.members, deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
    shop.aws.ecs.rolloutsEnd('orders', body => JSON.stringify(body).includes(AGENT) ? tasksFail(secretOutOfReach) : undefined);
    const killed = await shop.runUntil('UpdateService', 'SIGKILL', [...ADD, '--journal', folder], { count: 2 });
    expect(killed.signal).toBe('SIGKILL');
    expect(linesOf(folder).at(-1)).toMatchObject({ phase: 'goingBack' });
    const { code, service: told } = await shop.json([...ADD, '--journal', folder]);
    expect([code, told.outcome, shop.runs(), readdirSync(folder)]).toEqual([4, 'rolledBack', 'orders:1', []]);
  }));

  scenario('is followed to its end, if it was killed while the service went back, which a new run would refuse', async shop => inFolder(async folder => {
    const service = shop.aws.ecs.service('orders');
    service.members = { ...service.members, deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
    shop.aws.ecs.rolloutsEnd('orders', body => JSON.stringify(body).includes(AGENT) ? tasksFail(secretOutOfReach) : succeeds(2000));
    let kill = () => {};
    shop.aws.inject('ecs:UpdateService', meanwhile(() => kill(), 'after'), { from: 2 });
    const killed = await shop.run([...ADD, '--journal', folder], { onStart: started => { kill = () => { started.kill('SIGKILL'); }; } });
    expect([killed.signal, shop.runs()]).toEqual(['SIGKILL', 'orders:1']);
    const { code, service: told } = await shop.json([...ADD, '--journal', folder]);
    expect([code, told.outcome, shop.runs(), readdirSync(folder)]).toEqual([4, 'rolledBack', 'orders:1', []]);
  }));

  scenario('that had not updated its service, and is refused now, is told as refused, and continued later', async shop => inFolder(async folder => {
    await shop.runUntil('RegisterTaskDefinition', 'SIGKILL', [...ADD, '--journal', folder]);
    shop.aws.ecs.rolloutsEnd('orders', () => neverSettles());
    shop.aws.ecs.updateService('orders', { forceNewDeployment: true });
    const refused = await shop.run([...ADD, '--journal', folder]);
    expect([refused.code, refused.stdout]).toEqual([5, expect.stringContaining('Nothing was written: one service is refused.')]);
    expect(journals(folder)).toHaveLength(1);
  }));

  scenario('with a service that is refused now writes nothing, if the services are named', async shop => inFolder(async folder => {
    furnish(shop);
    const both = ['ecs', 'add', '--cluster', 'shop', '--service', 'orders', '--service', 'web-0', '--collection', COLLECTION, '--journal', folder];
    await shop.runUntil('RegisterTaskDefinition', 'SIGKILL', both);
    shop.aws.ecs.rolloutsEnd('orders', () => neverSettles());
    shop.aws.ecs.updateService('orders', { forceNewDeployment: true });
    const { code } = await shop.run(both);
    expect([code, shop.aws.callsOf('UpdateService')]).toEqual([5, []]);
  }));

  scenario('takes back what it granted, if it is interrupted before the update, and the next run grants again', async shop => inFolder(async folder => {
    const args = [...ADD, '--grant-secret-access', '--journal', folder];
    shop.aws.inject('ecs:RegisterTaskDefinition', hanging(), { times: Infinity });
    const interrupted = await shop.runUntil('ecs:RegisterTaskDefinition', 'SIGINT', args, { env: PATIENT });
    expect([interrupted.code, shop.aws.iam.role('execution').inline.size]).toEqual([130, 0]);
    shop.aws.faults.clear();
    const { code, service } = await shop.json(args);
    expect([code, service.outcome, shop.aws.iam.role('execution').inline.size, shop.revisions()]).toEqual([0, 'completed', 1, 2]);
  }), { mayRead: false });

  scenario('whose service others set back while the agent was looked at is not told as done: the agent is added again', async shop => inFolder(async folder => {
    await shop.runUntil('DescribeTasks', 'SIGKILL', [...ADD, '--journal', folder]);
    expect(linesOf(folder).at(-1).followed.completedAt).toBeGreaterThan(0);
    shop.aws.ecs.updateService('orders', { taskDefinition: 'orders:1' });
    shop.aws.advance(3_600_000);
    const { code, service } = await shop.json([...ADD, '--journal', folder]);
    expect([code, service.outcome, shop.runs()]).toEqual([0, 'completed', 'orders:2']);
  }));

  scenario('whose last line was cut off is continued from the line before', async shop => inFolder(async folder => {
    furnish(shop);
    await shop.runUntil('UpdateService', 'SIGKILL', [...ADD_ALL, '--journal', folder], { count: 2 });
    const path = join(folder, journals(folder)[0]);
    truncateSync(path, statSync(path).size - 20);
    const ran = await shop.run([...ADD_ALL, '--journal', folder, '--json']);
    expect([ran.code, NAMES.map(name => shop.revisions(name)), readdirSync(folder)]).toEqual([0, [2, 2, 2], []]);
  }));

  scenario('is not continued with other options: the new ones are carried out', async shop => inFolder(async folder => {
    await shop.runUntil('DescribeServices', 'SIGKILL', [...ADD, '--journal', folder], { count: 3 });
    shop.aws.advance(3_600_000);
    const { code, service } = await shop.json([...ADD, '--rate-limit', '7', '--journal', folder]);
    expect([code, service.outcome, readdirSync(folder)]).toEqual([0, 'completed', []]);
    expect(shop.agent().entryPoint).toContain('7');
  }));
});

describe('a run that is interrupted, or whose account fails', () => {
  scenario('stays in the list with what was not begun, and `ecs resume` continues it with its options', async shop => inFolder(async folder => {
    furnish(shop);
    shop.aws.inject('ecs:RegisterTaskDefinition', expiredToken());
    expect((await shop.run([...ADD_ALL, '--journal', folder, '--rate-limit', '9'])).code).toBe(1);
    shop.aws.faults.clear();
    const listed = await shop.run(['ecs', 'resume', '--journal', folder]);
    expect(listed.code).toBe(3);
    const ofList = /^(\S+)  ecs add orders, web-0, web-1, begun \S+: stopped\n {2}0 of 3 services have ended, \d are on their way, \d were not begun\n$/;
    const [, id] = ofList.exec(listed.stdout)!;
    expect((await shop.run(['ecs', 'resume', '--journal', folder, '--json'])).json.runs).toMatchObject([{ id, verb: 'add', isRunning: false }]);
    const ran = await shop.run(['ecs', 'resume', id, '--journal', folder, '--json']);
    expect([ran.code, outcomes(ran.json)]).toEqual([0, { 'orders': 'completed', 'web-0': 'completed', 'web-1': 'completed' }]);
    expect(shop.agent().entryPoint).toContain('9');
    const none = await shop.run(['ecs', 'resume', '--journal', folder]);
    expect([none.code, none.stdout]).toEqual([0, 'No run is unfinished.\n']);
    const unknown = await shop.run(['ecs', 'resume', id, '--journal', folder]);
    expect([unknown.code, unknown.stderr]).toEqual([2, `error: There is no unfinished run ${id} in ${folder}. \`ecs resume\` lists them.\n`]);
  }));

  scenario('keeps no values that may be secret, so the command itself continues it', async shop => inFolder(async folder => {
    const own = [...ADD, '--environment', 'OTHER=a', '--journal', folder];
    await shop.runUntil('RegisterTaskDefinition', 'SIGKILL', own);
    const [id] = journals(folder)[0].split('.');
    const ran = await shop.run(['ecs', 'resume', id, '--journal', folder]);
    expect([ran.code, ran.stderr]).toEqual([
      2, 'error: The values of `--environment` may be secret and were not kept. Run the command that began the run again: it continues there.\n',
    ]);
    expect([(await shop.run(own)).code, shop.revisions(), readdirSync(folder)]).toEqual([0, 2, []]);
  }));

  scenario('tells if its file has changed since', async shop => inFolder(async folder => {
    furnish(shop);
    const file = join(folder, 'fleet.yaml');
    const content = 'services: [{ region: eu-west-1, cluster: shop, service: "*", discoveryMode: true }]\n';
    writeFileSync(file, content);
    const kept = join(folder, 'runs');
    await shop.runUntil('UpdateService', 'SIGKILL', ['ecs', 'add', '--from', file, '--journal', kept]);
    const [id] = journals(kept)[0].split('.');
    writeFileSync(file, `# a comment\n${content}`);
    const ran = await shop.run(['ecs', 'resume', id, '--journal', kept]);
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining(`warning: ${file} has changed since the run began.`)]);
    expect([NAMES.map(name => shop.revisions(name)), readdirSync(kept)]).toEqual([[2, 2, 2], []]);
  }));
});

describe('two runs at once', () => {
  scenario('on the same services: the second one is told, and writes nothing', async shop => inFolder(async folder => {
    furnish(shop);
    const first = shop.run([...ADD_ALL, '--journal', folder]);
    await shop.seen('RegisterTaskDefinition');
    const second = await shop.run([...ADD, '--journal', folder]);
    expect([second.code, second.stderr]).toEqual([
      5, expect.stringMatching(/^error: Another run works on service orders: `ecs add` \S+, begun \S+, process \d+ on .*Wait for its end\./),
    ]);
    expect((await first).code).toBe(0);
    expect(NAMES.map(name => shop.revisions(name))).toEqual([2, 2, 2]);
  }));

  scenario('on other services work side by side', async shop => inFolder(async folder => {
    furnish(shop);
    const one = shop.run([...ADD, '--journal', folder]);
    const other = shop.run(['ecs', 'add', '--cluster', 'shop', '--service', 'web-0', '--collection', COLLECTION, '--journal', folder]);
    expect([(await one).code, (await other).code, readdirSync(folder)]).toEqual([0, 0, []]);
  }));

  scenario('a removal after a killed addition takes its services over', async shop => inFolder(async folder => {
    await shop.runUntil('UpdateService', 'SIGKILL', [...ADD, '--journal', folder]);
    shop.aws.advance(3_600_000);
    const ran = await shop.run(['ecs', 'remove', '--cluster', 'shop', '--service', 'orders', '--journal', folder]);
    expect([ran.code, shop.runs().split(':')[0]]).toEqual([0, 'orders']);
    expect(shop.agent()).toBeUndefined();
  }));

  const { boot, pidNamespace, ...older } = thisProcess();
  const dead = { ...older, start: '1' };
  const onLinux = process.platform === 'linux' ? test.each : test.skip.each;
  onLinux([
    ['of another container with the name of this host counts as running', { ...dead, boot, pidNamespace: 'pid:[1]' }, true],
    ['of another boot of the machine does not run', { ...older, boot: 'another', pidNamespace }, false],
    ['of another boot and container does not run', { ...older, boot: 'another', pidNamespace: 'pid:[1]' }, false],
    ['of this container and boot is judged by its start: it runs', { ...older, boot, pidNamespace }, true],
    ['of this container and boot is judged by its start: it does not run', { ...dead, boot, pidNamespace }, false],
    ['of an older version is judged by its start: it runs', older, true],
    ['of an older version is judged by its start: it does not run', dead, false],
  ])('a process %s', (_, owner, expected) => {
    expect([isAlive(owner), typeof boot, typeof pidNamespace]).toEqual([expected, 'string', 'string']);
  });

  scenario('in two containers with one hostname, of which each has its own processes: the second one is told', async shop => inFolder(async folder => {
    await shop.runUntil('UpdateService', 'SIGKILL', [...ADD, '--journal', folder]);
    const path = join(folder, journals(folder)[0]);
    const [beginning] = linesOf(folder);
    const owner = { ...thisProcess(), pid: 1, start: '1', pidNamespace: 'pid:[1]' };
    writeFileSync(path, readFileSync(path, 'utf8').replace(JSON.stringify(beginning), JSON.stringify({ ...beginning, owner })));
    const ran = await shop.run([...ADD, '--journal', folder]);
    expect([ran.code, ran.stderr]).toEqual([5, expect.stringContaining(`If that process does not run any more, delete ${path}.`)]);
    expect(shop.aws.callsOf('UpdateService')).toHaveLength(1);
  }));

  scenario('a lock that a killed process has left is removed, and one of a process that runs is respected', async shop => inFolder(async folder => {
    const lock = join(folder, '.lock');
    writeFileSync(lock, JSON.stringify({ pid: 4_999_999, host: hostname(), start: null }));
    expect((await shop.run([...ADD, '--journal', folder, '--rate-limit', '1'])).code).toBe(0);
    writeFileSync(lock, JSON.stringify({ pid: 1, host: 'another-machine', start: null }));
    const ran = await shop.run([...ADD, '--journal', folder, '--rate-limit', '2']);
    expect([ran.code, ran.stderr]).toEqual([5, expect.stringContaining('Another run is beginning in the folder')]);
  }));
});

/** A shop of its own with the same services. */
async function openAgain(): Promise<Shop> {
  const shop = await openShop();
  furnish(shop);
  return shop;
}
