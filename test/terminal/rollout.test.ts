import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADD, done, shop } from './given';
import { Screen } from './screen';
import { CTRL_C, PATIENT } from './terminal';
import { hanging, neverSettles, secretOutOfReach, tasksFail, succeeds } from '../fakes';

const here = shop();
const { type, writes } = here;
const YES = [...ADD, '--yes'];
const ALL = ['ecs', 'add', '--cluster', 'shop', '--all', '--collection', ADD.at(-1)!, '--yes'];
const HEADING = /^service +desired +running +failed +elapsed$/;

/** The rows of the table on a screen, with single spaces. */
function table({ lines }: Screen): string[] {
  const headings = lines.flatMap((line, index) => HEADING.test(line) ? [index] : []);
  expect(headings).toHaveLength(1);
  return lines.slice(headings[0] + 1).map(line => line.replace(/ {2,}/g, ' '));
}

describe('a rollout on a terminal', () => {
  test('a rollout is drawn as a table of service, desired, running, failed and elapsed', async () => {
    here.aws.ecs.rolloutsEnd('orders', succeeds(800));
    const session = await type(YES);
    expect(table(session.screenWith(/orders +2 +0 +0 /))).toEqual([expect.stringMatching(/^orders 2 0 0 (\d+ min )?\d+ s/)]);
    expect(table(session.screenWith(/orders +2 +1 +0 /))).toEqual([expect.stringMatching(/^orders 2 1 0 (\d+ min )?\d+ s/)]);
  });

  test('the table has a row for each service, which is removed when the service is done', async () => {
    here.aws.ecs.rolloutsEnd('orders', succeeds(2400));
    here.aws.ecs.rolloutsEnd('web', succeeds(1000));
    const session = await type(ALL);
    expect(table(session.screenWith(/orders +2.*\nweb +2/))).toEqual([expect.stringMatching(/^orders 2/), expect.stringMatching(/^web 2/)]);
    expect(table(session.screenWith(/elapsed\norders +2 +1 .*$/))).toEqual([expect.stringMatching(/^orders 2 1/)]);
    expect(session.screen.lines.slice(-4)).toEqual([...done('orders'), ...done('web')]);
  });

  test('waves have a line above the table, with how far they are and what is left, and leave no table', async () => {
    for (let index = 0; index < 3; index++) here.aws.ecs.addService(`more-${index}`, { cluster: 'shop' });
    const session = await type([...ALL, '--batch', '2']);
    expect(session.screenWith(/^wave 1 of 3: 0 of 5 services have ended, 2 rolling out\nservice +desired/m).lines.length).toBeGreaterThan(0);
    expect(session.screenWith(/^wave 2 of 3: 2 of 5 services have ended, [12] rolling out; (less than a minute|about \d+ min) left\nservice +desired/m))
      .toBeDefined();
    expect(session.screen.text).not.toMatch(/have ended/);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
  });

  test('a rollout leaves its result and no table', async () => {
    const session = await type(YES, [{ wait: 'elapsed' }]);
    expect(session.screen.lines.slice(-6)).toEqual([
      '1 service: 1 to add.', 'created the secret postman/api-key', 'orders: rolling out orders:2',
      'orders: rolled out; looking whether the agent captures', ...done('orders'),
    ]);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
  });

  test('a line of the agent\'s log cannot control the terminal', async () => {
    here.aws.ecs.logs('postman-lc-agent', ['[ERROR] Invalid credentials \x1b]0;owned\x07\x1b[2J\x1b[1A\r\norders: done, runs orders:9']);
    const session = await type(YES);
    expect(session.output).not.toMatch(/\x1b\]|\x1b\[2J|\x07/);
    expect(session.screen.lines).toContain('orders: degraded, runs orders:2');
    expect(session.screen.lines).not.toContain('orders: done, runs orders:9');
    expect(session.screen.text).toContain('Postman rejected the API key');
    expect(session).toMatchObject({ exitCode: 4, isTidy: true });
  });

  test('the table counts failed tasks, and a rollout that goes back says so and ends with 4', async () => {
    const service = here.aws.ecs.service('orders');
    service.members = { ...service.members, deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } };
    here.aws.ecs.rolloutsEnd('orders', body => JSON.stringify(body).includes('postman-lc-agent') ? tasksFail(secretOutOfReach, { everyMs: 300 }) : undefined);
    const session = await type(YES, [{ wait: 'going back to orders:1' }]);
    expect(table(session.screenWith(/orders +2 +0 +[1-9]/))).toHaveLength(1);
    expect(session.screen.text).toMatch(/^orders: rolled back to orders:1/m);
    expect(session.screen.text).not.toMatch(/elapsed/);
    expect(session).toMatchObject({ exitCode: 4, isTidy: true });
  });

  describe('a table that does not fit the terminal', () => {
    const addServices = (count: number) => {
      for (let number = 0; number < count; number++) {
        here.aws.ecs.addService(`a-service-with-quite-a-long-name-${number}`, { cluster: 'shop', outcomeOf: () => succeeds(3000) });
      }
    };

    test('a table whose lines are too long is still redrawn in place', async () => {
      addServices(2);
      const session = await type(ALL, [{ wait: 'desired' }], { columns: 50 });
      expect(session.screen.text.match(/:\s+done,\s+runs\s/g)).toHaveLength(4);
      expect(session.screen.text).not.toMatch(/desired|tasks run/);
      expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    });

    test('a table that is too high is cut, and says how many rows are missing', async () => {
      addServices(12);
      const session = await type(ALL, [], { rows: 10 });
      expect(table(session.screenWith(/and (?:[6-9]|10) more/)).length).toBeLessThanOrEqual(8);
      expect(session.screen.text.match(/: done, runs /g)).toHaveLength(14);
      expect(session.screen.text).not.toMatch(/elapsed|more$/m);
      expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    });

    test('a table is cut in both directions', async () => {
      addServices(9);
      const session = await type(ALL, [{ wait: 'desired' }], { columns: 50, rows: 10 });
      expect(session.screen.text.match(/:\s+done,\s+runs\s/g)).toHaveLength(11);
      expect(session.screen.text).not.toMatch(/desired|tasks\s+run/);
    });
  });
});

describe('Ctrl-C', () => {
  test('Ctrl-C while a rollout is followed ends with 130 before the next look, and the rollout continues', async () => {
    here.aws.ecs.rolloutsEnd('orders', { kind: 'succeeds', afterMs: 60_000 });
    const session = await type(YES, [{ wait: 'elapsed' }, { send: CTRL_C }], { env: PATIENT });
    expect(session.screen.text).toMatch(/the rollout continues/);
    expect(session.screen.text).toMatch(/`ecs status`/);
    expect(session.screen.text).not.toMatch(/elapsed|\^C/);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
    expect(writes()).toEqual(['CreateSecret', 'RegisterTaskDefinition', 'UpdateService']);
    const deployments = () => here.aws.ecs.describeService('orders').deployments as { status: string; rolloutState: string; taskDefinition: string }[];
    const rollout = () => deployments().find(({ status }) => status === 'PRIMARY');
    expect(rollout()).toMatchObject({ rolloutState: 'IN_PROGRESS', taskDefinition: expect.stringMatching(/orders:2$/) });
    here.aws.advance(60_000);
    expect(rollout()).toMatchObject({ rolloutState: 'COMPLETED', taskDefinition: expect.stringMatching(/orders:2$/) });
  });

  test('Ctrl-C during an unanswered write does not wait for the answer, and names the registered revision', async () => {
    here.aws.inject('ecs:UpdateService', hanging());
    const session = await type(YES, [{ until: here.called('UpdateService') }, { send: CTRL_C }], { env: PATIENT });
    expect(session.screen.text).toMatch(/update to orders:2 was sent; it is unknown\s+whether/);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
  });

  test('one Ctrl-C ends a run that waits for a program that gives the credentials, also if the program ignores it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'profile-'));
    writeFileSync(join(folder, 'config'), '[profile slow]\nregion = eu-west-1\ncredential_process = sh -c "trap \'\' INT; echo asked > /dev/tty; sleep 300"\n');
    const env = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    try {
      const session = await type([...YES, '--profile', 'slow'], [{ wait: 'asked' }, { send: CTRL_C }], { env });
      expect(session.screen.text).toMatch(/Interrupted\.$/);
      expect(session).toMatchObject({ exitCode: 130, isTidy: true });
      expect(here.aws.calls).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('Ctrl-C pressed twice while a rollout is followed lets it continue, too', async () => {
    here.aws.ecs.rolloutsEnd('orders', neverSettles());
    const session = await type(YES, [{ wait: 'elapsed' }, { send: CTRL_C }, { wait: '^C' }, { send: CTRL_C }], { env: PATIENT });
    expect(session.screen.text).toMatch(/continues?/);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
    expect(writes()).toEqual(['CreateSecret', 'RegisterTaskDefinition', 'UpdateService']);
  });
});
