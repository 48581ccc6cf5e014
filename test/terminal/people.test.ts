import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADD, COLLECTION, QUESTION, shop } from './given';
import { CTRL_C, DOWN, ENTER, SPACE } from './terminal';
import { Profiles } from '../cli/profiles';
import { Hold, succeeds } from '../fakes';

const here = shop();
const { type, writes } = here;
const YES = [...ADD, '--yes'];
const SGR = /\x1b\[[\d;]*m/;

describe('a terminal as people have it', () => {
  test('on 40 columns, lines are wrapped at words, and the table shows names, running tasks and time', async () => {
    here.aws.ecs.rolloutsEnd('orders', succeeds(2400));
    const session = await type(YES, [{ wait: 'elapsed' }], { columns: 40 });
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    const table = session.screenWith(/orders +\d of 2 /);
    const rows = [/^service +running +elapsed/, /^orders +\d of 2 +\d+ s/].map(row => expect.stringMatching(row));
    expect(table.lines.filter(line => /elapsed|\d of 2/.test(line))).toEqual(rows);
    expect(session.screen.text).not.toMatch(/elapsed|\d of 2/);
    // A word is broken only if it is longer than a line.
    const text = session.screen.lines.join('\n');
    expect(text).toMatch(/^ {2}task definition {2}orders:1 -> a new\n {4}revision of orders$/m);
    expect(text).toMatch(/^orders: rolled out; looking whether the\n {2}agent captures$/m);
  });

  test.each([[100, 45], [45, 100]])('a terminal that is resized from %d to %d columns during a run keeps no pieces of the table', async (before, after) => {
    for (let number = 0; number < 3; number++) {
      here.aws.ecs.addService(`a-service-with-quite-a-long-name-${number}`, { cluster: 'shop', outcomeOf: () => succeeds(4000) });
    }
    const all = ['ecs', 'add', '--cluster', 'shop', '--all', '--collection', COLLECTION, '--yes'];
    // The next look is answered when the table is drawn again: what is drawn before the command is told of the new size, nobody can erase.
    const hold = new Hold();
    const session = await type(all, [
      { match: 'elapsed[\\s\\S]*name-2' }, { then: () => here.aws.inject('ecs:DescribeServices', hold.fault) }, { until: hold.arrived },
      { resize: { rows: 50, columns: after } }, { match: 'elapsed' }, { then: hold.release }, { wait: 'done' },
    ], { columns: before, env: { POSTMAN_LIVE_COLLECTION_CALL_SECONDS: '3600' } });
    expect(session.screen.text).not.toMatch(/desired|elapsed/);
    expect(session.screen.text.match(/:\s+done,\s+runs\s/g)).toHaveLength(5);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
  });

  test.each([{ FORCE_COLOR: '0' }, { NO_COLOR: '1' }])('there is no colour with %j, also not in a question', async env => {
    const session = await type(ADD, [QUESTION, { send: 'n' }], { env });
    expect(session.output).not.toMatch(SGR);
    expect(session.screen.lines.at(-1)).toBe('Nothing was written.');
  });

  test('with CI=true nothing is drawn over: each change is a line, and the user is asked', async () => {
    const session = await type(ADD, [QUESTION, { send: 'y' }], { env: { CI: 'true' } });
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(session.output).not.toContain('elapsed');
    expect(session.screen.text).toMatch(/^orders: .* \(\d+ s\)$/m);
  });

  describe('60 services', () => {
    const ADD_TO = ['ecs', 'add', '--cluster', 'shop', '--collection', COLLECTION];
    beforeEach(() => {
      for (let number = 10; number < 70; number++) here.aws.ecs.addService(`service-${number}`, { cluster: 'shop' });
    });

    test('a long list has a filter that is typed, and what is selected is added', async () => {
      const session = await type(ADD_TO, [
        { match: 'Which services\\?[\\s\\S]*Search' }, { send: 'vice-42' }, { wait: '1 match' }, { send: `${DOWN}${SPACE}` }, { wait: '◼' }, { send: ENTER },
        { match: 'Add the agent' }, { send: 'y' },
      ], { rows: 24 });
      expect(session).toMatchObject({ exitCode: 0, isTidy: true });
      expect(session.screen.lines).toContain('1 service: 1 to add.');
      expect(here.aws.callsOf('UpdateService').map(({ input }) => (input as { service: string }).service.split('/').pop())).toEqual(['service-42']);
    });

    test('the list fits a terminal of 40 columns and 24 rows, and Ctrl-C ends it', async () => {
      const session = await type(ADD_TO, [{ match: 'Which services\\?[\\s\\S]*Search' }, { send: CTRL_C }], { rows: 24, columns: 40 });
      expect(session.screenWith(/Search/).lines.length).toBeLessThanOrEqual(24);
      expect(session).toMatchObject({ exitCode: 130, isTidy: true });
      expect(writes()).toEqual([]);
    });
  });
});

describe('who is asked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'output-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('standard input decides: the plan and the question are on standard error if the output goes to a file', async () => {
    const stdout = join(folder, 'output');
    const session = await type(ADD, [QUESTION, { send: 'n' }], { stdout });
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(session.screenWith(/as shown/).lines).toContain('orders in cluster shop: add the agent');
    expect(readFileSync(stdout, 'utf8')).toBe('Nothing was written.\n');
    expect(writes()).toEqual([]);
  });

  test('nothing is asked with --json, which needs --yes to write', async () => {
    for (const verb of [ADD, ['ecs', 'remove', '--cluster', 'shop', '--service', 'orders'], ['ecs', 'key', 'update']]) {
      const session = await type([...verb, '--json']);
      expect([verb[1], session.exitCode]).toEqual([verb[1], 2]);
      expect(session.screen.text).toContain('Add `--yes`');
    }
    expect(here.aws.calls).toEqual([]);
    expect((await type([...YES, '--json'])).exitCode).toBe(0);
  });

  const STATUS = ['ecs', 'status', '--cluster', 'shop', '--all', '--profile', 'mfa'];
  const MFA = '[profile mfa]\nrole_arn = arn:aws:iam::123456789012:role/operator\nmfa_serial = arn:aws:iam::123456789012:mfa/operator\n'
    + 'source_profile = base\nregion = eu-west-1\n'
    + '[profile base]\naws_access_key_id = 123456789012\naws_secret_access_key = test\n';

  test('the code of an MFA device is asked for once, and the time for it is not limited', async () => {
    const profiles = new Profiles(MFA);
    try {
      const steps = [{ wait: 'Code of the MFA device' }, { send: '12' }, { send: ENTER }, { wait: 'six digits' }, { send: `3456${ENTER}` }] as const;
      const session = await type(STATUS, steps, { env: { ...profiles.env, POSTMAN_LIVE_COLLECTION_CALL_SECONDS: '1' } });
      expect(session).toMatchObject({ exitCode: 3, isTidy: true });
      expect(here.aws.callsOf('sts:AssumeRole').map(({ input }) => (input as { TokenCode: string }).TokenCode)).toEqual(['123456']);
    } finally {
      profiles.remove();
    }
  });

  test('Ctrl-C at the question for the code ends with 130', async () => {
    const profiles = new Profiles(MFA);
    try {
      const session = await type(STATUS, [{ wait: 'Code of the MFA device' }, { send: CTRL_C }], { env: profiles.env });
      expect(session).toMatchObject({ exitCode: 130, isTidy: true });
      expect(here.aws.calls).toEqual([]);
    } finally {
      profiles.remove();
    }
  });
});
