import { said } from './said';
import { checkService, checkStatus, checkUpdate, COMMAND_LINE_WORDS, CONSTRUCT_WORDS, Finding, ServiceFacts } from '../../src/preflight';

/** A service without findings. */
const FINE: ServiceFacts = {
  name: 'Orders', hostKind: 'FARGATE', assignPublicIp: false, controller: 'ECS', status: 'ACTIVE', isExpressMode: false, agentRestarts: true,
  tags: [], uncheckedRunners: [], hostNetworkPeers: [], targetGroups: [], agentReadsHttps: false, publishedPorts: [],
};
const UNKNOWN = { unknown: 'known only to CloudFormation' };

const ids = (findings: readonly Finding[]) => findings.map(({ id }) => id);

/** Findings that `ecs remove` reports, too. */
const OF_EVERY_UPDATE: readonly (readonly [name: string, facts: Partial<ServiceFacts>, id: string, values: object])[] = [
  ['is being deleted', { status: 'DRAINING' }, 'serviceNotActive', { status: 'DRAINING' }],
  ['has been deleted', { status: 'INACTIVE' }, 'serviceNotActive', { status: 'INACTIVE' }],
  ['is deployed by CodeDeploy', { controller: 'CODE_DEPLOY' }, 'codeDeployNotRolledOut', {}],
  ['has the EXTERNAL controller', { controller: 'EXTERNAL' }, 'externalController', { controller: 'EXTERNAL' }],
  ['is managed by a CloudFormation stack', { stack: 'shop' }, 'managedByCloudFormation', { stack: 'shop' }],
  ['is an Express Mode service', { isExpressMode: true }, 'expressMode', {}],
  ['has a rollout in progress', { rollout: { revision: 'orders:2' } }, 'rolloutInProgress', { revision: 'orders:2' }],
  ['has a rollout in progress whose revision is unknown', { rollout: {} }, 'rolloutInProgress', {}],
  ['runs a revision that was deregistered', { inactiveRevision: 'orders:1' }, 'revisionInactive', { revision: 'orders:1' }],
];

test.each(OF_EVERY_UPDATE)('a finding is reported, also for a removal, if a service %s', (_, facts, id, values) => {
  const expected = [{ id, values: { service: 'Orders', ...values } }];
  expect(checkService({ ...FINE, ...facts })).toEqual(expected);
  expect(checkUpdate({ ...FINE, ...facts })).toEqual(expected);
});

test.each<[string, Partial<ServiceFacts>, string, object]>([
  ['runs on external instances', { hostKind: 'EXTERNAL' }, 'externalInstances', {}],
  ['on EC2 sets assignPublicIp', { hostKind: 'EC2', assignPublicIp: true }, 'assignPublicIp', {}],
  ...['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map<[string, Partial<ServiceFacts>, string, object]>(platformVersion => [
    `uses Fargate platform ${platformVersion} and the agent restarts`, { platformVersion },
    'platformVersion', { runner: 'service Orders', version: platformVersion },
  ]),
  ...['HTTPS', 'TLS', 'QUIC'].map<[string, Partial<ServiceFacts>, string, object]>(protocol => [
    `has a target group with the protocol ${protocol}`, { targetGroups: [{ name: 'web', protocol: 'HTTP' }, { name: 'api', protocol }] },
    'tlsInContainer', { targetGroup: 'api', protocol },
  ]),
  ['publishes a port by Service Connect', { publishedPorts: [{ hasTls: false }] }, 'serviceConnect', {}],
  ['publishes ports by Service Connect, one of them without TLS', { publishedPorts: [{ hasTls: true }, { hasTls: false }] }, 'serviceConnect', {}],
])('a finding is reported, but not for a removal, if a service %s', (_, facts, id, values) => {
  const named = 'runner' in values ? {} : { service: 'Orders' };
  expect(checkService({ ...FINE, ...facts })).toEqual([{ id, values: { ...named, ...values } }]);
  expect(checkUpdate({ ...FINE, ...facts })).toEqual([]);
});

test('each other service without a sidecar on the same task definition is reported', () => {
  expect(checkService({ ...FINE, uncheckedRunners: ['Billing', 'Search'] })).toEqual([
    { id: 'sharedTaskDefinition', values: { runner: 'Billing' } }, { id: 'sharedTaskDefinition', values: { runner: 'Search' } },
  ]);
});

test('other services with an agent in host mode on the same cluster are reported in one sentence, in both modes', () => {
  const findings = checkService({ ...FINE, hostKind: 'EC2', hostNetworkPeers: ['Billing', 'Search'] });
  const message = (daemon: string, awsvpc: string) => 'Service Orders uses network mode host on the same cluster as Billing and Search, and each has an agent. '
    + 'On an instance that runs tasks of several of them, each agent sees the traffic of all, so requests are recorded more than once, '
    + `and for the wrong service. Run one agent on each instance (${daemon}), or use ${awsvpc}.`;
  const finding = { severity: 'warning', id: 'sharedHostNetwork' };
  expect(said(findings, CONSTRUCT_WORDS)).toEqual([{
    ...finding, message: message('`PostmanInsightsDaemon` or `PostmanLiveCollectionDaemon`', 'NetworkMode.AWS_VPC'),
  }]);
  expect(said(findings, COMMAND_LINE_WORDS)).toEqual([{ ...finding, message: message('`ecs daemon add`', 'network mode awsvpc') }]);
});

test.each<[string, Partial<ServiceFacts>]>([
  ['without findings', {}],
  ['on Fargate with assignPublicIp', { assignPublicIp: true }],
  ['on EC2 without assignPublicIp', { hostKind: 'EC2' }],
  ['on EC2 whose assignPublicIp is unknown', { hostKind: 'EC2', assignPublicIp: UNKNOWN }],
  ['whose host is unknown, with assignPublicIp', { hostKind: UNKNOWN, assignPublicIp: true }],
  ['on Fargate platform 1.4.0', { platformVersion: '1.4.0' }],
  ['on Fargate platform LATEST', { platformVersion: 'LATEST' }],
  ['on an old Fargate platform without restarts of the agent', { platformVersion: '1.3.0', agentRestarts: false }],
  ...['HTTP', 'TCP', 'UDP', 'TCP_UDP'].map<[string, Partial<ServiceFacts>]>(protocol =>
    [`with a target group of the protocol ${protocol}`, { targetGroups: [{ name: 'web', protocol }] }]),
  ['with a target group whose protocol is unknown', { targetGroups: [{ name: 'web', protocol: UNKNOWN }] }],
  ['with a target group of the protocol HTTPS, whose agent reads HTTPS', { targetGroups: [{ name: 'web', protocol: 'HTTPS' }], agentReadsHttps: true }],
  ['that publishes only ports with TLS by Service Connect', { publishedPorts: [{ hasTls: true }, { hasTls: true }] }],
  ['of which it is unknown what it publishes by Service Connect', { publishedPorts: UNKNOWN }],
  ['whose platform version, controller and status are unknown', { platformVersion: UNKNOWN, controller: UNKNOWN, status: UNKNOWN }],
])('nothing is reported for a service %s', (_, facts) => {
  expect(checkService({ ...FINE, ...facts })).toEqual([]);
});

test('everything that is wrong with a service is reported at once', () => {
  const wrong: ServiceFacts = { ...FINE, status: 'DRAINING', controller: 'CODE_DEPLOY', stack: 'shop', hostKind: 'EXTERNAL', platformVersion: '1.3.0' };
  expect(ids(checkService(wrong))).toEqual(['serviceNotActive', 'codeDeployNotRolledOut', 'managedByCloudFormation', 'externalInstances', 'platformVersion']);
});

test('the status of a service can be checked without the other facts', () => {
  expect(ids(checkStatus({ name: 'Orders', status: 'DRAINING' }))).toEqual(['serviceNotActive']);
  expect(checkStatus({ name: 'Orders', status: 'ACTIVE' })).toEqual([]);
});

test('CodeDeploy is a warning of the construct, since its next deployment rolls the agent out, and an error of the command line', () => {
  const findings = checkService({ ...FINE, controller: 'CODE_DEPLOY' });
  expect(said(findings, CONSTRUCT_WORDS)).toMatchObject([{ severity: 'warning', message: expect.stringContaining('Start one after this stack is deployed.') }]);
  expect(said(findings, COMMAND_LINE_WORDS)).toMatchObject([{ severity: 'error', message: expect.stringContaining('ECS does not allow other deployments.') }]);
});

test('Service Connect is a warning in both modes, with the options that limit what is captured', () => {
  const findings = checkService({ ...FINE, publishedPorts: [{ hasTls: false }] });
  for (const [words, interfaces, filter] of [[CONSTRUCT_WORDS, 'networkInterfaces', 'bpfFilter'], [COMMAND_LINE_WORDS, '--interfaces', '--filter']] as const) {
    expect(said(findings, words)).toEqual([{
      severity: 'warning', id: 'serviceConnect',
      message: 'Service Orders publishes a port by Service Connect: a proxy in the task takes the incoming requests and passes them on to the container, '
        + 'so the agent may see each request twice. '
        + `If requests are recorded twice, limit the agent to one interface with \`${interfaces}\`, or filter packets with \`${filter}\`.`,
    }]);
  }
});

test.each([
  ['HTTPS', 'HTTP'], ['TLS', 'TCP'], ['QUIC', 'TCP'],
])('a target group with the protocol %s is a warning in both modes, with the protocol to use', (protocol, plain) => {
  const findings = checkService({ ...FINE, targetGroups: [{ name: 'api', protocol }] });
  for (const words of [CONSTRUCT_WORDS, COMMAND_LINE_WORDS]) {
    expect(said(findings, words)).toEqual([{
      severity: 'warning', id: 'tlsInContainer',
      message: `Target group api of service Orders has the protocol ${protocol}: requests reach the task encrypted, and the agent reads only plain HTTP. `
        + 'It sees them only if a container of the task ends TLS and passes them on as HTTP. '
        + `Otherwise let the load balancer end TLS: use the protocol ${plain} for the target group.`,
    }]);
  }
});
