import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADD, shop } from './given';
import { Screen } from './screen';
import { CTRL_C } from './terminal';
import { hanging, neverSettles, secretOutOfReach, tasksFail, succeeds } from '../fakes';

const here = shop();
const { type, writes } = here;
const YES = [...ADD, '--yes'];
const HEADING = /^service +desired +running +failed +elapsed$/;

/** The rows of the table that stands on a screen, in words. */
function table({ lines }: Screen): string[] {
  const headings = lines.flatMap((line, index) => HEADING.test(line) ? [index] : []);
  expect(headings).toHaveLength(1);
  return lines.slice(headings[0] + 1).map(line => line.replace(/ {2,}/g, ' '));
}

describe('a rollout on a terminal', () => {
  test('is drawn as a table of service, desired, running, failed and elapsed', async () => {
    const session = await type(YES, [{ match: 'orders +2 +0 +0 +0 s' }, { match: 'orders +2 +1 +0 +1 s' }]);
    expect(session.screenAfter(1).text).toMatch(/^service +desired +running +failed +elapsed$/m);
    expect(table(session.screenAfter(0))).toEqual([expect.stringMatching(/^orders 2 0 0 0 s/)]);
    expect(table(session.screenAfter(1))).toEqual([expect.stringMatching(/^orders 2 1 0 1 s/)]);
  });

  test('has a row for each service, which goes when it is done', async () => {
    for (const name of ['orders', 'web']) here.aws.ecs.rolloutsEnd(name, succeeds(6000));
    here.aws.ecs.rolloutsEnd('web', { kind: 'succeeds', afterMs: 2500 });
    const session = await type(['ecs', 'add', '--cluster', 'shop', '--all', '--collection', ADD.at(-1)!, '--yes'], [{ match: 'orders +2.*\\s+web +2' }, { match: 'elapsed\\s+orders +2 +1 .*\\n(?!web)' }]);
    expect(table(session.screenAfter(0))).toEqual([expect.stringMatching(/^orders 2/), expect.stringMatching(/^web 2/)]);
    expect(session.screen.lines.slice(-2)).toEqual(['orders: done, runs orders:2', 'web: done, runs web:2']);
  });

  test('leaves its end and no table', async () => {
    const session = await type(YES, [{ wait: 'elapsed' }]);
    expect(session.screen.lines.slice(-4)).toEqual(['1 service: 1 to add.', 'created the secret postman/api-key', 'orders: rolling out orders:2', 'orders: done, runs orders:2']);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
  });

  test('counts tasks that fail, tells that it goes back, and ends with 4', async () => {
    here.aws.ecs.rolloutsEnd('orders', body => JSON.stringify(body).includes('postman-lc-agent') ? tasksFail(secretOutOfReach, { everyMs: 300 }) : undefined);
    const session = await type([...YES, '--timeout', '2s'], [{ match: 'orders +2 +0 +[1-9]' }, { wait: 'going back to orders:1' }]);
    expect(session.screen.text).toMatch(/^orders: rolled back, back on orders:1/m);
    expect(session.screen.text).not.toMatch(/elapsed/);
    expect(session).toMatchObject({ exitCode: 4, isTidy: true });
  });

  describe('that is wider or higher than the terminal', () => {
    const ALL = ['ecs', 'add', '--cluster', 'shop', '--all', '--collection', ADD.at(-1)!, '--yes'];
    const addServices = (count: number) => {
      for (let number = 0; number < count; number++) here.aws.ecs.addService(`a-service-with-quite-a-long-name-${number}`, { cluster: 'shop', outcomeOf: () => succeeds(4000) });
    };

    test('is drawn over itself where its lines do not fit', async () => {
      addServices(2);
      const session = await type(ALL, [{ wait: 'desired' }], { columns: 50 });
      expect(session.screen.text.match(/: done, runs /g)).toHaveLength(4);
      expect(session.screen.text).not.toMatch(/desired|tasks run/);
      expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    });

    test('is cut, and says how much', async () => {
      addServices(12);
      const session = await type(ALL, [{ match: 'and (?:[6-9]|10) more' }], { rows: 10 });
      expect(table(session.screenAfter(0)).length).toBeLessThanOrEqual(8);
      expect(session.screen.text.match(/: done, runs /g)).toHaveLength(14);
      expect(session.screen.text).not.toMatch(/elapsed|more$/m);
      expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    });

    test('is cut in both directions', async () => {
      addServices(9);
      const session = await type(ALL, [{ wait: 'desired' }], { columns: 50, rows: 10 });
      expect(session.screen.text.match(/: done, runs /g)).toHaveLength(11);
      expect(session.screen.text).not.toMatch(/desired|tasks\s+run/);
    });
  });
});

describe('Ctrl-C', () => {
  test('while a rollout is followed ends with 130 within 10 s, says that it goes on, and leaves it going on', async () => {
    here.aws.ecs.rolloutsEnd('orders', { kind: 'succeeds', afterMs: 60_000 });
    const session = await type(YES, [{ wait: 'elapsed' }, { send: CTRL_C }]);
    expect(session.secondsAfter(1)).toBeLessThan(10);
    expect(session.screen.text).toMatch(/the rollout goes on/);
    expect(session.screen.text).toMatch(/`ecs status` tells/);
    expect(session.screen.text).not.toMatch(/elapsed|\^C/);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
    expect(writes()).toEqual(['CreateSecret', 'RegisterTaskDefinition', 'UpdateService']);
    const rollout = () => (here.aws.ecs.describeService('orders').deployments as { status: string; rolloutState: string; taskDefinition: string }[]).find(({ status }) => status === 'PRIMARY');
    expect(rollout()).toMatchObject({ rolloutState: 'IN_PROGRESS', taskDefinition: expect.stringMatching(/orders:2$/) });
    here.aws.advance(60_000);
    expect(rollout()).toMatchObject({ rolloutState: 'COMPLETED', taskDefinition: expect.stringMatching(/orders:2$/) });
  });

  test('during a write that is not answered ends within 10 s, and names the revision that is there', async () => {
    here.aws.inject('ecs:UpdateService', hanging());
    const session = await type(YES, [{ wait: 'created the secret' }, { pause: 0.5 }, { send: CTRL_C }]);
    expect(session.secondsAfter(2)).toBeLessThan(10);
    expect(session.screen.text).toMatch(/update to orders:2 was sent: whether/);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
  });

  test('pressed twice ends what does not end after the first', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'profile-'));
    // The SDK waits for such a program whatever happens, and this one does not mind Ctrl-C.
    writeFileSync(join(folder, 'config'), '[profile slow]\nregion = eu-west-1\ncredential_process = sh -c "trap \'\' INT; echo asked > /dev/tty; sleep 30"\n');
    const env = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    try {
      const session = await type([...YES, '--profile', 'slow'], [{ wait: 'asked' }, { send: CTRL_C }, { pause: 0.5 }, { send: CTRL_C }], { env, timeout: 10 });
      expect(session.secondsAfter(3)).toBeLessThan(5);
      expect(session.screen.text).toMatch(/`ecs status` tells/);
      expect(session).toMatchObject({ exitCode: 130, isTidy: true });
      expect(here.aws.calls).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('pressed twice while a rollout is followed leaves it going on, too', async () => {
    here.aws.ecs.rolloutsEnd('orders', neverSettles());
    const session = await type(YES, [{ wait: 'elapsed' }, { send: CTRL_C }, { send: CTRL_C }]);
    expect(session.secondsAfter(1)).toBeLessThan(10);
    expect(session.screen.text).toMatch(/goes? on/);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
    expect(writes()).toEqual(['CreateSecret', 'RegisterTaskDefinition', 'UpdateService']);
  });
});
