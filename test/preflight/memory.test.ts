import { Said, said } from './said';
import { LIVE_COLLECTION } from '../../src/agent';

import type { ContainerFacts, TaskFacts } from '../../src/preflight/facts';
import { checkTaskMemory, memoryNeed } from '../../src/preflight/memory';

type Sizes = Pick<ContainerFacts, 'cpu' | 'memory' | 'memoryReservation'>;

interface Given {
  readonly taskCpu?: number;
  readonly taskMemoryMiB?: TaskFacts['memoryMiB'];
  readonly containers: readonly (Sizes & { readonly name: string })[];
  readonly agent?: Sizes;
  readonly rateLimit?: TaskFacts['rateLimitPerMinute'];
  readonly hostKind?: 'FARGATE' | 'EC2';
}

const CONTAINER: ContainerFacts = {
  name: '', image: 'nginx', isOurs: false, essential: true, dependsOn: [], hasPlaintextKey: false, hasSecretKey: false,
};

function checked({ taskCpu, taskMemoryMiB, containers, agent, rateLimit, hostKind = 'EC2' }: Given, isAgentNew = true): Said[] {
  const task: TaskFacts = {
    name: 'The task definition', networkMode: 'awsvpc', cpu: taskCpu, memoryMiB: taskMemoryMiB, hasProxyConfiguration: false, hasExecutionRole: true,
    bytes: 100, changedAgents: [], isAgentNew, rateLimitPerMinute: rateLimit,
    containers: [
      ...containers.map(sizes => ({ ...CONTAINER, ...sizes })),
      { ...CONTAINER, name: 'postman-lc-agent', ...agent, agent: LIVE_COLLECTION, isOurs: true },
    ],
  };
  return said(checkTaskMemory(task, { hostKind }));
}

const ids = (given: Given) => checked(given).map(({ id }) => id);

const SILENT = { name: 'web' };

describe('memory headroom', () => {
  test.each<[string, Given]>([
    ['a small task whose application sets no memory limit', { taskMemoryMiB: 512, containers: [SILENT] }],
    ['an application whose limit is nearly all of the memory', { taskMemoryMiB: 2048, containers: [{ name: 'web', memory: 1700 }] }],
    ['a reservation of nearly all of the memory', { taskMemoryMiB: 2048, containers: [{ name: 'web', memoryReservation: 1700 }] }],
    ['a limit of nearly all of the memory above a small reservation',
      { taskMemoryMiB: 2048, containers: [{ name: 'web', memory: 1900, memoryReservation: 100 }] }],
    ['a container with a limit and one without', { taskMemoryMiB: 1024, containers: [{ name: 'web', memory: 700 }, { name: 'log' }] }],
    ['a high rate of requests', { taskMemoryMiB: 1024, containers: [SILENT], rateLimit: 5000 }],
    ['a task that is smaller than its containers', { taskMemoryMiB: 512, containers: [{ name: 'web', memory: 900 }] }],
    ['one MiB too few', { taskMemoryMiB: 455, containers: [{ name: 'web', memory: 100 }] }],
  ])('a warning says that the task is too small: %s', (_, given) => {
    expect(checked(given)).toMatchObject([{ severity: 'warning', id: 'taskMemoryLow' }]);
  });

  test.each<[string, Given]>([
    ['a large task', { taskMemoryMiB: 1024, containers: [SILENT] }],
    ['a small task with a low rate', { taskMemoryMiB: 512, containers: [SILENT], rateLimit: 100 }],
    ['a small task whose agent has a small limit, so only the agent is killed', { taskMemoryMiB: 512, containers: [SILENT], agent: { memory: 200 } }],
    ['an application with a low limit', { taskMemoryMiB: 512, containers: [{ name: 'web', memory: 128 }] }],
    ['just enough', { taskMemoryMiB: 456, containers: [{ name: 'web', memory: 100 }] }],
  ])('no warning is given for a task that is large enough: %s', (_, given) => {
    expect(checked(given)).toEqual([]);
  });

  test('the warning of little memory gives the numbers and the way out', () => {
    expect(checked({ taskMemoryMiB: 512, containers: [{ name: 'web' }, { name: 'log' }] })[0].message).toBe(
      'The task has 512 MiB, and 256 MiB are left for the agent: web and log set no memory limits and may use half of the task\'s memory. '
      + 'The agent needs about 356 MB at 1000 captured requests a minute. Give the task more memory, or lower `rateLimitPerMinute`.');
    expect(checked({ taskMemoryMiB: 512, containers: [SILENT] })[0].message).toContain('web sets no memory limit and may use half');
    const [fast] = checked({ taskMemoryMiB: 512, containers: [{ name: 'web', memory: 600 }], rateLimit: 2000 });
    expect(fast.message).toMatch(/0 MiB are left for the agent\. .*700 MB at 2000/);
  });

  test('a task on Fargate whose hard limits use all of its memory is an error, and a warning on EC2', () => {
    const full = { taskMemoryMiB: 1024, containers: [{ name: 'web', memory: 1024 }] };
    expect(checked({ ...full, hostKind: 'FARGATE' })).toEqual([{
      severity: 'error', id: 'taskMemoryFull',
      message: 'The task has 1024 MiB, and the hard limits of its containers use 1024 MiB, so nothing is left for the agent. '
        + 'Give the task at least 300 MiB more.',
    }]);
    expect(ids({ ...full, hostKind: 'EC2' })).toEqual(['taskMemoryLow']);
  });

  test('a size that only CloudFormation knows causes no finding', () => {
    const unknown = { unknown: 'known only to CloudFormation' };
    expect(ids({ taskMemoryMiB: unknown, containers: [SILENT] })).toEqual([]);
    expect(ids({ taskMemoryMiB: 512, containers: [{ name: 'web', memory: unknown }] })).toEqual([]);
    expect(ids({ taskMemoryMiB: 512, containers: [SILENT], rateLimit: unknown })).toEqual([]);
  });

  test('the memory left for an agent is checked only if the agent is new', () => {
    expect(checked({ taskMemoryMiB: 512, containers: [{ name: 'web', memory: 600 }], agent: { memory: 600 } }, false)).toEqual([]);
  });

  test('the memory need is measured at some rates and interpolated between them', () => {
    expect([1, 50, 100, 550, 1000, 1001].map(rate => memoryNeed(LIVE_COLLECTION, rate))).toEqual([50, 83, 117, 237, 356, 700]);
  });
});

describe('the sizes of the containers', () => {
  const task = { taskCpu: 256, taskMemoryMiB: 512 };

  test.each<[string, Given, string[]]>([
    ['sizes that fit', { ...task, containers: [{ name: 'web', cpu: 128, memory: 256 }], agent: { cpu: 128, memory: 256 } }, []],
    ['too many CPU units', { ...task, containers: [{ name: 'web', cpu: 128 }], agent: { cpu: 129 } }, ['cpuOverTask']],
    ['a limit that is too high', { ...task, containers: [{ name: 'web', memory: 256 }], agent: { memory: 257 } }, ['agentMemoryOverTask']],
    ['a reservation that is too high',
      { ...task, containers: [{ name: 'web', memory: 400, memoryReservation: 256 }], agent: { memoryReservation: 257 } }, ['agentMemoryOverTask']],
    ['reservations that fit, with limits that do not',
      { ...task, containers: [{ name: 'web', memory: 500, memoryReservation: 256 }], agent: { memory: 400, memoryReservation: 256 } }, []],
    ['an application that does not fit even without the agent',
      { ...task, containers: [{ name: 'web', cpu: 257, memory: 513 }], agent: { cpu: 1, memory: 6 } }, []],
    ['a limit above the task, whatever is reserved', { ...task, containers: [], agent: { memory: 513, memoryReservation: 100 } }, ['agentMemoryOverTask']],
    ['a limit above the task, beside another container', { ...task, containers: [{ name: 'web', memory: 100 }], agent: { memory: 513 } },
      ['agentMemoryOverTask']],
    ['a limit above the task, in a task that is already full', { ...task, containers: [{ name: 'web', memory: 600 }], agent: { memory: 513 } },
      ['agentMemoryOverTask']],
    ['a limit and a reservation that are each too much',
      { ...task, containers: [{ name: 'web', memory: 100 }], agent: { memory: 600, memoryReservation: 500 } }, ['agentMemoryOverTask', 'agentMemoryOverTask']],
    ['a limit of all the task\'s memory, with a reservation', { ...task, containers: [], agent: { memory: 512, memoryReservation: 100 } }, []],
    ['a task without sizes', { containers: [{ name: 'web', cpu: 4096 }], agent: { cpu: 4096, memory: 4096 } }, []],
    ['an agent without sizes', { ...task, containers: [{ name: 'web', cpu: 256, memory: 512 }], agent: {} }, []],
  ])('the sizes of the containers are checked against the task: %s', (_, given, expected) => {
    expect(ids(given).filter(id => !/^taskMemory/.test(id))).toEqual(expected);
  });

  test('an error of the sizes gives the sizes and the way out', () => {
    const message = (containers: Given['containers'], agent: Sizes) => checked({ ...task, containers, agent }).map(one => one.message)[0];
    expect(message([{ name: 'web', memory: 300 }], { memory: 400 })).toBe(
      '`memoryLimitMiB` asks for 400 MiB, the other containers for 300 MiB, but the task has 512 MiB. '
      + 'ECS refuses such a task definition. Leave `memoryLimitMiB` out, so the agent shares the task\'s memory, or give the task more memory.');
    expect(message([], { memory: 600, memoryReservation: 100 })).toMatch(/^`memoryLimitMiB` is 600 MiB, but the task has 512 MiB\. .*Set it to 512 or less/);
    expect(message([], { memoryReservation: 600 })).toMatch(/^`memoryReservationMiB` asks for 600 MiB/);
    expect(message([{ name: 'web', cpu: 200 }], { cpu: 100 })).toMatch(/^`cpu` asks for 100 CPU units, the other containers for 200, but the task has 256\./);
  });
});
