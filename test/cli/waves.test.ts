import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Company, JOBS, story, WEB } from './company';
import { ADD, AGENT, ALL, COLLECTION, INSIGHTS_AGENT, scenario, Shop } from './shop';
import { meanwhile, refused, secretOutOfReach, succeeds, tasksFail } from '../fakes';

const NAMES = ['web-0', 'web-1', 'web-2', 'web-3', 'web-4', 'web-5'];
const ADD_ALL = ['ecs', 'add', ...ALL, '--collection', COLLECTION];

/** Services of which these do not start with the agent. */
function furnish({ aws }: Shop, failing: readonly string[] = []): void {
  for (const name of NAMES) aws.ecs.addService(name, { cluster: 'shop' });
  for (const name of failing) {
    const service = aws.ecs.service(name);
    service.members = { ...service.members, deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
    aws.ecs.rolloutsEnd(name, body => JSON.stringify(body).includes(AGENT) ? tasksFail(secretOutOfReach) : undefined);
  }
}

const outcomes = ({ services }: any) => services.map(({ serviceArn: arn, outcome }: any) => `${arn.split('/').pop()} ${outcome}`);
/** The services in the order of their updates. */
const updated = ({ aws }: Shop) => aws.callsOf('UpdateService').map(({ input }) => String(input.service).split('/').pop());

/** Fails after the other rollouts of its wave have ended. */
const slowly = tasksFail(secretOutOfReach, { everyMs: 60_000 });

/** Ends a run at once, as soon as the runs of `web-2` and `web-3` have ended in its own journal, and that of `web-4` is followed. */
async function killedInWave(shop: Shop, args: readonly string[], folder: string): Promise<void> {
  const earlier = readdirSync(folder);
  let kill = () => {};
  const isKept = (text: string, name: string, phase: string) => new RegExp(`/${name}",.*"phase":"${phase}"`).test(text);
  shop.aws.inject('ecs:DescribeServices', meanwhile(() => {
    const own = readdirSync(folder).filter(name => name.endsWith('.jsonl') && !earlier.includes(name));
    const text = own.map(name => readFileSync(join(folder, name), 'utf8')).join('');
    if (isKept(text, 'web-2', 'ended') && isKept(text, 'web-3', 'ended') && isKept(text, 'web-4', 'following')) kill();
  }), { times: Infinity });
  const ran = await shop.run(args, { onStart: started => { kill = () => { started.kill('SIGKILL'); }; } });
  expect(ran.signal).toBe('SIGKILL');
  shop.aws.faults.clear();
}

describe('waves', () => {
  scenario('a wave begins after all rollouts of the one before have ended', async shop => {
    furnish(shop);
    const ran = await shop.run([...ADD_ALL, '--batch', '3']);
    expect(ran.code).toBe(0);
    expect(ran.stderr.match(/^wave .*$/gm)).toEqual([
      'wave 1 of 3: 3 services', ...['wave 2 of 3: 3 services',
        'wave 3 of 3: 1 service'].map(wave => expect.stringMatching(new RegExp(`^${wave}; (less than a|about \\d+) min(ute)? left$`))),
    ]);
    const actions = shop.aws.calls.flatMap(({ action, input }) => action === 'UpdateService' ? `update ${String(input.service).split('/').pop()}` : []);
    expect(actions).toHaveLength(7);
    const begun = shop.aws.calls.findIndex(({ action, input }) => action === 'UpdateService' && String(input.service).endsWith('web-2'));
    for (const name of ['orders', 'web-0', 'web-1']) {
      const ended = shop.aws.ecs.service(name).deployments[0].updatedAt;
      expect(ended).toBeLessThanOrEqual(shop.aws.ecs.service('web-2').deployments[0].createdAt);
    }
    expect(begun).toBeGreaterThan(0);
  });

  scenario('a canary comes first, and if it fails, nothing else begins, whatever number of failures is allowed', async shop => {
    furnish(shop, ['orders']);
    const ran = await shop.run([...ADD_ALL, '--canary', '1', '--batch', '3', '--max-failures', '5', '--json']);
    expect([ran.code, updated(shop), outcomes(ran.json)]).toEqual([4, ['orders', 'orders'], ['orders rolledBack', ...NAMES.map(name => `${name} notStarted`)]]);
    expect(ran.json.services[3].reason).toBe('1 service failed');
    expect(ran.stderr).toContain('wave 1 of 3, the canary: 1 service\n');
  });

  scenario('what was granted for services that do not begin any more is revoked', async shop => {
    furnish(shop);
    shop.aws.inject('ecs:RegisterTaskDefinition', refused('ClientException', 'no such thing'));
    const ran = await shop.run([...ADD_ALL, '--grant-secret-access', '--canary', '1', '--json']);
    expect([ran.code, outcomes(ran.json)]).toEqual([1, ['orders failed', ...NAMES.map(name => `${name} notStarted`)]]);
    expect(shop.aws.callsOf('PutRolePolicy')).toHaveLength(1);
    expect([...shop.aws.iam.role('execution').inline.keys()]).toEqual([]);
  }, { mayRead: false });

  scenario('the run stops after the wave in which more services failed than are allowed, and the end names what was not begun', async shop => {
    furnish(shop, ['web-0', 'web-2']);
    const ran = await shop.run([...ADD_ALL, '--batch', '2', '--max-failures', '1']);
    expect(ran.code).toBe(4);
    expect(updated(shop).slice().sort()).toEqual(['orders', 'web-0', 'web-0', 'web-1', 'web-2', 'web-2']);
    expect(ran.stdout).toMatch(/\nNot begun: 3 services, since 2 services failed: web-3, web-4, web-5\.\n$/);
    expect([shop.runs('web-1'), shop.runs('web-3')]).toEqual(['web-1:2', 'web-3:1']);
  });

  scenario('the same command again begins what was not begun, and does nothing twice', async shop => {
    furnish(shop, ['web-0']);
    expect((await shop.run([...ADD_ALL, '--batch', '2'])).code).toBe(4);
    shop.aws.ecs.rolloutsEnd('web-0', () => undefined);
    const ran = await shop.run([...ADD_ALL, '--batch', '2', '--json']);
    expect([ran.code, outcomes(ran.json)]).toEqual([0, ['orders unchanged', ...NAMES.map(name => `${name} completed`)]]);
    expect(NAMES.map(name => shop.revisions(name))).toEqual(NAMES.map(() => 2));
  });

  scenario('with roll-back-wave, the other services of the wave go back, and those of earlier waves stay', async shop => {
    furnish(shop, ['web-2']);
    const ran = await shop.run([...ADD_ALL, '--batch', '2', '--on-failure', 'roll-back-wave', '--json']);
    expect([ran.code, outcomes(ran.json)]).toEqual([4, [
      'orders completed', 'web-0 completed', 'web-1 rolledBack', 'web-2 rolledBack', 'web-3 notStarted', 'web-4 notStarted', 'web-5 notStarted',
    ]]);
    expect(['orders', 'web-0', 'web-1', 'web-2'].map(name => shop.runs(name))).toEqual(['orders:2', 'web-0:2', 'web-1:1', 'web-2:1']);
    expect(ran.json.services[2].reason).toBe('1 service failed');
    expect(ran.stderr).toContain('web-1: 1 service failed, going back to web-1:1\n');
  });

  scenario('with roll-back-wave, a service stays whose rollout was not this run\'s, although the agent in it stopped', async shop => {
    furnish(shop, ['web-1']);
    await shop.run(['ecs', 'add', '--cluster', 'shop', '--service', 'web-0', '--collection', COLLECTION]);
    shop.aws.ecs.rolloutsEnd('web-0', () => succeeds(1000, [{ name: AGENT, exitCode: 1 }]));
    shop.aws.ecs.updateService('web-0', { forceNewDeployment: true });
    const before = shop.aws.callsOf('UpdateService').length;
    const ran = await shop.run([...ADD_ALL, '--batch', '4', '--on-failure', 'roll-back-wave', '--json']);
    expect([ran.code, outcomes(ran.json).slice(0, 4)]).toEqual([4, ['orders rolledBack', 'web-0 degraded', 'web-1 rolledBack', 'web-2 rolledBack']]);
    expect(updated(shop).slice(before)).not.toContain('web-0');
    expect(shop.runs('web-0')).toBe('web-0:2');
  });

  scenario('Ctrl-C is no failure: nothing goes back, and the same command again finishes the wave and begins the others', async shop => {
    furnish(shop);
    const folder = mkdtempSync(join(tmpdir(), 'waves-'));
    const args = [...ADD_ALL, '--batch', '3', '--on-failure', 'roll-back-wave', '--journal', folder];
    try {
      shop.aws.ecs.rolloutsEnd('web-1', succeeds(3_600_000));
      const ran = await shop.runUntil('DescribeTasks', 'SIGINT', [...args, '--json']);
      expect([ran.code, ran.stderr]).toEqual([130, expect.not.stringContaining('going back')]);
      expect(outcomes(ran.json).slice(2)).toEqual(['web-1 notFollowed', 'web-2 notStarted', 'web-3 notStarted', 'web-4 notStarted', 'web-5 notStarted']);
      expect(ran.json.services.slice(3).map(({ reason }: any) => reason)).toEqual(Array(4).fill('interrupted'));
      shop.aws.advance(3_600_000);
      const again = await shop.run([...args, '--json']);
      expect([again.code, NAMES.map(name => [shop.runs(name), shop.revisions(name)])]).toEqual([0, NAMES.map(name => [`${name}:2`, 2])]);
      expect(shop.aws.callsOf('UpdateService').filter(({ input }) => String(input.taskDefinition).endsWith(':1'))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const verb of ['add', 'remove']) {
    scenario(`with roll-back-wave, after a kill in a wave of ${verb}, what the killed process has completed in it goes back, too`, async shop => {
      furnish(shop, ['web-4']);
      const folder = mkdtempSync(join(tmpdir(), 'waves-'));
      const isNew = (text: string) => text.includes(AGENT) === (verb === 'add');
      const options = ['--batch', '3', '--on-failure', 'roll-back-wave', '--journal', folder];
      const args = [...verb === 'add' ? ADD_ALL : ['ecs', 'remove', ...ALL], ...options];
      try {
        shop.aws.ecs.rolloutsEnd('web-4', () => undefined);
        if (verb === 'remove') await shop.run(ADD_ALL);
        const before = Object.fromEntries(NAMES.map(name => [name, shop.runs(name)]));
        shop.aws.ecs.rolloutsEnd('web-4', body => isNew(JSON.stringify(body)) ? slowly : undefined);
        // Twice, so the second process must keep what it has got from the first one.
        for (let kills = 0; kills < 2; kills++) {
          await killedInWave(shop, args, folder);
          expect(shop.runs('web-2')).not.toBe(before['web-2']);
        }
        shop.aws.advance(3_600_000);
        const ran = await shop.run([...args, '--json']);
        expect([ran.code, outcomes(ran.json)]).toEqual([4, [
          'orders unchanged', 'web-0 unchanged', 'web-1 unchanged', 'web-2 rolledBack', 'web-3 rolledBack', 'web-4 rolledBack', 'web-5 notStarted',
        ]]);
        expect(NAMES.map(name => shop.runs(name) === before[name])).toEqual([false, false, true, true, true, true]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  scenario('with roll-back-wave, after a kill, a service stays that others have deployed since', async shop => {
    furnish(shop, ['web-4']);
    const folder = mkdtempSync(join(tmpdir(), 'waves-'));
    const args = [...ADD_ALL, '--on-failure', 'roll-back-wave', '--journal', folder];
    try {
      shop.aws.ecs.rolloutsEnd('web-4', body => JSON.stringify(body).includes(AGENT) ? slowly : undefined);
      await killedInWave(shop, args, folder);
      shop.aws.ecs.updateService('web-2', { forceNewDeployment: true });
      shop.aws.advance(3_600_000);
      const ran = await shop.run([...args, '--json']);
      expect([ran.code, outcomes(ran.json).slice(3, 6)]).toEqual([4, ['web-2 unchanged', 'web-3 rolledBack', 'web-4 rolledBack']]);
      expect(shop.runs('web-2')).toBe('web-2:2');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  scenario('without waves, the failures of some services stop nothing', async shop => {
    furnish(shop, ['orders', 'web-0', 'web-1']);
    const ran = await shop.run([...ADD_ALL, '--json']);
    expect(outcomes(ran.json).filter((outcome: string) => outcome.endsWith('completed'))).toHaveLength(4);
  });

  scenario('with a limit and no waves, what has not begun does not begin after it', async shop => {
    furnish(shop, ['orders']);
    for (let index = 0; index < 60; index++) shop.aws.ecs.addService(`later-${index}`, { cluster: 'shop' });
    const ran = await shop.run([...ADD_ALL, '--max-failures', '0', '--json']);
    const ends = outcomes(ran.json) as string[];
    expect([ran.code, ends.filter(end => end.endsWith('notStarted')).length > 0, ends.includes('web-0 completed')]).toEqual([4, true, true]);
  });

  for (const [flags, said] of [
    [['--batch', '0'], '`--batch` must be a number of services, 1 or more, got: 0'],
    [['--batch', 'ten'], '`--batch` must be a number of services, 1 or more, got: ten'],
    [['--canary', '1.5'], '`--canary` must be a number of services, 1 or more, got: 1.5'],
    [['--max-failures', '-1'], '`--max-failures` must be a number of services, 0 or more, got: -1'],
    [['--on-failure', 'stop'], '`--on-failure` must be keep or roll-back-wave, got: stop'],
    [['--batch', '5', '--no-follow'], 'With `--no-follow` nothing is known of rollouts that fail: leave out `--batch`, or `--no-follow`.'],
    [['--on-failure', 'roll-back-wave', '--no-rollback'], '`--on-failure roll-back-wave` and `--no-rollback` exclude each other.'],
  ] as const) {
    scenario(`${flags.join(' ')} is a usage error`, async shop => {
      const ran = await shop.run([...ADD, ...flags]);
      expect([ran.code, ran.stderr, shop.aws.calls]).toEqual([2, `error: ${said}\n`, []]);
    });
  }
});

describe('the order of a file', () => {
  /** Each file, and its services in their order: `a/web` is one of cluster `a` in the account of profile `web`, `other` is one of profile `jobs`. */
  const FILES: readonly (readonly [what: string, file: { readonly entries: readonly string[]; readonly order: readonly string[] }])[] = [
    ['clusters that alternate', {
      entries: ['{ cluster: a, service: zoo }', '{ cluster: b, service: orders }', '{ cluster: a, service: "*" }'],
      order: ['zoo', 'orders', 'api', 'cart', 'web'],
    }],
    ['options that alternate', {
      entries: ['{ cluster: a, service: web }', '{ cluster: a, service: cart, rateLimit: 5 }', '{ cluster: a, service: api }'],
      order: ['web', 'cart', 'api'],
    }],
    ['a region that its profile names', {
      entries: ['{ profile: jobs, region: null, cluster: a, service: nightly }', '{ cluster: a, service: web }', '{ cluster: b, service: orders }'],
      order: ['nightly', 'web', 'orders'],
    }],
    ['accounts that alternate', {
      entries: ['{ cluster: a, service: web }', '{ profile: jobs, cluster: a, service: nightly }', '{ cluster: a, service: api }'],
      order: ['web', 'nightly', 'api'],
    }],
    ['names and patterns of one entry', {
      entries: ['{ cluster: a, service: [zoo, "*a*", web] }'],
      order: ['zoo', 'api', 'cart', 'web'],
    }],
  ];

  function open(company: Company, entries: readonly string[]): string {
    company.addServices(WEB, ['zoo', 'web', 'cart', 'api'], { cluster: 'a' });
    company.addServices(WEB, ['orders'], { cluster: 'b' });
    company.addServices(JOBS, ['nightly'], { cluster: 'a' });
    const profile = (name: string, account: string) => `[profile ${name}]\naws_access_key_id = ${account}\naws_secret_access_key = test\nregion = eu-west-1\n`;
    company.write('config', `${profile('web', WEB)}${profile('jobs', JOBS)}`);
    const placed = (entry: string) => entry.includes('region: null') ? entry.replace(' region: null,', '') : entry.replace('{ ', '{ region: eu-west-1, ');
    const own = entries.map(entry => `  - ${placed(entry)}\n`);
    return company.write('fleet.yaml', `defaults: { profile: web, discoveryMode: true }\nservices:\n${own.join('')}`);
  }

  const named = ({ services }: any) => services.map(({ serviceArn: arn }: any) => arn.split('/').pop());
  /** The services in the order of their updates, of all accounts. */
  const updates = ({ calls }: Company) => calls.filter(({ action }) => action === 'UpdateService').sort((one, other) => one.ms - other.ms)
    .map(({ input }) => String(input.service).split('/').pop());

  story.each(FILES)('is that of the waves, and of all that is told of them: %s', async (company, { entries, order }) => {
    const from = open(company, entries);
    const page = join(company.folder, 'report.html');
    const rows = () => [...readFileSync(page, 'utf8').matchAll(/<tr><td>(?:<[^>]*>)*([\w-]+)</g)].map(([, name]) => name);
    const planned = await company.run(['ecs', 'plan', '--from', from, '--report', page, '--json']);
    expect([named(planned.json), rows()]).toEqual([order, order]);
    const { stdout } = await company.run(['ecs', 'plan', '--from', from]);
    expect([...stdout.matchAll(/^(\S+) in cluster/gm)].map(([, name]) => name)).toEqual(order);
    const ran = await company.run(['ecs', 'add', '--from', from, '--batch', '1', '--report', page, '--json']);
    expect([ran.code, updates(company), named(ran.json), rows()]).toEqual([0, order, order, order]);
    const status = await company.run(['ecs', 'status', '--from', from, '--report', page, '--json']);
    expect([named(status.json), rows()]).toEqual([order, order]);
    const removed = await company.run(['ecs', 'remove', '--from', from]);
    expect([...removed.stdout.matchAll(/(\S+): done/g)].map(([, name]) => name.split('/').pop())).toEqual(order);
  });

  story('is that of the canary: its services are of the first entries', async company => {
    const from = open(company, FILES[0][1].entries);
    const { ecs } = company.organisation.account(WEB);
    const service = ecs.service('zoo', 'a');
    service.members = { ...service.members, deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
    ecs.rolloutsEnd('zoo', body => JSON.stringify(body).includes(INSIGHTS_AGENT) ? tasksFail(secretOutOfReach) : undefined);
    const ran = await company.run(['ecs', 'add', '--from', from, '--canary', '2', '--json']);
    expect([ran.code, outcomes(ran.json)]).toEqual([4, ['zoo rolledBack', 'orders completed', 'api notStarted', 'cart notStarted', 'web notStarted']]);
  });
});
