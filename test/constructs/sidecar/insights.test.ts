import { Annotations, CfnParameter, Fn, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { EgressCheck, InsightsRegion, PostmanInsightsSidecar, PostmanLiveCollectionSidecar } from '../../../src';
import { agentsIn, COLLECTION_ID, containersIn, fargate, insights, InsightsOptions, PROJECT_ID, synthesize, variablesOf, warnings } from '../../given';

const WORKSPACE = '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const SYSTEM_ENVIRONMENT = '0a1b2c3d-0f3c-4d0e-9a55-3f1f7f3a1c11';
const EU_HOST = 'api.observability.eu.postman.com';

type Given = ReturnType<typeof fargate>;

/** A service with the agent, which sends where the options say. */
function withAgent(options: InsightsOptions, service: Parameters<typeof fargate>[0] = {}): Given {
  const given = fargate(service);
  insights(given.service, options);
  return given;
}

function agentOf({ stack }: Given): any {
  return agentsIn(stack)[0];
}

/** The arguments after the program and its command. */
function argumentsOf(options: InsightsOptions): readonly unknown[] {
  const [program, command, ...rest] = agentOf(withAgent(options)).EntryPoint;
  expect([program, command]).toEqual(['/postman-insights-agent', 'apidump']);
  return rest;
}

describe('the container of PostmanInsightsSidecar', () => {
  test('the whole container, for a project', () => {
    const given = withAgent({ projectId: PROJECT_ID }, { task: { family: 'orders-task' } });
    const [group] = Object.keys(Template.fromStack(given.stack).findResources('AWS::Logs::LogGroup'));
    const key = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:eu-west-1:111122223333:secret:postman/api-key']] };
    expect(agentOf(given)).toEqual({
      Name: 'postman-insights-agent',
      Image: 'public.ecr.aws/postman/postman-insights-agent:latest',
      Essential: false,
      EntryPoint: ['/postman-insights-agent', 'apidump', '--project', PROJECT_ID],
      Environment: [
        { Name: 'AKITA_AWS_REGION', Value: 'eu-west-1' },
        { Name: 'POSTMAN_AWS_REGION', Value: 'eu-west-1' },
        { Name: 'AKITA_ECS_TASK', Value: 'orders-task' },
        { Name: 'POSTMAN_ECS_TASK', Value: 'orders-task' },
      ],
      // An older version of the agent reads only the last, a newer one only the first.
      Secrets: [{ Name: 'POSTMAN_INSIGHTS_API_KEY', ValueFrom: key }, { Name: 'POSTMAN_API_KEY', ValueFrom: key }],
      ReadonlyRootFilesystem: true,
      RestartPolicy: { Enabled: true, RestartAttemptPeriod: 60 },
      LogConfiguration: {
        LogDriver: 'awslogs',
        Options: { 'awslogs-group': { Ref: group }, 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'postman-insights-agent' },
      },
    });
  });

  test('the execution role may read the one secret and write to the one log group, and nothing else', () => {
    const given = withAgent({ discovery: true });
    const template = Template.fromStack(given.stack);
    const [group] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    const [policy] = Object.values<any>(template.findResources('AWS::IAM::Policy'));
    const secret = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:eu-west-1:111122223333:secret:postman/api-key-??????']] };
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [group, 'Arn'] } },
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secret },
    ]);
    template.resourceCountIs('AWS::IAM::Policy', 1);
  });

  test('a workspace is named with its system environment', () => {
    expect(argumentsOf({ workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENVIRONMENT }))
      .toEqual(['--workspace-id', WORKSPACE, '--system-env', SYSTEM_ENVIRONMENT]);
  });

  test('the IDs may be known only to CloudFormation', () => {
    const reference = (id: string) => Token.asString({ Ref: id });
    expect(argumentsOf({ projectId: reference('Project') })).toEqual(['--project', { Ref: 'Project' }]);
    expect(argumentsOf({ workspaceId: reference('Workspace'), systemEnvironmentId: SYSTEM_ENVIRONMENT }))
      .toEqual(['--workspace-id', { Ref: 'Workspace' }, '--system-env', SYSTEM_ENVIRONMENT]);
  });

  test('a destination in the project way has none of the variables of another', () => {
    const names = Object.keys(variablesOf(agentOf(withAgent({ projectId: PROJECT_ID }))));
    expect(names.filter(name => /INSIGHTS|K8S|REGION$/.test(name) && !name.endsWith('AWS_REGION'))).toEqual([]);
  });

  test('the options of this agent become arguments as the agent reads them', () => {
    expect(argumentsOf({
      projectId: PROJECT_ID,
      dataRegion: InsightsRegion.EU,
      reproMode: true,
      alwaysCapturePayloads: ['^/v1', '/a{1,2}'],
      capturePercent: 25,
      rateLimitPerMinute: 500,
    })).toEqual([
      '--project', PROJECT_ID, '--region', 'EU', '--repro-mode', '--always-capture-payloads', '^/v1', '--always-capture-payloads', '"/a{1,2}"',
      '--randomized-start', '25', '--rate-limit', '500',
    ]);
    expect(argumentsOf({ projectId: PROJECT_ID, dataRegion: InsightsRegion.US, reproMode: false, capturePercent: 100 }))
      .toEqual(['--project', PROJECT_ID, '--region', 'US', '--randomized-start', '100']);
  });
});

describe('discovery', () => {
  /** The name under which the service is registered: `cluster/namespace/workload`. */
  const nameOf = (given: Given) => {
    const variables = variablesOf(agentOf(given));
    expect(agentOf(given).EntryPoint).toEqual(['/postman-insights-agent', 'apidump', '--discovery-mode']);
    return [variables.POSTMAN_INSIGHTS_CLUSTER_NAME, variables.POSTMAN_K8S_NAMESPACE, variables.POSTMAN_INSIGHTS_WORKLOAD_NAME];
  };

  test('a service of a cluster of this app is discovered by the cluster\'s name and the task definition\'s family', () => {
    const given = withAgent({ discovery: true }, { task: { family: 'orders' } });
    const [cluster] = Object.keys(Template.fromStack(given.stack).findResources('AWS::ECS::Cluster'));
    expect(nameOf(given)).toEqual([{ Ref: cluster }, { Ref: cluster }, 'orders']);
    expect(warnings(given.app)).toEqual([]);
  });

  test('a cluster of this app with a name of its own is discovered by that name', () => {
    const given = withAgent({ discovery: true }, { cluster: { clusterName: 'shop' }, task: { family: 'orders' } });
    const [[cluster, { Properties }]] = Object.entries<any>(Template.fromStack(given.stack).findResources('AWS::ECS::Cluster'));
    // The reference is the name.
    expect(Properties.ClusterName).toBe('shop');
    expect(nameOf(given)).toEqual([{ Ref: cluster }, { Ref: cluster }, 'orders']);
  });

  test('a service of an imported cluster is discovered by the cluster\'s name', () => {
    const given = fargate();
    const cluster = ecs.Cluster.fromClusterAttributes(given.stack, 'Imported', { clusterName: 'shared', vpc: given.vpc });
    const { taskDefinition } = given;
    const service = new ecs.FargateService(given.stack, 'There', { cluster, taskDefinition, minHealthyPercent: 100 });
    insights(service, { discovery: true });
    expect(nameOf(given)).toEqual(['shared', 'shared', taskDefinition.family]);
  });

  test('a service of a cluster of another stack is discovered by that cluster\'s name', () => {
    const given = fargate();
    const stack = new Stack(given.app, 'Services', { env: { account: '111122223333', region: 'eu-west-1' } });
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { memoryLimitMiB: 2048, family: 'orders' });
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
    insights(new ecs.FargateService(stack, 'Service', { cluster: given.cluster, taskDefinition, minHealthyPercent: 100 }), { discovery: true });
    const imported = { 'Fn::ImportValue': expect.stringContaining('RefCluster') };
    expect(warnings(given.app)).toEqual([]);
    expect(nameOf({ ...given, stack })).toEqual([imported, imported, 'orders']);
  });

  test('the namespace and the name may be given', () => {
    const given = withAgent({ discovery: true, discoveryNamespace: 'shop', discoveryName: 'orders' });
    expect(nameOf(given).slice(1)).toEqual(['shop', 'orders']);
  });

  test('the namespace and the name may be known only to CloudFormation', () => {
    const given = fargate();
    const parameter = (id: string) => new CfnParameter(given.stack, id).valueAsString;
    insights(given.service, { discovery: true, discoveryNamespace: parameter('Namespace'), discoveryName: `${parameter('Stage')}-orders` });
    expect(warnings(given.app)).toEqual([]);
    expect(nameOf(given).slice(1)).toEqual([{ Ref: 'Namespace' }, { 'Fn::Join': ['', [{ Ref: 'Stage' }, '-orders']] }]);
  });

  test.each<[string, (given: Given) => InsightsOptions]>([
    ['discoveryName', ({ service }) => ({ discoveryName: service.serviceName })],
    ['discoveryName', ({ service, stack }) => ({ discoveryName: Fn.sub(`prod-\${${stack.getLogicalId(service.node.defaultChild as ecs.CfnService)}.Name}`) })],
    ['discoveryNamespace', ({ service }) => ({ discoveryNamespace: Fn.select(1, Fn.split('/', service.serviceArn)) })],
  ])('a `%s` that refers to the service itself throws, since CloudFormation cannot create such a circle', (prop, options) => {
    const given = fargate();
    expect(() => insights(given.service, { discovery: true, ...options(given) })).toThrow(
      `Stack/Insights: \`${prop}\` refers to service Stack/Service, which needs its task definition, which would need this value: `
      + 'CloudFormation cannot create such a circle. Use a literal name, or leave it out.');
    expect(containersIn(given.stack)).toHaveLength(1);
  });
});

describe('bad destinations', () => {
  const see = (id: string) => ` See https://github.com/cdkpostman/cdk-postman-live-collection/blob/main/docs/findings.md#${id}`;

  // As objects, because plain JavaScript and other languages can pass what TypeScript refuses.
  test.each<[string, object, string]>([
    ['no destination', {},
      `The agent needs a destination. Set \`projectId\`, \`workspaceId\` with \`systemEnvironmentId\` or \`discovery\`.${see('destination')}`],
    ['discovery that is switched off, and no other', { discovery: false },
      `The agent needs a destination. Set \`projectId\`, \`workspaceId\` with \`systemEnvironmentId\` or \`discovery\`.${see('destination')}`],
    ['two destinations', { projectId: PROJECT_ID, discovery: true },
      `The agent has one destination, but \`projectId\` and \`discovery\` name more than one. Keep one of them.${see('destination')}`],
    ['three destinations', { projectId: PROJECT_ID, discovery: true, workspaceId: WORKSPACE, systemEnvironmentId: SYSTEM_ENVIRONMENT },
      'The agent has one destination, but `projectId`, `workspaceId`, `systemEnvironmentId` and `discovery` name more than one. '
      + `Keep one of them.${see('destination')}`],
    ['a workspace without its system environment', { workspaceId: WORKSPACE },
      '`workspaceId` needs `systemEnvironmentId`, too: a workspace is named by both of these UUIDs. '
      + `Postman shows both in the command that it offers for the agent.${see('destination')}`],
    ['a system environment without its workspace', { systemEnvironmentId: SYSTEM_ENVIRONMENT },
      '`systemEnvironmentId` needs `workspaceId`, too: a workspace is named by both of these UUIDs. '
      + `Postman shows both in the command that it offers for the agent.${see('destination')}`],
    ['a name of discovery with a project', { projectId: PROJECT_ID, discoveryName: 'orders' },
      `\`discoveryName\` has a meaning only with \`discovery\`. Set \`discovery\`, or leave \`discoveryName\` out.${see('destination')}`],
    ['a workspace that is no UUID', { workspaceId: 'team', systemEnvironmentId: SYSTEM_ENVIRONMENT },
      '`workspaceId` must be a UUID, such as 6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11, got: team; '
      + `Postman shows it in the command that it offers for the agent.${see('invalidoption')}`],
    ['a collection as a project', { projectId: COLLECTION_ID },
      `\`projectId\` must be \`svc_\` and 22 letters and digits, got: ${COLLECTION_ID}; it is the id of a collection, which the Live Collection agent fills: `
      + `set \`collectionId\` for that agent, or name an Insights project.${see('invalidoption')}`],
    ['a malformed project', { projectId: 'svc_123' },
      '`projectId` must be `svc_` and 22 letters and digits, got: svc_123; '
      + `Postman shows it in the command that it offers for the agent.${see('invalidoption')}`],
    ['a collection in place of a destination', { collectionId: COLLECTION_ID },
      '`collectionId` is an option of the Live Collection agent, and this is the Insights agent. Leave it out, or use the Live Collection agent: '
      + `\`PostmanLiveCollectionSidecar\`.${see('othergeneration')}`],
    ['a collection beside a project', { projectId: PROJECT_ID, collectionId: COLLECTION_ID },
      `The agent has one destination, but \`collectionId\` and \`projectId\` name more than one. Keep one of them.${see('destination')}`],
    ['a name of discovery with a slash', { discovery: true, discoveryName: 'shop/orders' },
      `\`discoveryName\` must be a name without spaces and slashes, got: shop/orders; leave it out for its default.${see('invalidoption')}`],
    ['an AWS region as the data region', { discovery: true, dataRegion: 'eu-west-1' },
      '`dataRegion` must be US or EU, got: eu-west-1; it is the region of the Postman team\'s data, not an AWS region; '
      + `leave it out for US.${see('invalidoption')}`],
    ['no task that captures', { discovery: true, capturePercent: 0 },
      `\`capturePercent\` must be a whole number from 1 to 100, in percent, got: 0; leave it out to capture in every task.${see('invalidoption')}`],
    ['a part of a percent', { discovery: true, capturePercent: 2.5 },
      `\`capturePercent\` must be a whole number from 1 to 100, in percent, got: 2.5; leave it out to capture in every task.${see('invalidoption')}`],
    ['a switch that is a text', { discovery: true, reproMode: 'yes' }, `\`reproMode\` must be true or false, got: yes.${see('invalidoption')}`],
  ])('PostmanInsightsSidecar refuses %s at once', (_, options, message) => {
    const { stack, service } = fargate();
    expect(() => new PostmanInsightsSidecar(stack, 'Insights', { service, ...options })).toThrow(new Error(`Stack/Insights: ${message}`));
    expect(containersIn(stack)).toHaveLength(1);
  });

  const ofInsights = (prop: string) =>
    `\`${prop}\` is an option of the Insights agent, and this is the Live Collection agent. Leave it out, or use the Insights agent: `
    + '`PostmanInsightsSidecar`.';

  test.each<[string, object, string]>([
    ['a data region', { dataRegion: 'EU' }, `${ofInsights('dataRegion')}${see('othergeneration')}`],
    ['repro mode', { reproMode: true }, `${ofInsights('reproMode')}${see('othergeneration')}`],
    ['a share of tasks', { capturePercent: 50 }, `${ofInsights('capturePercent')}${see('othergeneration')}`],
    ['a project in place of the collection', { collectionId: undefined, projectId: PROJECT_ID }, `${ofInsights('projectId')}${see('othergeneration')}`],
    ['discovery beside the collection', { discovery: true },
      `The agent has one destination, but \`collectionId\` and \`discovery\` name more than one. Keep one of them.${see('destination')}`],
    ['a project as the collection', { collectionId: PROJECT_ID },
      `\`collectionId\` must be \`<owner>-<uuid>\`, such as 12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11, got: ${PROJECT_ID}; `
      + `it is the id of an Insights project: set \`projectId\` for the Insights agent.${see('invalidoption')}`],
    ['no collection', { collectionId: undefined }, `The agent needs a destination. Set \`collectionId\`.${see('destination')}`],
  ])('PostmanLiveCollectionSidecar refuses %s at once', (_, options, message) => {
    const { stack, service } = fargate();
    expect(() => new PostmanLiveCollectionSidecar(stack, 'Lca', { service, collectionId: COLLECTION_ID, ...options }))
      .toThrow(new Error(`Stack/Lca: ${message}`));
  });

  test('an option of the other agent that is undefined is no error', () => {
    const { stack, service } = fargate();
    const options: object = { dataRegion: undefined, projectId: undefined };
    expect(() => new PostmanLiveCollectionSidecar(stack, 'Lca', { service, collectionId: COLLECTION_ID, ...options })).not.toThrow();
  });
});

describe('payloads', () => {
  const warningsOf = (options: InsightsOptions) =>
    synthesize(withAgent({ discovery: true, ...options }).app).messages.filter(({ level }) => level === 'warning');

  test('repro mode causes a warning that says what the agent sends', () => {
    expect(warningsOf({ reproMode: true })).toEqual([{
      level: 'warning',
      path: 'Stack/Insights',
      text: 'With `reproMode` the agent sends headers and bodies of requests and responses to Postman, after it has redacted what it recognizes as sensitive. '
        + 'Check that your rules for data allow this, or leave `reproMode` out. '
        + 'See https://github.com/cdkpostman/cdk-postman-live-collection/blob/main/docs/findings.md#payloadssent '
        + '[ack: cdk-postman-live-collection:payloadsSent]',
    }]);
  });

  test('without repro mode the agent sends no payloads, and there is no warning', () => {
    expect(warningsOf({})).toEqual([]);
    expect(warningsOf({ reproMode: false })).toEqual([]);
  });

  test('paths whose payloads are always captured have no effect without repro mode, and a warning says so', () => {
    expect(warningsOf({ alwaysCapturePayloads: ['^/v1'] }).map(({ text }) => text)).toEqual([expect.stringContaining('payloadsNotSent')]);
    expect(warningsOf({ alwaysCapturePayloads: ['^/v1'], reproMode: true }).map(({ text }) => text)).toEqual([expect.stringContaining('payloadsSent')]);
  });

  test('the warning about payloads can be acknowledged by its ID', () => {
    const given = withAgent({ discovery: true, reproMode: true });
    Annotations.of(given.stack).acknowledgeWarning('cdk-postman-live-collection:payloadsSent', 'The payloads have no personal data.');
    expect(warnings(given.app)).toEqual([]);
  });
});

describe('the host of the data region', () => {
  const closed = { vpcProps: { natGateways: 0 } };

  test.each<[InsightsRegion | undefined, string]>([
    [undefined, 'api.observability.postman.com'], [InsightsRegion.US, 'api.observability.postman.com'], [InsightsRegion.EU, EU_HOST],
  ])('the error about a network without a way out names the host of the data region: %s', (dataRegion, host) => {
    expect(synthesize(withAgent({ discovery: true, dataRegion }, closed).app).errors).toContain(
      `so ECS cannot start them with the agent, or the agent cannot reach Postman at ${host}:\n`);
  });

  test('the verdict in the cloud assembly has the host', () => {
    const given = withAgent({ discovery: true, dataRegion: InsightsRegion.EU, egressCheck: EgressCheck.WARN }, closed);
    synthesize(given.app);
    const [{ data }] = given.stack.node.metadata.filter(({ type }) => type === 'cdk-postman-live-collection:egress');
    expect(data['Stack/Insights']).toMatchObject({ verdict: 'unreachable', host: EU_HOST });
  });

  test('the remedy about DNS servers that cannot be checked names the host', () => {
    const given = fargate();
    const options = new ec2.CfnDHCPOptions(given.stack, 'Options', { domainNameServers: ['10.0.0.53'] });
    new ec2.CfnVPCDHCPOptionsAssociation(given.stack, 'Association', { dhcpOptionsId: options.ref, vpcId: given.vpc.vpcId });
    insights(given.service, { discovery: true, dataRegion: InsightsRegion.EU });
    const { errors, messages } = synthesize(given.app);
    expect(errors).toBe('');
    expect(messages.map(({ text }) => text)).toContainEqual(expect.stringContaining(`Check that public names such as ${EU_HOST} resolve there.`));
  });
});
