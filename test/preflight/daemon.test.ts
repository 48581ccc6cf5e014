import { said } from './said';
import { GENERATIONS, INSIGHTS } from '../../src/agent';
import { CapacityFacts, checkDaemon, checkPorts, COMMAND_LINE_WORDS, CONSTRUCT_WORDS, DaemonFacts, Finding } from '../../src/preflight';

const UNKNOWN = { unknown: 'it cannot be seen' };
const LINUX: CapacityFacts = { name: 'linux', kind: 'EC2', isWindows: false };
const WINDOWS: CapacityFacts = { name: 'windows', kind: 'EC2', isWindows: true };
const FARGATE: CapacityFacts = { name: 'Fargate', kind: 'FARGATE', isWindows: false };
const MANAGED: CapacityFacts = { name: 'managed', kind: 'MANAGED_INSTANCES', isWindows: false };
const EXTERNAL: CapacityFacts = { name: 'mi-1', kind: 'EXTERNAL', isWindows: false };

/** A daemon without findings. */
const FINE: DaemonFacts = {
  name: 'agents', cluster: 'shop', capacity: [LINUX], networkInterfaces: ['docker0'], hasPacketFilter: false, selection: '', otherDaemons: [], services: [],
};

const judged = (facts: Partial<DaemonFacts>) => checkDaemon({ ...FINE, ...facts }, INSIGHTS);
const ids = (findings: readonly Finding[]) => findings.map(({ id }) => id);
const found = (facts: Partial<DaemonFacts>) => ids(judged(facts));

test.each<[string, readonly CapacityFacts[], string[]]>([
  ['only instances with Linux', [LINUX], []],
  ['instances of which the system is unknown', [{ ...LINUX, isWindows: UNKNOWN }], []],
  ['capacity of an unknown kind', [{ ...LINUX, kind: UNKNOWN }], []],
  ['external instances, of which nothing is known', [EXTERNAL], []],
  ['Fargate beside Linux', [FARGATE, LINUX], []],
  ['nothing', [], ['noContainerInstances']],
  ['only Fargate', [FARGATE], ['noContainerInstances']],
  ['only Managed Instances', [MANAGED], ['noContainerInstances']],
  ['only Windows', [WINDOWS], ['noContainerInstances']],
  ['Fargate, Managed Instances and Windows', [FARGATE, MANAGED, WINDOWS], ['noContainerInstances']],
  ['Windows beside Linux', [LINUX, WINDOWS], ['instancesNotWatched']],
  ['Managed Instances beside Linux and Fargate', [MANAGED, FARGATE, LINUX], ['instancesNotWatched']],
])('a cluster that has %s', (_, capacity, expected) => {
  expect(found({ capacity })).toEqual(expected);
});

test('a cluster whose capacity cannot be seen is never refused for it', () => {
  expect(found({ capacity: UNKNOWN })).toEqual([]);
});

test.each<[string, readonly CapacityFacts[], string, string]>([
  [
    'nothing', [], 'Cluster shop has no container instances on which a daemon can run the agent. Add an auto scaling group of EC2 instances. '
    + 'If something else adds instances, import the cluster with Cluster.fromClusterAttributes.',
    'Cluster shop has no container instances on which a daemon can run the agent. Add an auto scaling group of EC2 instances.',
  ],
  [
    'Fargate', [FARGATE], 'Cluster shop has no container instances on which a daemon can run the agent: Fargate runs each task on a machine of its own. '
    + 'Use a sidecar for each service (`PostmanInsightsSidecar`), or add EC2 instances with Linux.',
    'Cluster shop has no container instances on which a daemon can run the agent: Fargate runs each task on a machine of its own. '
    + 'Use a sidecar for each service (`ecs add`), or add EC2 instances with Linux.',
  ],
])('a cluster with %s is refused in the words of each mode', (_, capacity, construct, commandLine) => {
  const findings = judged({ capacity });
  expect(said(findings, CONSTRUCT_WORDS)).toEqual([{ severity: 'error', id: 'noContainerInstances', message: construct }]);
  expect(said(findings, COMMAND_LINE_WORDS)).toEqual([{ severity: 'error', id: 'noContainerInstances', message: commandLine }]);
});

describe('another daemon on the cluster', () => {
  test.each<[string, DaemonFacts['selection'], DaemonFacts['selection'], boolean]>([
    ['both capture all', '', '', true],
    ['one captures all', '', 'a', true],
    ['the other captures all', 'a', '', true],
    ['both capture the same part', 'a', 'a', true],
    ['each captures a part of its own', 'a', 'b', false],
    ['it is unknown what one captures', UNKNOWN, '', false],
    ['it is unknown what the other captures', '', UNKNOWN, false],
  ])('is refused unless they may capture different requests: %s', (_, selection, other, isRefused) => {
    expect(found({ selection, otherDaemons: [{ name: 'others', selection: other }] })).toEqual(isRefused ? ['secondDaemon'] : []);
  });

  test('is named, with the ways out', () => {
    const findings = judged({ otherDaemons: [{ name: 'others', selection: '' }, { name: 'apart', selection: UNKNOWN }] });
    const says = 'Cluster shop already has an agent on each container instance, others, and agents would record the same requests again. '
      + 'Remove one of them, or give each its own part: ';
    expect(said(findings, CONSTRUCT_WORDS)[0]!.message).toBe(`${says}\`ports\`, \`bpfFilter\`, \`hostAllow\`, \`pathAllow\` or \`placementConstraints\`.`);
    expect(said(findings, COMMAND_LINE_WORDS)[0]!.message).toBe(`${says}\`--filter\`, \`--host-allow\` or \`--path-allow\`.`);
  });
});

test.each<[string, Partial<DaemonFacts>, string[]]>([
  ['the bridge', { networkInterfaces: ['docker0'] }, []],
  ['interfaces of the instance', { networkInterfaces: ['eth0', 'eth1'] }, []],
  ['the bridge and the instance\'s', { networkInterfaces: ['ens5', 'docker0'] }, ['requestsSeenTwice']],
  ['the same with a filter', { networkInterfaces: ['ens5', 'docker0'], hasPacketFilter: true }, []],
  ['interfaces that are unknown', { networkInterfaces: UNKNOWN }, []],
])('an agent that listens on %s', (_, facts, expected) => {
  expect(found(facts)).toEqual(expected);
});

describe('the other services', () => {
  const service = (networkMode: DaemonFacts['services'][number]['networkMode'], selection?: DaemonFacts['selection']) => ({
    name: 'web', networkMode, ...selection === undefined ? {} : { sidecar: { selection } },
  });

  test.each<[string, Partial<DaemonFacts>, string[]]>([
    ['bridge mode', { services: [service('bridge')] }, []],
    ['bridge mode, seen on the interface of the instance', { services: [service('bridge')], networkInterfaces: ['ens5'] }, []],
    ['a mode that is unknown', { services: [service('awsvpc'), service(UNKNOWN)] }, []],
    ['awsvpc mode', { services: [service('awsvpc')] }, ['nothingToWatch']],
    ['awsvpc mode, also on the interface of the instance', { services: [service('awsvpc')], networkInterfaces: ['ens5'] }, ['nothingToWatch']],
    ['no network', { services: [service('none')] }, ['nothingToWatch']],
    ['host mode', { services: [service('host')] }, ['nothingToWatch']],
    ['host mode, seen on the interface of the instance', { services: [service('host')], networkInterfaces: ['ens5'] }, []],
    ['awsvpc mode, and interfaces that are unknown', { services: [service('awsvpc')], networkInterfaces: UNKNOWN }, []],
    ['bridge mode beside awsvpc mode', { services: [service('awsvpc'), service('bridge')] }, []],
    ['host mode with a sidecar', { services: [service('host', ''), service('bridge')] }, ['daemonAndSidecars']],
    ['host mode with a sidecar for a part', { services: [service('host', 'a'), service('bridge')] }, ['daemonAndSidecars']],
    ['host mode with a sidecar for another part', { services: [service('host', 'a'), service('bridge')], selection: 'b' }, []],
    ['host mode with a sidecar of which little is known', { services: [service('host', UNKNOWN), service('bridge')] }, []],
    ['awsvpc mode with a sidecar', { services: [service('awsvpc', ''), service('bridge')] }, []],
  ])('in %s', (_, facts, expected) => {
    expect(found(facts)).toEqual(expected);
  });

  test.each(GENERATIONS)('that no daemon of the $title sees are told what to use', generation => {
    const findings = checkDaemon({ ...FINE, services: [service('awsvpc'), service('host')] }, generation);
    const says = 'Daemon agents listens on docker0 and sees no requests of the known services of cluster shop, '
      + 'which use network mode awsvpc and host. To see network mode host, name the interface of the instances in ';
    const sidecars = (what: string) => `such as eth0 or ens5. Use sidecars in network mode awsvpc (${what}).`;
    expect(said(findings, CONSTRUCT_WORDS)).toEqual([{
      severity: 'warning', id: 'nothingToWatch', message: `${says}\`networkInterfaces\`, ${sidecars(`\`${generation.sidecar}\``)}`,
    }]);
    expect(said(findings, COMMAND_LINE_WORDS)).toEqual([{
      severity: 'warning', id: 'nothingToWatch', message: `${says}\`--interfaces\`, ${sidecars('`ecs add`')}`,
    }]);
  });
});

test('ports are whole numbers from 1 to 65535, and what is known later is not checked', () => {
  expect(checkPorts([1, 65_535], undefined, () => false)).toEqual([]);
  expect(checkPorts([-1.5], undefined, () => true)).toEqual([]);
  expect(ids(checkPorts([0, 65_536, NaN], undefined, () => false))).toEqual(['invalidOption', 'invalidOption', 'invalidOption']);
  expect(ids(checkPorts([80], 'tcp', () => false))).toEqual(['invalidOption']);
  expect(ids(checkPorts(null, undefined, () => false))).toEqual(['invalidOption']);
});
