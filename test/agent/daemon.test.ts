import { agentContainer, captureSelection, daemonOptions, GENERATIONS, portsFilter, AgentOptions } from '../../src/agent';

describe.each(GENERATIONS)('the daemon of the $title', generation => {
  test('without options it listens on Docker\'s bridge, and has a limit, a reservation and CPU of its own', () => {
    expect(daemonOptions(generation, {})).toEqual({
      cpu: 256, memoryLimitMiB: 700, memoryReservationMiB: 300, networkInterfaces: ['docker0'],
    });
  });

  test.each<[string, AgentOptions, AgentOptions]>([
    ['interfaces that are named', { networkInterfaces: ['ens5'] }, { networkInterfaces: ['ens5'] }],
    ['an empty list of interfaces, which would be all,', { networkInterfaces: [] }, { networkInterfaces: ['docker0'] }],
    ['CPU', { cpu: 64 }, { cpu: 64 }],
    ['a limit', { memoryLimitMiB: 512 }, { memoryLimitMiB: 512, memoryReservationMiB: 300 }],
    ['a limit at the reservation', { memoryLimitMiB: 300 }, { memoryLimitMiB: 300, memoryReservationMiB: 300 }],
    ['a limit below the reservation', { memoryLimitMiB: 299 }, { memoryLimitMiB: 299, memoryReservationMiB: undefined }],
    ['a reservation', { memoryReservationMiB: 100 }, { memoryLimitMiB: 700, memoryReservationMiB: 100 }],
    ['a reservation above the limit of a daemon', { memoryReservationMiB: 701 }, { memoryLimitMiB: 701, memoryReservationMiB: 701 }],
    ['both sizes', { memoryLimitMiB: 900, memoryReservationMiB: 800 }, { memoryLimitMiB: 900, memoryReservationMiB: 800 }],
    ['another option', { rateLimitPerMinute: 10 }, { rateLimitPerMinute: 10, memoryLimitMiB: 700 }],
  ])('%s: the rest is as without it', (_, given, expected) => {
    expect(daemonOptions(generation, given)).toMatchObject(expected);
  });

  test('a size that is no number stays as it is, for the check that refuses it', () => {
    const wrong = { memoryReservationMiB: 'much' } as unknown as AgentOptions;
    expect(daemonOptions(generation, wrong)).toMatchObject({ memoryLimitMiB: 700, memoryReservationMiB: 'much' });
  });

  test('its container is essential, since it is the only one of its task', () => {
    const around = { apiKey: 'arn', taskSetsMemory: false, place: { region: 'eu-west-1' } };
    expect(agentContainer(generation, daemonOptions(generation, {}), { ...around, isAlone: true })).toMatchObject({ essential: true, memory: 700 });
    expect(agentContainer(generation, {}, around).essential).toBe(false);
  });
});

test('a port or several become a BPF expression', () => {
  expect(portsFilter([80])).toBe('tcp port 80');
  expect(portsFilter([80, '8080'])).toBe('tcp port 80 or tcp port 8080');
});

describe('what an agent captures', () => {
  test('is everything without filters, whatever the interfaces and the sizes are', () => {
    expect(captureSelection({})).toBe('');
    expect(captureSelection({ networkInterfaces: ['ens5'], cpu: 1, rateLimitPerMinute: 1 } as AgentOptions)).toBe('');
  });

  const SELECTIONS: readonly (readonly [AgentOptions, readonly unknown[]])[] = [
    [{ bpfFilter: 'a' }, []], [{ bpfFilter: 'b' }, []], [{ hostAllow: ['a'] }, []], [{ hostExclusions: ['a'] }, []], [{ pathAllow: ['a'] }, []],
    [{ pathExclusions: ['a'] }, []], [{ pathAllow: ['a'], hostAllow: ['a'] }, []], [{}, [{ Expression: 'x' }]], [{}, [{ Expression: 'y' }]], [{}, []],
  ];

  test('differs by each filter and by the instances', () => {
    const texts = SELECTIONS.map(([options, instances]) => captureSelection(options, instances));
    expect(new Set(texts).size).toBe(SELECTIONS.length);
    expect(SELECTIONS.map(([options, instances]) => captureSelection({ ...options }, [...instances]))).toEqual(texts);
  });
});
