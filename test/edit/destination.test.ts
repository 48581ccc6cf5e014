import * as fc from '../random';
import {
  DESTINATION_VARIABLES, destinationPartsOf, insightsDestinations, insightsUpdate, OTHER_PROJECT, OTHER_SYSTEM_ENV, OTHER_WORKSPACE, PROJECT, SECRET,
  SYSTEM_ENV, WORKSPACE,
} from './asked';
import { described } from './described';
import { AgentOptions } from '../../src/agent';
import { agentsIn, containersOf, isShellChanged, Json, JsonObject, seeAgent, withAgent, withMembers } from '../../src/edit';

/** What the program of the Insights agent makes of its arguments and variables. */
interface Resolved {
  readonly error?: string;
  /** Everything that names a destination, whatever the program does with it. */
  readonly named: readonly string[];
  readonly destination: { readonly [part: string]: string };
}

const VALUE_FLAGS = [
  '--project', '--collection', '--workspace-id', '--system-env', '--service-name', '--rate-limit', '--filter', '--region', '--host-allow', '--tags', '-c',
];
const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/**
 * A small model of the program, written from its public source and independent of the tested code.
 *
 * @see https://github.com/postmanlabs/postman-insights-agent/blob/main/cmd/internal/apidump/apidump.go
 */
function resolve(args: readonly unknown[], environment: ReadonlyMap<string, string>): Resolved {
  const flags = new Map<string, string>();
  for (let at = 2; at < args.length && args[at] !== '--'; at++) {
    const [name, ...value] = String(args[at]).split('=');
    if (!name.startsWith('-')) continue;
    if (value.length > 0) flags.set(name, value.join('='));
    else flags.set(name, VALUE_FLAGS.includes(name) ? String(args[++at] ?? '') : 'true');
  }
  const read = (flag: string, variable: string) => environment.get(variable) || flags.get(flag) || '';
  const project = read('--project', 'POSTMAN_INSIGHTS_PROJECT_ID');
  const workspace = read('--workspace-id', 'POSTMAN_INSIGHTS_WORKSPACE_ID');
  const systemEnv = read('--system-env', 'POSTMAN_INSIGHTS_SYSTEM_ENV');
  const service = read('--service-name', 'POSTMAN_INSIGHTS_SERVICE_NAME');
  const collection = flags.get('--collection') ?? '';
  const isOn = environment.get('POSTMAN_INSIGHTS_DISCOVERY_MODE') === 'true'
    || ['true', 'TRUE', 'True', '1', 't', 'T'].includes(flags.get('--discovery-mode') ?? 'false');

  const named = [...project && ['project'], ...collection && ['collection'], ...workspace && ['workspace'], ...isOn ? ['discovery'] : []];
  if (isOn) {
    const [namespace, workload, cluster] = ['POSTMAN_K8S_NAMESPACE', 'POSTMAN_INSIGHTS_WORKLOAD_NAME', 'POSTMAN_INSIGHTS_CLUSTER_NAME']
      .map(name => environment.get(name) ?? '');
    const error = !namespace ? 'discovery mode requires a namespace' : !workload ? 'discovery mode requires a workload name'
      : !cluster ? 'discovery mode requires a cluster name' : undefined;
    return { error, named, destination: { cluster, namespace, workload, service } };
  }
  const error = named.length === 0 ? 'Exactly one of --project, --collection, --workspace-id, or --discovery-mode must be specified.'
    : named.length > 1 ? 'Only one of --project, --collection, or --workspace-id can be specified.'
      : workspace && !systemEnv ? '--system-env is required when --workspace-id is specified.'
        : workspace && !UUID.test(workspace) ? '--workspace-id must be a valid UUID'
          : systemEnv && !UUID.test(systemEnv) ? '--system-env must be a valid UUID'
            : project && !/^svc_[0-9A-Za-z]{22}$/.test(project) ? 'failed to parse project ID' : undefined;
  return { error, named, destination: project ? { project } : workspace ? { workspace, systemEnv } : { collection } };
}

/** The same for a container. It is not documented which of two variables of one name counts, so both are tried. */
function resolutions({ entryPoint = [], command = [], environment = [], secrets = [] }: JsonObject): Resolved[] {
  const args = [...entryPoint as readonly Json[], ...command as readonly Json[]];
  const set = [
    ...(environment as { name: string; value: string }[]).map(({ name, value }) => [name, value] as const),
    ...(secrets as { name: string }[]).map(({ name }) => [name, `from-secret-${name}`] as const),
  ];
  return [new Map(set), new Map([...set].reverse())].map(read => resolve(args, read));
}

function resolved(container: JsonObject): Resolved {
  const [last, first] = resolutions(container);
  expect(last).toEqual(first);
  return last;
}

const IMAGE = 'public.ecr.aws/postman/postman-insights-agent:v0.40.1';
const agent = (entryPoint: readonly Json[], more: JsonObject = {}): JsonObject => ({
  name: 'postman-insights-agent', image: IMAGE, entryPoint: ['/postman-insights-agent', 'apidump', ...entryPoint],
  secrets: [{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom: SECRET }], ...more,
});
const variables = (values: { readonly [name: string]: string }) => Object.entries(values).map(([name, value]) => ({ name, value }));

/** The only container, after an update that names a destination. */
function withDestination(container: JsonObject, destination: AgentOptions): JsonObject {
  return containersOf(withAgent({ containerDefinitions: [container] }, insightsUpdate(destination, destinationPartsOf(destination))))[0];
}

describe('the model of the program', () => {
  test.each<[string, JsonObject, Resolved]>([
    ['a project', agent(['--project', PROJECT]), { error: undefined, named: ['project'], destination: { project: PROJECT } }],
    ['a variable over a flag', agent([`--project=${PROJECT}`], { environment: variables({ POSTMAN_INSIGHTS_PROJECT_ID: OTHER_PROJECT }) }),
      { error: undefined, named: ['project'], destination: { project: OTHER_PROJECT } }],
    ['two destinations', agent(['--project', PROJECT], { environment: variables({ POSTMAN_INSIGHTS_WORKSPACE_ID: WORKSPACE }) }),
      {
        error: 'Only one of --project, --collection, or --workspace-id can be specified.', named: ['project', 'workspace'],
        destination: { project: PROJECT },
      }],
    ['discovery without names', agent(['--discovery-mode']),
      { error: 'discovery mode requires a namespace', named: ['discovery'], destination: { cluster: '', namespace: '', workload: '', service: '' } }],
    ['no destination', agent(['--discovery-mode=false']),
      { error: 'Exactly one of --project, --collection, --workspace-id, or --discovery-mode must be specified.', named: [], destination: { collection: '' } }],
  ])('the model reads %s as the program does', (_, container, expected) => {
    expect(resolved(container)).toEqual(expected);
  });
});

describe('a destination that is named', () => {
  const names = { cluster: 'shop', namespace: 'shop', workload: 'web', service: '' };

  test.each<[string, JsonObject, AgentOptions, Resolved['destination']]>([
    ['another project in the flag', agent(['--project', PROJECT]), { projectId: OTHER_PROJECT }, { project: OTHER_PROJECT }],
    ['a project in a variable, over the flag', agent(['--project', PROJECT], { environment: variables({ POSTMAN_INSIGHTS_PROJECT_ID: PROJECT }) }),
      { projectId: OTHER_PROJECT }, { project: OTHER_PROJECT }],
    ['a project that comes from a secret', agent([], { secrets: [{ name: 'POSTMAN_INSIGHTS_PROJECT_ID', valueFrom: 'arn:project' }] }),
      { projectId: PROJECT }, { project: PROJECT }],
    ['a workspace in variables, by a project',
      agent([], { environment: variables({ POSTMAN_INSIGHTS_WORKSPACE_ID: WORKSPACE, POSTMAN_INSIGHTS_SYSTEM_ENV: SYSTEM_ENV }) }),
      { projectId: PROJECT }, { project: PROJECT }],
    ['a workspace in secrets, by a project', agent([], {
      secrets: [{ name: 'POSTMAN_INSIGHTS_WORKSPACE_ID', valueFrom: 'arn:w' }, { name: 'POSTMAN_INSIGHTS_SYSTEM_ENV', valueFrom: 'arn:e' }],
    }), { projectId: PROJECT }, { project: PROJECT }],
    ['a workspace half in a flag and half in a variable',
      agent(['--workspace-id', WORKSPACE], { environment: variables({ POSTMAN_INSIGHTS_SYSTEM_ENV: SYSTEM_ENV }) }),
      { workspaceId: OTHER_WORKSPACE, systemEnvironmentId: OTHER_SYSTEM_ENV }, { workspace: OTHER_WORKSPACE, systemEnv: OTHER_SYSTEM_ENV }],
    ['discovery in a variable, by a project', agent([], { environment: variables({ POSTMAN_INSIGHTS_DISCOVERY_MODE: 'true' }) }),
      { projectId: PROJECT }, { project: PROJECT }],
    ['discovery with a name of the service, by a workspace', agent(['--discovery-mode', '--service-name', 'a/b']),
      { workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENV }, { workspace: WORKSPACE, systemEnv: SYSTEM_ENV }],
    ['a deprecated collection', agent(['--collection=12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11']), { projectId: PROJECT }, { project: PROJECT }],
    ['a project, by discovery', agent(['--project', PROJECT]), { discovery: true }, names],
    ['discovery without its names, as upstream writes it', agent(['--discovery-mode']), { discovery: true }, names],
    ['discovery that is off in a flag', agent(['--discovery-mode=0', '--project', PROJECT]), { discovery: true }, names],
    ['discovery that the last flag turns off', agent(['--discovery-mode', '--discovery-mode=false']), { discovery: true }, names],
    ['discovery in a spelling that the program ignores', agent([], { environment: variables({ POSTMAN_INSIGHTS_DISCOVERY_MODE: 'TRUE' }) }),
      { discovery: true }, names],
    ['a name that is empty', agent(['--discovery-mode'], { environment: variables({ POSTMAN_INSIGHTS_CLUSTER_NAME: 'mine', POSTMAN_K8S_NAMESPACE: '' }) }),
      { discovery: true }, { ...names, cluster: 'mine' }],
    ['a name that is there twice, once empty', agent(['--discovery-mode'], {
      environment: [...variables({ POSTMAN_K8S_NAMESPACE: 'mine' }), ...variables({ POSTMAN_K8S_NAMESPACE: '' })],
    }), { discovery: true }, names],
    ['a project that is there twice, once empty', agent([], {
      environment: [...variables({ POSTMAN_INSIGHTS_PROJECT_ID: '' }), ...variables({ POSTMAN_INSIGHTS_PROJECT_ID: PROJECT })],
    }), { projectId: OTHER_PROJECT }, { project: OTHER_PROJECT }],
    ['names that are named', agent(['--discovery-mode'], { environment: variables({ POSTMAN_K8S_NAMESPACE: 'old', POSTMAN_INSIGHTS_WORKLOAD_NAME: 'old' }) }),
      { discovery: true, discoveryNamespace: 'new', discoveryName: 'other' }, { ...names, namespace: 'new', workload: 'other' }],
    ['arguments that are not text', agent([null, 5, '--project', 7, '--workspace-id']), { projectId: PROJECT }, { project: PROJECT }],
    ['a flag after the end of the flags', agent(['--', '--project', PROJECT]), { projectId: OTHER_PROJECT }, { project: OTHER_PROJECT }],
    ['a destination that is the value of another flag', agent(['-c', '--project', '--filter', '--workspace-id']), { projectId: PROJECT }, { project: PROJECT }],
    ['no arguments', { name: 'a', image: IMAGE, secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: SECRET }] }, { projectId: PROJECT }, { project: PROJECT }],
    ['only a command', { name: 'a', image: IMAGE, command: ['apidump', '--project', PROJECT] }, { discovery: true }, names],
  ])('it replaces %s', (_, container, destination, expected) => {
    const after = withDestination(container, destination);
    // The image's own entry point is the program.
    const program = after.entryPoint === undefined ? withMembers(after, { entryPoint: ['/postman-insights-agent'] }) : after;
    expect(resolved(program)).toEqual({ error: undefined, named: [Object.keys(destination)[0].replace(/Id$/, '')], destination: expected });
    expect(withDestination(after, destination)).toBe(after);
  });

  test('the agent\'s own name of the service is kept if only discovery is named, and goes if a name is', () => {
    for (const container of [
      agent(['--discovery-mode', '--service-name', 'team/web']),
      agent(['--discovery-mode'], { environment: variables({ POSTMAN_INSIGHTS_SERVICE_NAME: 'team/web' }) }),
    ]) {
      expect(resolved(withDestination(container, { discovery: true })).destination.service).toBe('team/web');
      expect(resolved(withDestination(container, { discovery: true, discoveryName: 'web' })).destination).toEqual({ ...names, service: '' });
    }
  });

  test('the flag stays the place of a destination that is there, and the variable if it is set there', () => {
    expect(withDestination(agent(['--project=svc_old', '--repro-mode']), { projectId: PROJECT }).entryPoint)
      .toEqual(['/postman-insights-agent', 'apidump', '--project', PROJECT, '--repro-mode']);
    const inVariable = agent(['--project', PROJECT], { environment: variables({ OWN: '1', POSTMAN_INSIGHTS_PROJECT_ID: PROJECT, LAST: '2' }) });
    const after = withDestination(inVariable, { projectId: OTHER_PROJECT });
    expect(after.entryPoint).toEqual(['/postman-insights-agent', 'apidump']);
    expect(after.environment).toEqual(variables({ OWN: '1', POSTMAN_INSIGHTS_PROJECT_ID: OTHER_PROJECT, LAST: '2' }));
  });

  test.each<[string, JsonObject, AgentOptions]>([
    ['in a flag', agent(['--project', PROJECT]), { projectId: PROJECT }],
    ['in a variable', agent([], { environment: variables({ POSTMAN_INSIGHTS_PROJECT_ID: PROJECT }) }), { projectId: PROJECT }],
    ['in a flag and a variable', agent(['--workspace-id', WORKSPACE], { environment: variables({ POSTMAN_INSIGHTS_SYSTEM_ENV: SYSTEM_ENV }) }),
      { workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENV }],
    ['from this library', agentsIn(described('agent-of-this-library-insights'))[0], { discovery: true }],
  ])('nothing changes if the agent has that destination %s', (_, container, destination) => {
    expect(withDestination(container, destination)).toBe(container);
  });

  test('a shell\'s line may name another destination, so a destination of such an agent is not changed in its variables', () => {
    const inShell = { name: 'a', image: IMAGE, entryPoint: ['/bin/sh', '-c', 'exec /postman-insights-agent apidump --discovery-mode'] };
    const before = { ...inShell, environment: variables({ POSTMAN_INSIGHTS_PROJECT_ID: PROJECT }) };
    expect(isShellChanged(before, withDestination(before, { projectId: OTHER_PROJECT }))).toBe(true);
    expect(isShellChanged(before, { ...before, environment: [...before.environment, { name: 'OWN', value: '1' }] })).toBe(false);
    expect(isShellChanged(agent([], { environment: [] }), agent([], { environment: before.environment }))).toBe(false);
  });
});

describe('any agent and any destination that is named', () => {
  const flag = fc.oneof(
    fc.constantFrom<readonly string[]>(['--discovery-mode'], ['--discovery-mode=false'], ['--discovery-mode=0'], ['--repro-mode'], ['--debug']),
    fc.tuple(fc.constantFrom(
      ['--project', PROJECT], ['--project', OTHER_PROJECT], ['--project', ''], ['--collection', '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11'],
      ['--workspace-id', WORKSPACE], ['--system-env', SYSTEM_ENV], ['--system-env', 'not-a-uuid'], ['--service-name', 'a/b'], ['--filter', '--project'],
      ['--region', 'EU'], ['-c', '--discovery-mode'],
    ), fc.boolean()).map(([[name, value], isJoined]) => isJoined && name.startsWith('--') ? [`${name}=${value}`] : [name, value]),
  );
  const names = Object.keys(DESTINATION_VARIABLES);
  const variable = fc.constantFrom(...names).chain(name => fc.constantFrom(...DESTINATION_VARIABLES[name]).map(value => ({ name, value })));
  const agents: fc.Arbitrary<JsonObject> = fc.record({
    flags: fc.array(flag, { maxLength: 6 }).map(all => all.flat()),
    split: fc.nat({ max: 12 }),
    environment: fc.array(variable, { maxLength: 8 }),
    secrets: fc.uniqueArray(fc.constantFrom(...names.filter(name => name !== 'POSTMAN_INSIGHTS_DISCOVERY_MODE')), { maxLength: 3 }),
    end: fc.constantFrom<readonly string[]>([], ['--', '--project', 'x'], ['--project'], ['--workspace-id']),
  }).map(({ flags, split, environment, secrets, end }) => {
    const args = ['/postman-insights-agent', 'apidump', ...flags, ...end];
    return {
      name: 'postman-insights-agent', image: IMAGE, entryPoint: args.slice(0, Math.max(2, split)), command: args.slice(Math.max(2, split)),
      // ECS rejects a name that is in both lists.
      environment: environment.filter(({ name }) => !secrets.includes(name)),
      secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: SECRET }, ...secrets.map(name => ({ name, valueFrom: `arn:${name}` }))],
    };
  });

  test('the updated agent has exactly the wanted destination, and starts without an error', () => {
    const seen = new Set<string>();
    fc.assert(fc.property(agents, insightsDestinations, (container, wanted) => {
      seen.add(String(resolutions(container)[0].error).slice(0, 12));
      const after = withDestination(container, wanted);
      const { projectId, workspaceId, systemEnvironmentId, discoveryNamespace, discoveryName } = wanted;
      for (const { error, named, destination } of resolutions(after)) {
        expect({ error, named }).toEqual({ error: undefined, named: [projectId ? 'project' : workspaceId ? 'workspace' : 'discovery'] });
        expect(destination).toMatchObject(projectId ? { project: projectId } : workspaceId ? { workspace: workspaceId, systemEnv: systemEnvironmentId } : {
          ...discoveryNamespace === undefined ? {} : { namespace: discoveryNamespace, service: '' },
          ...discoveryName === undefined ? {} : { workload: discoveryName, service: '' },
        });
      }
      expect(withDestination(after, wanted)).toBe(after);
    }), fc.runs(2000));
    // The sample has agents that idle, and agents that do not.
    expect(seen.size).toBeGreaterThan(4);
  });

  test('what is seen of the updated agent is the wanted destination', () => {
    fc.assert(fc.property(agents, insightsDestinations, (container, wanted) => {
      const { destination } = seeAgent(withDestination(container, wanted));
      const { discovery, ...texts } = wanted;
      expect(destination).toMatchObject({ ...texts, ...discovery ? { discovery: 'true' } : {} });
      expect(Object.keys(destination).filter(prop => !/^(discovery|workspaceId|systemEnvironmentId|projectId)/.test(prop))).toEqual([]);
      if (!discovery) expect(destination).toEqual(texts);
    }), fc.runs(500));
  });
});
