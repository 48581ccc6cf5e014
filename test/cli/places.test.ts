import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Company, JOBS, story, WEB } from './company';
import { isWrite } from './shop';
import { accessDenied, expiredToken, succeeds } from '../fakes';

const ROLE = `arn:aws:iam::${JOBS}:role/operator`;
/** The credentials of the environment are those of one account, which may assume a role of the other. */
const AS_WEB = { env: { AWS_ACCESS_KEY_ID: WEB, AWS_SECRET_ACCESS_KEY: 'test' } };
const FILE = `defaults: { region: eu-west-1, discoveryMode: true, cluster: shop }
services:
  - { service: "*" }
  - { service: "*", roleArn: "${ROLE}" }
`;

function open(company: Company): string {
  company.addServices(WEB, ['orders', 'web']);
  company.addServices(JOBS, ['nightly', 'orders']);
  return company.write('fleet.yaml', FILE);
}

const outcomes = ({ services }: any) => services.map(({ serviceArn: arn, outcome, place }: any) => `${place?.account} ${arn.split('/').pop()} ${outcome}`);

describe('several places in one run', () => {
  story('if all of them fail, each is reported, and nothing else is said', async company => {
    open(company);
    const roles = [WEB, JOBS].map(id => `  - { service: "*", roleArn: "arn:aws:iam::${id}:role/nobody" }`);
    const file = company.write('denied.yaml', `defaults: { region: eu-west-1, discoveryMode: true, cluster: shop }\nservices:\n${roles.join('\n')}\n`);
    for (const id of [WEB, JOBS]) company.organisation.account(id).inject('sts:AssumeRole', accessDenied());
    const ran = await company.run(['ecs', 'add', '--from', file, '--yes'], AS_WEB);
    expect([ran.code, ran.stderr.match(/^error: /gm)?.length]).toEqual([1, 2]);
  });

  story('a role is assumed once for all calls of its place, by the credentials of the environment', async company => {
    const file = open(company);
    const ran = await company.run(['ecs', 'add', '--from', file, '--json'], AS_WEB);
    expect([ran.code, outcomes(ran.json)]).toEqual([0, [
      `${WEB} orders completed`, `${WEB} web completed`, `${JOBS} nightly completed`, `${JOBS} orders completed`,
    ]]);
    const assumed = company.calls.filter(({ action }) => action === 'AssumeRole');
    expect(assumed.map(({ input }) => [input.RoleArn, input.RoleSessionName, Number(input.DurationSeconds)]))
      .toEqual([[ROLE, 'postman-live-collection', 3600]]);
  });

  story('a role is assumed by the credentials of the profile that the entry names', async company => {
    open(company);
    const entry = `{ profile: web, roleArn: "${ROLE}", region: eu-west-1, cluster: shop, service: orders, discoveryMode: true }`;
    const file = company.write('own.yaml', `services: [${entry}]`);
    expect((await company.run(['ecs', 'plan', '--from', file])).code).toBe(3);
    expect(company.organisation.account(WEB).callsOf('AssumeRole')).toHaveLength(1);
    expect(company.organisation.account(WEB).callsOf('DescribeServices')).toHaveLength(0);
  });

  story('the credentials of a role are renewed before they expire, while its rollouts are followed', async company => {
    const file = open(company);
    const { ecs } = company.organisation.account(JOBS);
    for (const name of ['nightly', 'orders']) ecs.rolloutsEnd(name, () => succeeds(2 * 3_600_000));
    const ran = await company.run(['ecs', 'add', '--from', file, '--json', '--timeout', '5h'],
      { env: { ...AS_WEB.env, POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '60' } });
    expect(ran.code).toBe(0);
    const { calls } = company.organisation.account(WEB);
    const at = calls.filter(({ action }) => action === 'AssumeRole').map(({ ms }) => ms);
    expect(at.length).toBeGreaterThan(1);
    for (const [index, ms] of at.slice(1).entries()) expect(ms - at[index]).toBeLessThan(60 * 60_000);
  });

  story('services with the same name in several clusters and accounts are told from each other in every line', async company => {
    const file = open(company);
    company.addServices(WEB, ['orders'], { cluster: 'other' });
    const more = company.write('more.yaml', `${FILE}  - { service: orders, cluster: other }\n`);
    const { stdout } = await company.run(['ecs', 'add', '--from', more], AS_WEB);
    const results = stdout.trim().split('\n').filter(line => line.includes(': done'));
    expect(results.map(line => line.split(': ')[0]).sort()).toEqual([
      `${WEB}/eu-west-1 other/orders`, `${WEB}/eu-west-1 shop/orders`, `${WEB}/eu-west-1 shop/web`, `${JOBS}/eu-west-1 shop/nightly`,
      `${JOBS}/eu-west-1 shop/orders`,
    ]);
    expect((await company.run(['ecs', 'status', '--from', file], AS_WEB)).stdout).toContain(`orders in cluster shop of ${JOBS}/eu-west-1: agent running`);
  });

  story('a place whose role may not be assumed is reported by its name, and the rest continues', async company => {
    const file = open(company);
    company.organisation.account(WEB).inject('sts:AssumeRole', accessDenied());
    const ran = await company.run(['ecs', 'add', '--from', file, '--json'], AS_WEB);
    expect([ran.code, outcomes(ran.json)]).toEqual([1, ['undefined orders completed', 'undefined web completed']]);
    expect(ran.json.failedPlaces).toEqual([{
      name: `role ${ROLE}, eu-west-1`,
      error: { message: expect.stringMatching(/^The credentials were denied: .*sts:AssumeRole/) },
    }]);
    expect(ran.stderr).toContain(`error: role ${ROLE}, eu-west-1: The credentials were denied: `);
    expect(company.runs(JOBS, 'nightly')).toBe('nightly:1');
    const status = await company.run(['ecs', 'status', '--from', file, '--json'], AS_WEB);
    expect([status.code, status.json.services.length, status.json.failedPlaces.length]).toEqual([1, 2, 1]);
    expect((await company.run(['ecs', 'plan', '--from', file, '--json'], AS_WEB)).code).toBe(1);
  });

  const SERVICE = `arn:aws:ecs:eu-west-1:${JOBS}:service`;
  story.each<readonly [entries: readonly string[], at: string]>([
    ['the ARN of a service, beside another one of the same cluster', [['{ service: web }', `{ service: "${SERVICE}/shop/orders" }`], '4:16']],
    ['the short ARN of a service', [[`{ service: "${SERVICE}/orders" }`], '3:16']],
    ['the ARN of a cluster', [[`{ cluster: "arn:aws:ecs:eu-west-1:${JOBS}:cluster/shop", service: "*" }`], '3:16']],
    ['the ARN of a service that the account of the credentials does not have', [[`{ service: "${SERVICE}/nightly" }`], '3:16']],
    ['the ARN of a cluster, of which it selects nothing', [[`{ cluster: "arn:aws:ecs:eu-west-1:${JOBS}:cluster/shop", service: "none-*" }`], '3:16']],
  ])('a place with credentials of another account than an entry names is left as it is, and the rest continues: by %s', async (company, [entries, at]) => {
    open(company);
    const all = [...entries, `{ service: nightly, roleArn: "${ROLE}" }`].map(entry => `  - ${entry}\n`).join('');
    const file = company.write('own.yaml', `defaults: { region: eu-west-1, discoveryMode: true, cluster: shop }\nservices:\n${all}`);
    const ran = await company.run(['ecs', 'add', '--from', file, '--json'], AS_WEB);
    expect([ran.code, outcomes(ran.json)]).toEqual([1, ['undefined nightly completed']]);
    const message = `${file}:${at}: The ARN names account ${JOBS}, but the credentials of the entry are of account ${WEB}. `
      + `Give the entry a \`roleArn\` or a \`profile\` of account ${JOBS}.`;
    expect(ran.json.failedPlaces).toEqual([{ name: 'eu-west-1', error: { message } }]);
    expect(company.organisation.account(WEB).calls.filter(isWrite).filter(({ action }) => action !== 'AssumeRole')).toEqual([]);
    expect([company.runs(WEB, 'orders'), company.runs(WEB, 'web'), company.runs(JOBS, 'orders')]).toEqual(['orders:1', 'web:1', 'orders:1']);
    expect((await company.run(['ecs', 'status', '--from', file, '--json'], AS_WEB)).json.failedPlaces).toEqual([{ name: 'eu-west-1', error: { message } }]);
  });

  story('an entry with ARNs of the account of its credentials is carried out, with no further call', async company => {
    open(company);
    const file = company.write('own.yaml', `defaults: { region: eu-west-1, discoveryMode: true, cluster: shop }
services: [{ service: ["${SERVICE}/shop/orders", "${SERVICE}/nightly"], roleArn: "${ROLE}" }]\n`);
    expect((await company.run(['ecs', 'add', '--from', file], AS_WEB)).code).toBe(0);
    expect([company.runs(JOBS, 'orders'), company.runs(JOBS, 'nightly'), company.runs(WEB, 'orders')]).toEqual(['orders:2', 'nightly:2', 'orders:1']);
    expect(company.calls.filter(({ action }) => action === 'GetCallerIdentity')).toEqual([]);
  });

  const assumed = ({ calls }: Company) => calls.filter(({ action }) => action === 'AssumeRole').map(({ input, region }) => `${input.RoleArn} ${region}`);

  story('a region of a role that does not answer is reported by its name, and the other regions of the role continue', async company => {
    open(company);
    company.organisation.silentRegions.add('eu-west-9');
    const regions = ['eu-west-9', 'eu-west-1'].map(region => `  - { roleArn: "${ROLE}", region: ${region}, service: "*" }\n`);
    const file = company.write('own.yaml', `defaults: { discoveryMode: true, cluster: shop }\nservices:\n${regions.join('')}`);
    const ran = await company.run(['ecs', 'add', '--from', file, '--json'], AS_WEB);
    expect([ran.code, outcomes(ran.json)]).toEqual([1, ['undefined nightly completed', 'undefined orders completed']]);
    expect(ran.json.failedPlaces).toEqual([{ name: `role ${ROLE}, eu-west-9`, error: { message: expect.stringMatching(/did not answer/) } }]);
    expect(assumed(company)).toEqual([`${ROLE} eu-west-1`]);
  });

  story('a role is assumed once in each of its regions, with credentials that the user is asked for once', async company => {
    open(company);
    company.addServices(JOBS, ['nightly'], { region: 'us-east-1' });
    const given = JSON.stringify({ Version: 1, AccessKeyId: WEB, SecretAccessKey: 'test' }).replaceAll('"', '\\"');
    const asked = join(company.folder, 'asked');
    company.write('config', `[profile asks]\ncredential_process = sh -c "echo asked >> '${asked}'; echo '${given}'"\n`);
    const file = company.write('own.yaml', `defaults: { profile: asks, roleArn: "${ROLE}", discoveryMode: true, cluster: shop }
services:
  - { region: eu-west-1, service: "*" }
  - { region: us-east-1, service: "*" }
`);
    const ran = await company.run(['ecs', 'add', '--from', file, '--json']);
    expect([ran.code, ran.json.services.length]).toEqual([0, 3]);
    expect(assumed(company).sort()).toEqual([`${ROLE} eu-west-1`, `${ROLE} us-east-1`]);
    expect(readFileSync(asked, 'utf8')).toBe('asked\n');
  });

  story('with --all-or-nothing, a place that cannot be read prevents every write', async company => {
    const file = open(company);
    company.organisation.account(WEB).inject('sts:AssumeRole', accessDenied());
    const ran = await company.run(['ecs', 'add', '--from', file, '--all-or-nothing'], AS_WEB);
    expect([ran.code, company.calls.filter(isWrite).filter(({ action }) => action !== 'AssumeRole')]).toEqual([1, []]);
    expect(ran.stdout).toContain('Nothing was written: one place could not be read.');
  });

  story('a place whose credentials expire in the middle stops what it has not started, and the other one ends', async company => {
    const file = open(company);
    company.organisation.account(JOBS).inject('ecs:RegisterTaskDefinition', expiredToken());
    const ran = await company.run(['ecs', 'add', '--from', file, '--json'], AS_WEB);
    expect(ran.code).toBe(1);
    const ends = Object.fromEntries(ran.json.services.map(({ serviceArn: arn, outcome, place }: any) => [`${place.account} ${arn.split('/').pop()}`, outcome]));
    expect([ends[`${WEB} orders`], ends[`${WEB} web`]]).toEqual(['completed', 'completed']);
    expect([ends[`${JOBS} orders`], ends[`${JOBS} nightly`]].every(outcome => ['failed', 'notStarted'].includes(outcome))).toBe(true);
    company.organisation.account(JOBS).faults.clear();
    expect((await company.run(['ecs', 'add', '--from', file], AS_WEB)).code).toBe(0);
    expect(company.organisation.account(JOBS).ecs.revisionsOf('nightly')).toHaveLength(2);
  });

  story('all places are read and checked before the first write', async company => {
    const file = open(company);
    const order: string[] = [];
    for (const [id, aws] of company.organisation.accounts) {
      aws.onCall('iam:SimulatePrincipalPolicy', 1, () => order.push(`check ${id}`));
      aws.onCall('RegisterTaskDefinition', 1, () => order.push(`write ${id}`));
    }
    expect((await company.run(['ecs', 'add', '--from', file], AS_WEB)).code).toBe(0);
    expect(order.map(one => one.split(' ')[0])).toEqual(['check', 'check', 'write', 'write']);
  });

  story('the secret is created once in each place, also for entries with different options', async company => {
    open(company);
    const own = company.write('own.yaml', `defaults: { region: eu-west-1, discoveryMode: true, cluster: shop, apiKeySecret: new/key }
services:
  - { service: orders }
  - { service: web, rateLimit: 5 }
  - { service: orders, roleArn: "${ROLE}" }
`);
    const ran = await company.run(['ecs', 'add', '--from', own], { env: { ...AS_WEB.env, POSTMAN_API_KEY: 'not-a-key' } });
    expect(ran.code).toBe(0);
    expect(company.calls.filter(({ action }) => action === 'CreateSecret')).toHaveLength(2);
  });

  const throttled = (company: Company) => company.calls.filter(({ outcome }) => /Throttling/.test(outcome ?? '')).map(({ action }) => action);
  const thirty = (prefix: string) => Array.from({ length: 30 }, (_, index) => `${prefix}-${index}`);

  /** Two profiles with the credentials of one account, and thirty services for each. */
  function twoProfiles(company: Company, entries: (prefix: string) => string): string {
    company.addServices(WEB, [...thirty('a'), ...thirty('b')]);
    const profile = (name: string) => `[profile ${name}]\naws_access_key_id = ${WEB}\naws_secret_access_key = test\n`;
    company.write('config', `${profile('first')}${profile('second')}`);
    const file = [['first', 'a'], ['second', 'b']].map(([name, prefix]) => entries(prefix).replaceAll('PROFILE', name));
    return company.write('two.yaml', `defaults: { region: eu-west-1, discoveryMode: true }\nservices:\n${file.join('\n')}\n`);
  }

  story.each<(prefix: string) => string>([
    ['a pattern', prefix => `  - { profile: PROFILE, cluster: shop, service: "${prefix}-*" }`],
    ['names', prefix => thirty(prefix).map(name => `  - { profile: PROFILE, cluster: shop, service: ${name} }`).join('\n')],
    ['a role', prefix => `  - { profile: PROFILE, roleArn: "arn:aws:iam::${WEB}:role/operator", cluster: shop, service: "${prefix}-*" }`],
  ])('two profiles of one account share its limits, with their services by %s: no call is throttled', async (company, entries) => {
    const file = twoProfiles(company, entries);
    const ran = await company.run(['ecs', 'add', '--from', file, '--no-follow', '--json']);
    expect([ran.code, ran.json.services.length, throttled(company)]).toEqual([0, 60, []]);
    // They know it from what they read anyway.
    expect(company.calls.filter(({ action }) => action === 'GetCallerIdentity')).toEqual([]);
    expect(company.calls.filter(({ action }) => action === 'RegisterTaskDefinition')).toHaveLength(60);
  });

  story('two accounts have limits of their own', async company => {
    company.addServices(WEB, thirty('a'));
    company.addServices(JOBS, thirty('a'));
    const entries = ['web', 'jobs'].map(name => `  - { profile: ${name}, cluster: shop, service: "*" }`);
    const file = company.write('two.yaml', `defaults: { region: eu-west-1, discoveryMode: true }\nservices:\n${entries.join('\n')}\n`);
    const started = company.clock.now();
    expect((await company.run(['ecs', 'add', '--from', file, '--no-follow'])).code).toBe(0);
    // Thirty registrations take eleven seconds, and sixty would take forty-one.
    expect([throttled(company), company.clock.now() - started < 20_000]).toEqual([[], true]);
  });
});
