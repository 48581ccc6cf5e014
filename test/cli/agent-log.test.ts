import { BANNER, CAPTURING, idleAfter, LC_CAPTURING, LC_WRONG_KEY, NOT_CHOSEN, WRONG_KEY } from './log-lines';
import {
  ADD, ADD_PROJECT, AGENT, ALL, AT_ONCE, awslogs, COLLECTION, IMPATIENT, INSIGHTS_AGENT, INSIGHTS_IMAGE, LOGGED, PATIENT, PROJECT, REMOVE, scenario,
  Shop, STATUS,
} from './shop';
import { accessDenied, changedAnswer, expiredToken, hanging, JsonObject, meanwhile, serverError, succeeds, taskDefinitionBody, throttled } from '../fakes';

const REGISTERED = ['RegisterTaskDefinition', 'UpdateService'];
/** As `AGENT_LOOKS` in src/aws/run/apply.ts. */
const MOST_LOOKS = 6;
const HOUR = 3_600_000;
const streamOf = (task: string, agent = INSIGHTS_AGENT) => `${agent}/${agent}/${task}`;

interface Fault {
  readonly lines: readonly string[];
  readonly cause: string;
  /** What the output for people says about it. */
  readonly meaning: RegExp;
}

const STARTING = 'Something went wrong while starting the agent: ';
const FAULTS: Readonly<Record<string, Fault>> = {
  'rejected its key': { lines: WRONG_KEY, cause: 'keyRejected', meaning: /Postman rejected the API key.*`ecs key update`/ },
  'does not know its project': {
    lines: idleAfter(`${STARTING}There is no project with given ID ${PROJECT}`), cause: 'destinationUnknown', meaning: /does not know the destination/,
  },
  'may not send to its project': {
    lines: idleAfter(`${STARTING}You cannot send traffic to the project with ID ${PROJECT}`), cause: 'destinationForbidden', meaning: /Admin or Super Admin/,
  },
  'has no route': { lines: idleAfter(`${STARTING}context deadline exceeded`), cause: 'noRoute', meaning: /cannot reach Postman.*egress verdict/ },
  'idles for a reason that is not known': { lines: idleAfter('the moon is full'), cause: 'other', meaning: /not capturing.*the moon is full/ },
};

describe('the log of the agent after add', () => {
  scenario('an agent that captures, as its log says, is completed with 0', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    const { code, service } = await shop.json(ADD_PROJECT);
    expect(code).toBe(0);
    expect(service.outcome).toBe('completed');
    expect(service.agent.log).toEqual({ state: 'capturing', line: 'Send SIGINT (Ctrl-C) to stop...', cause: null, reason: null });
  }, LOGGED);

  scenario('the output for people says that the agent captures, and why that is known', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    const ran = await shop.run(ADD_PROJECT);
    expect(ran.stdout).toMatch(/orders: done, runs orders:2\n {2}agent: capturing \(log: Send SIGINT/);
  }, LOGGED);

  for (const [what, { lines, cause, meaning }] of Object.entries(FAULTS)) {
    scenario(`an agent whose log says that it ${what} is degraded with 4, the meaning is printed, and nothing is rolled back`, async shop => {
      shop.aws.ecs.logs(INSIGHTS_AGENT, lines);
      const ran = await shop.run(ADD_PROJECT);
      expect(ran.code).toBe(4);
      expect(ran.stdout).toMatch(/^orders: degraded, runs orders:2$/m);
      expect(ran.stdout).toMatch(meaning);
      expect([shop.runs(), shop.writes]).toEqual(['orders:2', REGISTERED]);
      const status = await shop.json(STATUS);
      expect(status.code).toBe(3);
      const log = { state: 'notCapturing', line: lines[1].replace('[ERROR] ', ''), cause, reason: null };
      expect(status.service.agent).toMatchObject({ state: 'degraded', log });
      expect((await shop.run(STATUS)).stdout).toMatch(meaning);
    }, LOGGED);
  }

  scenario('a degraded agent is degraded in the document, with the state, the line and the cause of its log', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, WRONG_KEY);
    const { code, service } = await shop.json(ADD_PROJECT);
    expect({ code, outcome: service.outcome, action: service.action }).toEqual({ code: 4, outcome: 'degraded', action: 'add' });
    expect(service.agent.log).toMatchObject({ state: 'notCapturing', line: expect.stringContaining('Invalid credentials'), cause: 'keyRejected' });
  }, LOGGED);

  scenario('one agent that does not capture is degraded, also if the other one does', async shop => {
    let started = 0;
    shop.aws.ecs.logs(INSIGHTS_AGENT, () => started++ === 0 ? WRONG_KEY : CAPTURING);
    expect(await shop.json(ADD_PROJECT)).toMatchObject({ code: 4, service: { outcome: 'degraded', agent: { log: { cause: 'keyRejected' } } } });
  }, LOGGED);

  scenario('an agent that died in a task that runs is degraded with 4, and its end is printed', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    shop.aws.ecs.rolloutsEnd('orders', succeeds(300, [{ name: INSIGHTS_AGENT, exitCode: 137, reason: 'OutOfMemoryError' }]));
    const { code, service, ran } = await shop.json(ADD_PROJECT);
    expect(code).toBe(4);
    expect(service).toMatchObject({
      outcome: 'degraded',
      reason: 'the agent stopped in a task that runs',
      agent: { log: { state: 'notCapturing', line: null, cause: 'stopped' } },
      deployment: { stoppedContainers: [{ container: INSIGHTS_AGENT, exitCode: 137 }, { container: INSIGHTS_AGENT }] },
    });
    expect(ran.code).toBe(4);
    expect(shop.writes).toEqual(REGISTERED);
  }, LOGGED);

  scenario('a Live Collection agent that exited is degraded with 4, with the cause that it logged', async shop => {
    shop.aws.ecs.logs(AGENT, LC_WRONG_KEY);
    shop.aws.ecs.rolloutsEnd('orders', succeeds(300, [{ name: AGENT, exitCode: 1 }]));
    const ran = await shop.run(ADD);
    expect(ran.code).toBe(4);
    expect(ran.stdout).toMatch(/^orders: degraded, runs orders:2: the agent stopped in a task that runs$/m);
    expect(ran.stdout).toMatch(/agent: not capturing: Postman rejected the API key/);
    expect(ran.stdout).toMatch(new RegExp(`container ${AGENT} ended \\(exit code 1\\)`));
  }, LOGGED);

  scenario('an agent that died is degraded also if its log is not in CloudWatch', async shop => {
    shop.aws.ecs.rolloutsEnd('orders', succeeds(300, [{ name: AGENT, exitCode: 1 }]));
    expect(await shop.json(ADD)).toMatchObject({ code: 4, service: { outcome: 'degraded', agent: { log: { state: 'unknown' } } } });
  });

  scenario('an agent that ended together with its task did not die', async shop => {
    const ended = (container: JsonObject) => ({ ...container, lastStatus: 'STOPPED', exitCode: 1 });
    const stopping = (answer: JsonObject) => ({
      ...answer,
      tasks: (answer.tasks as JsonObject[]).map(task => ({ ...task, lastStatus: 'DEACTIVATING', containers: (task.containers as JsonObject[]).map(ended) })),
    });
    shop.aws.inject('ecs:DescribeTasks', changedAnswer(stopping), { times: Infinity });
    expect(await shop.json(ADD_PROJECT)).toMatchObject({ code: 0, service: { outcome: 'completed' } });
  }, LOGGED);

  scenario('--no-follow reads neither tasks nor logs', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, WRONG_KEY);
    const { code, service } = await shop.json([...ADD_PROJECT, '--no-follow']);
    expect({ code, outcome: service.outcome, log: service.agent.log }).toEqual({ code: 0, outcome: 'notFollowed', log: null });
    expect(shop.aws.calls.filter(({ service: of, action }) => of === 'logs' || /Task/.test(action)).map(({ action }) => action))
      .toEqual(['DescribeTaskDefinition', 'RegisterTaskDefinition']);
  }, LOGGED);

  scenario('remove reads no log', async shop => {
    await shop.run(ADD_PROJECT);
    const read = shop.aws.callsOf('logs:GetLogEvents').length;
    expect((await shop.run(REMOVE)).code).toBe(0);
    expect(shop.aws.callsOf('logs:GetLogEvents')).toHaveLength(read);
  }, LOGGED);

  scenario('an agent whose rollout an earlier run has started is watched, too', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, WRONG_KEY);
    shop.aws.ecs.rolloutsEnd('orders', succeeds(HOUR));
    await shop.run([...ADD_PROJECT, '--no-follow']);
    const running = shop.json(ADD_PROJECT);
    await shop.seen('ecs:DescribeServiceDeployments');
    shop.aws.advance(HOUR);
    const { code, service } = await running;
    expect({ code, action: service.action, outcome: service.outcome }).toEqual({ code: 4, action: 'none', outcome: 'degraded' });
    expect(service.agent.log.cause).toBe('keyRejected');
    expect(shop.writes).toEqual(REGISTERED);
  }, LOGGED);
});

describe('an agent that is not chosen to capture', () => {
  scenario('an agent that is not chosen by --capture-percent is no fault if another captures', async shop => {
    let started = 0;
    shop.aws.ecs.logs(INSIGHTS_AGENT, () => started++ === 0 ? CAPTURING : NOT_CHOSEN);
    const { code, service } = await shop.json([...ADD_PROJECT, '--capture-percent', '50']);
    expect({ code, outcome: service.outcome, log: service.agent.log.state }).toEqual({ code: 0, outcome: 'completed', log: 'capturing' });
    expect(await shop.json(STATUS)).toMatchObject({ code: 0, service: { agent: { state: 'running', log: { state: 'capturing' } } } });
  }, LOGGED);

  scenario('a service none of whose tasks is chosen is completed, and it is said that none captures', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, NOT_CHOSEN);
    const ran = await shop.run([...ADD_PROJECT, '--capture-percent', '50']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/orders: done, runs orders:2\n {2}agent: not capturing: .*not among the share that captures \(`--capture-percent`\)/);
    expect(await shop.json(STATUS)).toMatchObject({ code: 0, service: { agent: { state: 'running', log: { state: 'notCapturing', cause: 'notChosen' } } } });
  }, LOGGED);
});

describe('a log that says nothing', () => {
  const CANNOT_TELL = /orders: done, runs orders:2\n {2}agent: it is unknown whether the agent captures: /;

  scenario('a silent log is waited for a bounded number of looks, then the run is completed and says that it cannot tell', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, [BANNER]);
    const ran = await shop.run(ADD_PROJECT);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(CANNOT_TELL);
    expect(ran.stdout).toMatch(/its log does not say it yet\. Run `ecs status` later/);
    expect(ran.stderr).toContain('orders: rolled out; looking whether the agent captures');
    expect(shop.aws.callsOf('ecs:ListTasks')).toHaveLength(MOST_LOOKS);
    // The start of the run is in the last lines, so the first lines are not read.
    expect(shop.aws.callsOf('logs:GetLogEvents')).toHaveLength(MOST_LOOKS * 2);
  }, LOGGED);

  scenario('a log that speaks after a while is heard', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, [BANNER]);
    const speak = () => { for (const task of shop.tasks()) shop.aws.logs.put('/ecs/shop', streamOf(task), ...CAPTURING); };
    shop.aws.inject('logs:GetLogEvents', meanwhile(speak), { from: 5 });
    expect(await shop.json(ADD_PROJECT)).toMatchObject({ code: 0, service: { outcome: 'completed', agent: { log: { state: 'capturing' } } } });
    expect(shop.aws.callsOf('ecs:ListTasks').length).toBeLessThan(MOST_LOOKS);
  }, LOGGED);

  scenario('Ctrl-C while the log is waited for ends with 130, and the rollout is completed', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, [BANNER]);
    const ran = await shop.runUntil('logs:GetLogEvents', 'SIGINT', [...ADD_PROJECT, '--json'], { env: PATIENT });
    expect(ran.code).toBe(130);
    const log = { state: 'unknown', reason: expect.stringContaining('interrupted') };
    expect(ran.json.services[0]).toMatchObject({ outcome: 'completed', reason: null, agent: { log } });
  }, { ...LOGGED, ecs: AT_ONCE });

  scenario('an agent without a log is not waited for, and the way to give it one is named', async shop => {
    const ran = await shop.run(ADD_PROJECT);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(CANNOT_TELL);
    expect(ran.stdout).toMatch(/no log configuration.*`ecs add … --log-group`/);
    expect(shop.aws.callsOf('ecs:ListTasks')).toHaveLength(1);
    expect(shop.aws.calls.filter(({ service }) => service === 'logs')).toEqual([]);
  });

  scenario('a log that does not go to CloudWatch is not waited for', async shop => {
    const { service } = await shop.json([...ADD_PROJECT, '--rate-limit', '200']);
    expect(service).toMatchObject({ outcome: 'completed', agent: { log: { reason: 'its log does not go to CloudWatch Logs with a stream prefix.' } } });
    expect(shop.aws.callsOf('ecs:ListTasks')).toHaveLength(1);
  }, {
    definition: {
      containerDefinitions: [{ name: 'web', image: 'nginx' }, {
        name: INSIGHTS_AGENT, image: INSIGHTS_IMAGE, essential: false, logConfiguration: { logDriver: 'awsfirelens', options: { Name: 'http' } },
      }],
    },
  });

  scenario('a log in another region is named and not read', async shop => {
    const { code, service } = await shop.json(ADD_PROJECT);
    expect(code).toBe(0);
    expect(service.agent.log).toMatchObject({ state: 'unknown', reason: 'its log is in region us-east-1.' });
    expect(shop.aws.calls.filter(({ service: of }) => of === 'logs')).toEqual([]);
  }, { definition: { containerDefinitions: [{ name: 'web', image: 'nginx', logConfiguration: awslogs('web', { 'awslogs-region': 'us-east-1' }) }] } });

  scenario('a service that wants no tasks is completed, and it is said that no task runs the agent', async shop => {
    const { code, service } = await shop.json(ADD_PROJECT);
    expect({ code, outcome: service.outcome }).toEqual({ code: 0, outcome: 'completed' });
    expect(service.agent.log).toEqual({ state: 'unknown', line: null, cause: null, reason: 'no task runs it.' });
    expect((await shop.run(STATUS)).code).toBe(0);
  }, { ...LOGGED, service: { desiredCount: 0 } });

  /** What CloudWatch Logs may do instead of answering. */
  const UNREADABLE: Readonly<Record<string, readonly [before: (shop: Shop) => void, reason: RegExp]>> = {
    'is denied': [({ aws }) => aws.inject('logs:GetLogEvents', accessDenied()), /the permission logs:GetLogEvents is missing/],
    'is refused for a token that has expired': [({ aws }) => aws.inject('logs:GetLogEvents', expiredToken()), /logs:GetLogEvents failed/],
    'is answered with an error': [({ aws }) => aws.inject('logs:GetLogEvents', serverError(503), { times: Infinity }), /logs:GetLogEvents failed/],
    'is not answered': [({ aws }) => aws.inject('logs:GetLogEvents', hanging(), { times: Infinity }), /logs:GetLogEvents was not answered/],
  };
  for (const [what, [before, reason]] of Object.entries(UNREADABLE)) {
    scenario(`a log whose reading ${what} fails neither add nor status, and both say that they cannot tell`, async shop => {
      before(shop);
      const env = IMPATIENT;
      const ran = await shop.run(ADD_PROJECT, { env });
      expect(ran.code).toBe(0);
      expect(ran.stdout).toMatch(CANNOT_TELL);
      expect(ran.stdout).toMatch(reason);
      const status = await shop.json(STATUS, { env });
      expect(status).toMatchObject({ code: 0, service: { agent: { state: 'running', log: { state: 'unknown', reason: expect.stringMatching(reason) } } } });
    }, LOGGED);
  }

  scenario('a log whose reading is throttled is read', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    shop.aws.inject('logs:GetLogEvents', throttled(), { times: 3 });
    expect((await shop.json(ADD_PROJECT)).service.agent.log.state).toBe('capturing');
  }, LOGGED);

  scenario('tasks that may not be read fail nothing after add, and the permission is named in one line', async shop => {
    shop.aws.inject('ecs:ListTasks', accessDenied());
    const { code, service } = await shop.json(ADD_PROJECT);
    expect({ code, outcome: service.outcome }).toEqual({ code: 0, outcome: 'completed' });
    expect(service.agent.log.reason).toMatch(/^its log could not be read: ecs:ListTasks for service orders was denied: .*[^.]\.$/);
  }, LOGGED);
});

describe('how much is read', () => {
  /** More lines than are read from either end, which say nothing about capturing. */
  const CHATTER = Array.from({ length: 250 }, (_, index) => `[INFO] line ${index}`);

  scenario('the start of a log is read if its end says nothing: an agent may print nothing for hours', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, [...CAPTURING, ...CHATTER]);
    expect((await shop.json(ADD_PROJECT)).service.agent.log.state).toBe('capturing');
    expect(shop.aws.callsOf('logs:GetLogEvents').map(({ input }) => [input.startFromHead, input.limit])).toEqual(
      expect.arrayContaining([[false, 100], [true, 200]]));
  }, LOGGED);

  scenario('what an earlier run of the container logged does not count', async shop => {
    // Of the earlier run only the first lines say that it captured.
    shop.aws.ecs.logs(INSIGHTS_AGENT, [...CAPTURING, ...CHATTER, BANNER]);
    expect((await shop.json(ADD_PROJECT)).service.agent.log.state).toBe('unknown');
  }, LOGGED);

  scenario('a first page that is empty is not the end of the log', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    const isEmpty = ({ nextForwardToken }: JsonObject) => ({
      events: [], nextForwardToken, nextBackwardToken: (nextForwardToken as string).replace('f', 'b'),
    });
    shop.aws.inject('logs:GetLogEvents', changedAnswer(isEmpty), { times: 2 });
    expect((await shop.json(ADD_PROJECT)).service.agent.log.state).toBe('capturing');
  }, LOGGED);

  const addServices = ({ aws }: Shop, count: number) => {
    for (let index = 0; index < count; index++) {
      aws.ecs.addService(`web-${index}`, { cluster: 'shop', desiredCount: 4, taskDefinition: taskDefinitionBody(`web-${index}`, LOGGED.definition) });
    }
  };
  const streamsOf = ({ aws }: Shop, from = 0) => aws.callsOf('logs:GetLogEvents').slice(from).map(({ input }) => input.logStreamName);

  scenario('the logs of three tasks are read, the newest ones', async shop => {
    addServices(shop, 1);
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    expect((await shop.run(['ecs', 'add', '--cluster', 'shop', '--service', 'web-0', '--project', PROJECT])).code).toBe(0);
    expect(new Set(streamsOf(shop)).size).toBe(3);
  }, LOGGED);

  scenario('over many services the log of one task of each is read, and a service that fails stops no other', async shop => {
    addServices(shop, 19);
    shop.aws.ecs.logs(INSIGHTS_AGENT, ({ environment }) => JSON.stringify(environment).includes('"web-3"') ? WRONG_KEY : CAPTURING);
    const ran = await shop.run(['ecs', 'add', ...ALL, '--project', PROJECT, '--json']);
    expect(ran.code).toBe(4);
    const outcomes = ran.json.services.map(({ serviceArn, outcome }: { serviceArn: string; outcome: string }) => [serviceArn.split('/').pop(), outcome]);
    expect(outcomes.filter(([, outcome]: [string, string]) => outcome !== 'completed')).toEqual([['web-3', 'degraded']]);
    expect(streamsOf(shop)).toHaveLength(20);
    const status = await shop.run(['ecs', 'status', ...ALL, '--json']);
    const states = status.json.services.map(({ agent }: { agent: { state: string } }) => agent.state);
    expect([status.code, states.filter((state: string) => state === 'running').length]).toEqual([3, 19]);
    expect(streamsOf(shop, 20)).toHaveLength(20);
  }, { ...LOGGED, rates: [] });
});

describe('the log of the agent in status', () => {
  scenario('status reads the log of a Live Collection agent, too', async shop => {
    shop.aws.ecs.logs(AGENT, LC_CAPTURING);
    await shop.run(ADD);
    expect(await shop.json(STATUS)).toMatchObject({ code: 0, service: { agent: { state: 'running', log: { state: 'capturing' } } } });
    expect((await shop.run(STATUS)).stdout).toMatch(/^ {2}capture {10}capturing \(log: Send SIGINT/m);
  }, LOGGED);

  scenario('status of a Live Collection agent that exited is degraded, with the cause that it logged', async shop => {
    shop.aws.ecs.logs(AGENT, LC_WRONG_KEY);
    await shop.run([...ADD, '--no-follow']);
    shop.aws.advance(1000);
    shop.aws.ecs.stopContainer('orders', { name: AGENT, exitCode: 1 });
    const { code, service } = await shop.json(STATUS);
    expect(code).toBe(3);
    expect(service).toMatchObject({
      agent: { state: 'degraded', log: { state: 'notCapturing', cause: 'keyRejected' } }, stoppedContainers: [{ exitCode: 1 }, { exitCode: 1 }],
    });
  }, LOGGED);

  scenario('status of an agent that captured and then exited says that it has stopped', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    await shop.run(ADD_PROJECT);
    shop.aws.ecs.stopContainer('orders', { name: INSIGHTS_AGENT, exitCode: 137 }, 1);
    expect((await shop.run(STATUS)).stdout).toMatch(/^ {2}capture {10}not capturing: it has stopped\.$/m);
  }, LOGGED);

  scenario('status hears what the agent logs after its rollout', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
    await shop.run(ADD_PROJECT);
    const failed = ['[ERROR] Encountered errors on 1 / 1 interfaces', '[ERROR] Error during initiaization: trace collection failed'];
    shop.aws.logs.put('/ecs/shop', streamOf(shop.tasks()[0]), ...failed);
    expect(await shop.json(STATUS)).toMatchObject({ code: 3, service: { agent: { state: 'degraded', log: { state: 'notCapturing' } } } });
  }, LOGGED);

  scenario('status of a service without the agent reads no log', async shop => {
    expect(await shop.json(STATUS)).toMatchObject({ code: 3, service: { agent: { state: 'absent', log: null } } });
    expect(shop.aws.calls.filter(({ service }) => service === 'logs')).toEqual([]);
  }, LOGGED);
});

describe('a hostile log', () => {
  /** Everything but the line breaks of the output itself. */
  const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;
  const HOSTILE: Readonly<Record<string, string>> = {
    'colours and cursor movements': '\u001b[31m\u001b[2K\u001b[1A',
    'a new title of the terminal': '\u001b]0;owned\u0007',
    'a line of its own': '\r\norders: done, runs orders:9\r\n',
    'C1 controls': '\u009b31m\u0085',
    'text from right to left': '\u202eenod\u202c\u2066',
    'separators of lines': '\u2028orders: done\u2029',
  };
  for (const [what, text] of Object.entries(HOSTILE)) {
    scenario(`a log with ${what} does not reach the terminal as it is`, async shop => {
      shop.aws.ecs.logs(INSIGHTS_AGENT, idleAfter(`begin ${text} end`));
      const add = await shop.run(ADD_PROJECT);
      const [status, json] = [await shop.run(STATUS), await shop.json(STATUS)];
      expect([add.code, status.code]).toEqual([4, 3]);
      for (const output of [add.stdout, add.stderr, status.stdout, status.stderr]) expect(output).not.toMatch(CONTROL);
      for (const { stdout } of [add, status]) {
        expect(stdout).toMatch(/begin .* end/);
        expect(stdout.split('\n').filter(line => /^(orders: done|enod)/.test(line))).toEqual([]);
      }
      expect(json.service.agent.log.line).not.toMatch(CONTROL);
    }, LOGGED);
  }

  scenario('a very long line is cut', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, idleAfter('x'.repeat(100_000)));
    const { service } = await shop.json(ADD_PROJECT);
    expect(service.agent.log.line.length).toBeLessThanOrEqual(300);
  }, LOGGED);

  scenario('a line that only quotes another line of the agent, as a request would, says nothing', async shop => {
    shop.aws.ecs.logs(INSIGHTS_AGENT, [BANNER, 'GET /?q=nothing of interest']);
    expect((await shop.json(ADD_PROJECT)).service.agent.log.state).toBe('unknown');
  }, LOGGED);
});

scenario('services of one run are watched at the same time', async shop => {
  for (let index = 0; index < 3; index++) {
    shop.aws.ecs.addService(`web-${index}`, { cluster: 'shop', taskDefinition: taskDefinitionBody(`web-${index}`, LOGGED.definition) });
  }
  shop.aws.ecs.logs(INSIGHTS_AGENT, ({ environment }) => JSON.stringify(environment).includes('"web-1"') ? CAPTURING : [BANNER]);
  const ran = await shop.run(['ecs', 'add', ...ALL, '--project', PROJECT, '--json']);
  expect(ran.code).toBe(0);
  const states = ran.json.services.map(({ agent }: { agent: { log: { state: string } } }) => agent.log.state);
  expect(states.sort()).toEqual(['capturing', 'unknown', 'unknown', 'unknown']);
  // The tasks of the cluster are listed together, and not for each service.
  const looks = shop.aws.callsOf('ecs:ListTasks').length;
  expect(looks).toBeGreaterThanOrEqual(MOST_LOOKS);
  expect(looks).toBeLessThanOrEqual(2 * MOST_LOOKS);
}, LOGGED);

scenario('the collection of a Live Collection agent is shown next to its log', async shop => {
  shop.aws.ecs.logs(AGENT, LC_CAPTURING);
  await shop.run(ADD);
  expect((await shop.run(STATUS)).stdout).toMatch(new RegExp(`destination {6}collectionId ${COLLECTION}\n {2}capture`));
}, LOGGED);
