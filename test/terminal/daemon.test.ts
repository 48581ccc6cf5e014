import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COLLECTION, shop } from './given';
import { ENTER } from './terminal';

const here = shop();
const { type, writes } = here;

const DAEMON = ['ecs', 'daemon', 'add', '--cluster', 'shop', '--collection', COLLECTION];
const ADD = { wait: 'Run the daemon as shown?' } as const;
const REMOVE = { wait: 'Remove the daemon as shown?' } as const;

beforeEach(() => {
  here.aws.ec2.addInstance('i-1', 'subnet-1');
  here.aws.ecs.addContainerInstance('shop', 'i-1');
});

test('the daemon is added after y, and removed after y', async () => {
  const added = await type(DAEMON, [ADD, { send: 'y' }]);
  expect(added).toMatchObject({ exitCode: 0, isTidy: true });
  expect(added.screen.lines.slice(-2)[0]).toBe('postman-lc-daemon: done, runs postman-lc-daemon:1');
  const removed = await type(['ecs', 'daemon', 'remove', '--cluster', 'shop'], [REMOVE, { send: 'y' }]);
  expect(removed).toMatchObject({ exitCode: 0, isTidy: true });
  expect(writes().slice(-2)).toEqual(['DeleteService', 'DeregisterTaskDefinition']);
});

test('nothing is written after the enter key, and the plan is beside the question if the output goes to a file', async () => {
  const stdout = join(tmpdir(), `daemon-${process.pid}`);
  const session = await type(DAEMON, [ADD, { send: ENTER }], { stdout });
  const printed = readFileSync(stdout, 'utf8');
  rmSync(stdout);
  expect(session.exitCode).toBe(0);
  expect(session.output).toContain('run a daemon of the agent');
  expect(printed).toBe('Nothing was written.\n');
  expect(writes()).toEqual([]);
});
