import { CfnResource } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { EgressCheck } from '../../src';
import { agentContainer, AgentOptions, Generation, INSIGHTS, LIVE_COLLECTION } from '../../src/agent';
import { serviceFacts, taskFacts } from '../../src/aws/plan/task-facts';
import { JsonObject, parseJson, withAgent } from '../../src/edit';
import type { HostKind } from '../../src/egress';
import { checkService, checkTask, COMMAND_LINE_WORDS, messagesOf } from '../../src/preflight';
import { COLLECTION_ID, fargate, insights, onEc2, PROJECT_ID, sidecar, synthesize } from '../given';
import * as fc from '../random';

/** A service and its task definition as both modes may find them. */
interface Given {
  readonly generation: Generation;
  readonly host: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly networkMode: 'awsvpc' | 'host' | 'bridge' | 'none';
  readonly platformVersion: string | undefined;
  readonly controller: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
  readonly memory: number;
  readonly isWindows: boolean;
  readonly architecture: 'X86_64' | 'ARM64' | undefined;
  readonly hasProxy: boolean;
  readonly rateLimitPerMinute: number | undefined;
  /** The protocol of its target group; undefined without a load balancer. */
  readonly protocol: string | undefined;
  /** Whether each port that it publishes by Service Connect has TLS; undefined without Service Connect. */
  readonly published: readonly boolean[] | undefined;
  readonly tags: { readonly [key: string]: string };
  readonly others: readonly Other[];
}

interface Other {
  readonly name: string;
  readonly image: string;
  readonly entryPoint?: readonly string[];
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly waits: boolean;
}

const others: fc.Arbitrary<Other> = fc.record({
  name: fc.constantFrom('log', 'worker', 'lca', 'postman-lc-agent', 'postman-insights-agent'),
  image: fc.constantFrom(
    'nginx', 'example.com/tools/collector:3', 'docker.postman.com/postman-lc-agent', 'public.ecr.aws/postman/postman-insights-agent:latest',
  ),
  entryPoint: fc.option(fc.constantFrom(['/postman-lc-agent', 'apidump'], ['/postman-insights-agent'], ['/bin/app']), { nil: undefined }),
  memory: fc.option(fc.constantFrom(100, 512, 1024), { nil: undefined }),
  memoryReservation: fc.option(fc.constantFrom(64, 256), { nil: undefined }),
  waits: fc.boolean(),
});

const given: fc.Arbitrary<Given> = fc.record({
  generation: fc.constantFrom(LIVE_COLLECTION, INSIGHTS),
  host: fc.constantFrom('FARGATE', 'EC2', 'EXTERNAL'),
  networkMode: fc.constantFrom('awsvpc', 'awsvpc', 'host', 'bridge', 'none'),
  platformVersion: fc.constantFrom(undefined, 'LATEST', '1.3.0', '1.4.0'),
  controller: fc.constantFrom('ECS', 'ECS', 'CODE_DEPLOY', 'EXTERNAL'),
  memory: fc.constantFrom(512, 1024, 2048),
  isWindows: fc.boolean(),
  architecture: fc.constantFrom(undefined, 'X86_64', 'ARM64'),
  hasProxy: fc.boolean(),
  rateLimitPerMinute: fc.constantFrom(undefined, 100, 5000),
  protocol: fc.constantFrom(undefined, 'HTTP', 'HTTPS', 'TCP', 'TLS'),
  published: fc.option(fc.array(fc.boolean(), { maxLength: 2 }), { nil: undefined }),
  tags: fc.constantFrom<Given['tags'][]>({}, {}, { ManagedBy: 'Terraform' }, { 'team': 'web', 'copilot-service': 'web' }, { ManagedBy: 'CDK' }),
  others: fc.uniqueArray(others, { selector: ({ name }) => name, minLength: 0, maxLength: 3 }),
});

const WEB = { name: 'web', image: 'nginx', memory: 256, waits: false };
const PROXY = { ContainerName: 'web', Type: 'APPMESH', ProxyConfigurationProperties: [] };

/** The ids that the construct reports, read from the tree. Ids that only the construct can know are not compared. */
function byConstruct(
  {
    generation, host, networkMode, platformVersion, controller, memory, isWindows, architecture, hasProxy, rateLimitPerMinute, protocol, published,
    tags, others: containers,
  }: Given,
): string[] {
  const made = host === 'FARGATE' ? fargate({ task: { memoryLimitMiB: memory } }) : onEc2({ networkMode: ecs.NetworkMode.AWS_VPC });
  const options = { rateLimitPerMinute, egressCheck: EgressCheck.OFF };
  const added = generation === INSIGHTS ? insights(made.service, { projectId: PROJECT_ID, ...options }) : sidecar(made.service, options);
  const task = made.taskDefinition.node.defaultChild as ecs.CfnTaskDefinition;
  const service = made.service.node.defaultChild as CfnResource;
  // Overrides, since the CDK itself refuses some of these. Whether the task sets its memory decides the agent's reservation, so it comes first.
  task.addPropertyOverride('Memory', String(memory));
  const agent = made.stack.resolve(task.containerDefinitions).find(({ name }: any) => name === added.container.containerName);
  task.addPropertyOverride('ContainerDefinitions', [...[WEB, ...containers].map(other => toProperties(other, generation)), capitalized(agent)]);
  task.addPropertyOverride('NetworkMode', networkMode);
  if (isWindows) task.addPropertyOverride('RuntimePlatform.OperatingSystemFamily', 'WINDOWS_SERVER_2022_CORE');
  if (architecture) task.addPropertyOverride('RuntimePlatform.CpuArchitecture', architecture);
  if (hasProxy) task.addPropertyOverride('ProxyConfiguration', PROXY);
  service.addPropertyOverride('LaunchType', host);
  service.addPropertyOverride('DeploymentController', { Type: controller });
  if (platformVersion !== undefined) service.addPropertyOverride('PlatformVersion', platformVersion);
  if (protocol !== undefined) {
    const group = new CfnTargetGroup(made.stack, 'TargetGroup', { protocol, port: 443, targetType: 'ip' });
    service.addPropertyOverride('LoadBalancers', [{ TargetGroupArn: group.ref, ContainerName: 'web', ContainerPort: 443 }]);
  }
  if (published) {
    const ports = published.map(hasTls => ({ PortName: 'http', ...hasTls ? { Tls: { IssuerCertificateAuthority: {} } } : {} }));
    service.addPropertyOverride('ServiceConnectConfiguration', { Enabled: true, Services: ports });
  }
  service.addPropertyOverride('Tags', Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));
  const { errors, messages } = synthesize(made.app);
  const said = [errors, ...messages.filter(({ level }) => level === 'warning').map(({ text }) => text)].join('\n');
  return [...new Set([...said.matchAll(/findings\.md#(\w+)/g)].map(([, id]) => id))].sort();
}

function toProperties({ name, image, entryPoint, memory, memoryReservation, waits }: Other, { containerName }: Generation): object {
  return {
    Name: name, Image: image, Essential: true, EntryPoint: entryPoint, Memory: memory, MemoryReservation: memoryReservation,
    ...waits ? { DependsOn: [{ ContainerName: containerName, Condition: 'START' }] } : {},
  };
}

/** As the template names the members of a container. */
function capitalized(value: any): any {
  if (Array.isArray(value)) return value.map(capitalized);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name.charAt(0).toUpperCase() + name.slice(1), capitalized(item)]));
}

/** The ids that the command line reports, read from the answers of ECS. */
function byCommandLine(
  {
    generation, host, networkMode, platformVersion, controller, memory, isWindows, architecture, hasProxy, rateLimitPerMinute, protocol, published,
    tags, others: containers,
  }: Given,
): string[] {
  const body = parseJson(JSON.stringify({
    family: 'web', networkMode, memory: String(memory), executionRoleArn: 'arn:aws:iam::111122223333:role/execution',
    runtimePlatform: { ...isWindows ? { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } : {}, ...architecture ? { cpuArchitecture: architecture } : {} },
    ...hasProxy ? { proxyConfiguration: { containerName: 'web' } } : {},
    containerDefinitions: [WEB, ...containers].map(({ waits, ...container }) => ({
      ...container, essential: true, ...waits ? { dependsOn: [{ containerName: generation.containerName, condition: 'START' }] } : {},
    })),
  })) as JsonObject;
  const surroundings = { apiKey: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf', taskSetsMemory: true, place: {} };
  const agent: AgentOptions = { ...generation === INSIGHTS ? { projectId: PROJECT_ID } : { collectionId: COLLECTION_ID }, rateLimitPerMinute };
  const description = agentContainer(generation, agent, surroundings);
  // A definition with an agent would be changed and get no second one, so the agent of an empty definition is added here.
  const after = withAgent({ ...body, containerDefinitions: [] }, { generation, options: agent, description, named: new Set() });
  const added = { ...body, containerDefinitions: [...body.containerDefinitions as JsonObject[], ...after.containerDefinitions as JsonObject[]] };
  const facts = {
    ...taskFacts({ before: { containerDefinitions: [] }, after: added, agentName: generation.containerName, rateLimitPerMinute }),
    name: 'The task definition',
  };
  const last = facts.containers.length - 1;
  const ours = {
    ...facts,
    containers: facts.containers.map((container, index) =>
      ({ ...container, isOurs: index === last, essential: index === last ? container.essential : false })),
  };
  const service = serviceFacts({
    serviceArn: 'arn', serviceName: 'web', clusterArn: 'arn', status: 'ACTIVE', desiredCount: 1, runningCount: 1, taskDefinition: 'arn',
    platformVersion, deploymentController: { type: controller }, tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    deployments: [{
      id: 'ecs-svc/1', status: 'PRIMARY', taskDefinition: 'arn',
      ...published ? { serviceConnectConfiguration: { enabled: true, services: published.map(hasTls => hasTls ? { tls: {} } : {}) } } : {},
    }],
  }, {
    hostKind: host as HostKind, agentRestarts: true, hostNetworkPeers: [], agentReadsHttps: false,
    targetGroups: protocol === undefined ? [] : [{ name: 'web', protocol }],
  });
  const messages = messagesOf([...checkService(service), ...checkTask(ours, service, generation)], COMMAND_LINE_WORDS);
  return [...new Set(messages.map(({ id }) => id.toLowerCase()))].sort();
}

/** Findings of the construct's secret and image, which the command line does not get here. */
const NOT_COMPARED = ['partialsecretarn', 'unpinnedimage'];

const compared = (ids: readonly string[]) => ids.filter(id => !NOT_COMPARED.includes(id));

describe('findings of both modes', () => {
  test('the same generated facts give the same ids in both modes, read from a construct tree and from the answers of ECS', () => {
    const seen = new Set<string>();
    fc.assert(fc.property(given, one => {
      const [construct, commandLine] = [compared(byConstruct(one)), compared(byCommandLine(one))];
      for (const id of construct) seen.add(id);
      expect(construct).toEqual(commandLine);
    }), { ...fc.runs(300), seed: 12 });
    // The sample has enough cases.
    expect([...seen].sort()).toEqual(expect.arrayContaining([
      'arm64image', 'codedeploynotrolledout', 'containername', 'dependsonagent', 'duplicateagent', 'externalcontroller', 'externalinstances',
      'managedbyothertool', 'networkmode',
      'platformversion', 'proxyconfiguration', 'serviceconnect', 'tlsincontainer',
      'taskmemoryfull', 'taskmemorylow', 'windowstask',
    ]));
  });

  const fine: Omit<Given, 'generation'> = {
    host: 'FARGATE', networkMode: 'awsvpc', platformVersion: undefined, controller: 'ECS', memory: 2048, isWindows: false,
    architecture: undefined, hasProxy: false,
    rateLimitPerMinute: undefined, protocol: undefined, published: undefined, tags: {}, others: [],
  };

  test.each<[string, Partial<Given>, string[]]>([
    ['an older agent with its own image name, recognized by its program',
      { others: [{ name: 'x', image: 'example.com/tools/collector:3', entryPoint: ['/postman-lc-agent', 'apidump'], memory: 100, waits: false }] },
      ['duplicateagent']],
    ['an Insights agent with its own image name, recognized by its program',
      { others: [{ name: 'x', image: 'example.com/tools/collector:3', entryPoint: ['/postman-insights-agent', 'apidump'], memory: 100, waits: false }] },
      ['duplicateagent']],
    ['an older agent', { others: [{ name: 'x', image: 'docker.postman.com/postman-lc-agent', memory: 100, waits: false }] }, ['duplicateagent']],
    ['an Insights agent',
      { others: [{ name: 'x', image: 'public.ecr.aws/postman/postman-insights-agent:latest', memory: 100, waits: false }] }, ['duplicateagent']],
    ['ECS Anywhere', { host: 'EXTERNAL' }, ['externalinstances']],
    ['a Fargate platform without restart policies', { platformVersion: '1.3.0' }, ['platformversion']],
    ['a full task', { memory: 512, others: [{ name: 'log', image: 'nginx', memory: 512, waits: false }] }, ['taskmemoryfull']],
    ['a container that waits for the agent', { others: [{ name: 'log', image: 'nginx', memory: 100, waits: true }] }, ['dependsonagent']],
    ['a port that Service Connect publishes', { published: [false] }, ['serviceconnect']],
    ['a target group with TLS', { protocol: 'HTTPS' }, ['tlsincontainer']],
    ['a target group without TLS', { protocol: 'HTTP' }, []],
    ['a tag of Terraform', { tags: { Terraform: 'true' } }, ['managedbyothertool']],
    ['a client of Service Connect', { published: [] }, []],
    ['a service without findings', {}, []],
  ])('both modes report the same ids for %s, with either agent', (_, more, ids) => {
    for (const generation of [LIVE_COLLECTION, INSIGHTS]) {
      expect([generation.title, compared(byConstruct({ ...fine, ...more, generation }))]).toEqual([generation.title, ids]);
      expect([generation.title, compared(byCommandLine({ ...fine, ...more, generation }))]).toEqual([generation.title, ids]);
    }
  });

  test.each([
    LIVE_COLLECTION, INSIGHTS,
  ])('for the $title both modes report another container with its name, and none with the name of the other agent', generation => {
    for (const name of ['postman-lc-agent', 'postman-insights-agent']) {
      const one = { ...fine, generation, others: [{ name, image: 'nginx', memory: 100, waits: false }] };
      const ids = name === generation.containerName ? ['containername'] : [];
      expect(compared(byConstruct(one))).toEqual(ids);
      expect(compared(byCommandLine(one))).toEqual(ids);
    }
  });
});
