import { judgeHeadroom, judgeSizes } from '../../src/agent';
import { memoryNeed } from '../../src/agent/memory';

const SILENT = { name: 'web' };

describe('memory headroom', () => {
  test.each<[string, Parameters<typeof judgeHeadroom>[0]]>([
    ['a small task with an application that states no memory', { taskMemoryMiB: 512, containers: [SILENT] }],
    ['an application that states nearly all', { taskMemoryMiB: 2048, containers: [{ name: 'web', memory: 1700 }] }],
    ['a reservation that takes nearly all', { taskMemoryMiB: 2048, containers: [{ name: 'web', memoryReservation: 1700 }] }],
    ['a limit above the reservation: it may be used', { taskMemoryMiB: 2048, containers: [{ name: 'web', memory: 1900, memoryReservation: 100 }] }],
    ['one that states and one that does not', { taskMemoryMiB: 1024, containers: [{ name: 'web', memory: 700 }, { name: 'log' }] }],
    ['a high rate', { taskMemoryMiB: 1024, containers: [SILENT], rateLimit: 5000 }],
    ['a task that is smaller than its containers', { taskMemoryMiB: 512, containers: [{ name: 'web', memory: 900 }] }],
    ['one MB too few', { taskMemoryMiB: 455, containers: [{ name: 'web', memory: 100 }] }],
  ])('is too small: %s', (_, given) => {
    expect(judgeHeadroom(given)).toMatchObject({ severity: 'warning', id: 'memoryHeadroom' });
  });

  test.each<[string, Parameters<typeof judgeHeadroom>[0]]>([
    ['a roomy task', { taskMemoryMiB: 1024, containers: [SILENT] }],
    ['a small task with a low rate', { taskMemoryMiB: 512, containers: [SILENT], rateLimit: 100 }],
    ['a small task whose agent has a small limit, where it is killed alone', { taskMemoryMiB: 512, containers: [SILENT], memoryLimitMiB: 200 }],
    ['an application that states little', { taskMemoryMiB: 512, containers: [{ name: 'web', memory: 128 }] }],
    ['just enough', { taskMemoryMiB: 456, containers: [{ name: 'web', memory: 100 }] }],
  ])('is enough: %s', (_, given) => {
    expect(judgeHeadroom(given)).toBeUndefined();
  });

  test('says the numbers and the way out', () => {
    expect(judgeHeadroom({ taskMemoryMiB: 512, containers: [{ name: 'web' }, { name: 'log' }] })!.message).toBe(
      'The task has 512 MiB, of which 256 MiB are left for the agent: web and log state no memory and may need half of the task. '
      + 'The agent was seen to use 356 MB at 1000 captured requests a minute: give the task more memory, or set a lower `rateLimit`.');
    expect(judgeHeadroom({ taskMemoryMiB: 512, containers: [SILENT] })!.message).toContain('web states no memory');
    expect(judgeHeadroom({ taskMemoryMiB: 512, containers: [{ name: 'web', memory: 600 }], rateLimit: 2000 })!.message).toMatch(/0 MiB are left for the agent\. .*700 MB at 2000/);
  });

  test('follows the measurements, and the line between them', () => {
    expect([1, 50, 100, 550, 1000, 1001].map(memoryNeed)).toEqual([50, 83, 117, 237, 356, 700]);
    expect(memoryNeed()).toBe(356);
  });
});

describe('what the containers ask for', () => {
  const task = { taskCpu: 256, taskMemoryMiB: 512 };

  test.each<[string, Parameters<typeof judgeSizes>[0], string[]]>([
    ['fits', { ...task, others: [{ name: 'web', cpu: 128, memory: 256 }], agent: { cpu: 128, memory: 256 } }, []],
    ['cpu', { ...task, others: [{ name: 'web', cpu: 128 }], agent: { cpu: 129 } }, ['cpuOverTask']],
    ['limit', { ...task, others: [{ name: 'web', memory: 256 }], agent: { memory: 257 } }, ['memoryOverTask']],
    ['reservation', { ...task, others: [{ name: 'web', memory: 400, memoryReservation: 256 }], agent: { memoryReservation: 257 } }, ['memoryOverTask']],
    ['the reservation counts where there is one', { ...task, others: [{ name: 'web', memory: 500, memoryReservation: 256 }], agent: { memory: 400, memoryReservation: 256 } }, []],
    ['an application that does not fit by itself is not ours', { ...task, others: [{ name: 'web', cpu: 257, memory: 513 }], agent: { cpu: 1, memory: 6 } }, []],
    ['a limit above the task, whatever is reserved', { ...task, others: [], agent: { memory: 513, memoryReservation: 100 } }, ['memoryOverTask']],
    ['a limit above the task is said once', { ...task, others: [{ name: 'web', memory: 100 }], agent: { memory: 513 } }, ['memoryOverTask']],
    ['a limit above the task, in a task that is full already', { ...task, others: [{ name: 'web', memory: 600 }], agent: { memory: 513 } }, ['memoryOverTask']],
    ['a limit and a reservation that are each too much', { ...task, others: [{ name: 'web', memory: 100 }], agent: { memory: 600, memoryReservation: 500 } }, ['memoryOverTask', 'memoryOverTask']],
    ['a limit of all that the task has, beside a reservation', { ...task, others: [], agent: { memory: 512, memoryReservation: 100 } }, []],
    ['no task size', { others: [{ name: 'web', cpu: 4096 }], agent: { cpu: 4096, memory: 4096 } }, []],
    ['an agent that asks for nothing', { ...task, others: [{ name: 'web', cpu: 256, memory: 512 }], agent: {} }, []],
  ])('%s', (_, given, expected) => {
    expect(judgeSizes(given).map(({ id }) => id)).toEqual(expected);
  });

  test('is told with its numbers', () => {
    expect(judgeSizes({ ...task, others: [{ name: 'web', memory: 300 }], agent: { memory: 400 } })[0]).toMatchObject({
      option: 'memoryLimitMiB', message: expect.stringMatching(/^`memoryLimitMiB` asks for 400 MiB, beside 300 MiB of the other containers, but the task has 512 MiB/),
    });
    expect(judgeSizes({ ...task, others: [], agent: { memory: 600, memoryReservation: 100 } })[0]).toMatchObject({
      option: 'memoryLimitMiB', message: expect.stringMatching(/^`memoryLimitMiB` is 600 MiB, but the task has 512 MiB\. .*set it to 512 or less/),
    });
    expect(judgeSizes({ ...task, others: [], agent: { memoryReservation: 600 } })[0].option).toBe('memoryReservationMiB');
  });
});
