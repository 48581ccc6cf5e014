import { said } from './said';
import { checkService, checkUpdate, COMMAND_LINE_WORDS, CONSTRUCT_WORDS, ServiceFacts } from '../../src/preflight';

const FINE: ServiceFacts = {
  name: 'orders',
  hostKind: 'FARGATE',
  assignPublicIp: false,
  controller: 'ECS',
  status: 'ACTIVE',
  isExpressMode: false,
  agentRestarts: true,
  uncheckedServices: [],
};

const UNKNOWN = { unknown: 'known only to CloudFormation' };

test.each<[string, Partial<ServiceFacts>, string[]]>([
  ['on Fargate', {}, []],
  ['on the latest platform', { platformVersion: 'LATEST' }, []],
  ['on platform 1.4.0', { platformVersion: '1.4.0' }, []],
  ['on platform 1.3.0', { platformVersion: '1.3.0' }, ['error platformVersion']],
  ['on platform 1.3.0 without a restart policy', { platformVersion: '1.3.0', agentRestarts: false }, []],
  ['on external instances', { hostKind: 'EXTERNAL' }, ['error externalInstances']],
  ['on EC2 with a public address', { hostKind: 'EC2', assignPublicIp: true }, ['error assignPublicIp']],
  ['on Fargate with a public address', { assignPublicIp: true }, []],
  ['with every fact unknown', { hostKind: UNKNOWN, assignPublicIp: UNKNOWN, platformVersion: UNKNOWN, controller: UNKNOWN, status: UNKNOWN }, []],
  ['deployed by CodeDeploy', { controller: 'CODE_DEPLOY' }, ['error codeDeployNotRolledOut']],
  ['with task sets', { controller: 'EXTERNAL' }, ['error externalController']],
  ['that is being deleted', { status: 'DRAINING' }, ['error serviceNotActive']],
  ['of a stack', { stack: 'shop' }, ['error managedByCloudFormation']],
  ['in Express Mode', { isExpressMode: true }, ['warning expressMode']],
  ['in a rollout', { rollout: {} }, ['error rolloutInProgress']],
  ['on a deregistered revision', { inactiveRevision: 'orders:1' }, ['warning revisionInactive']],
  ['beside another service with the same task definition', { uncheckedServices: ['Shop/Other'] }, ['warning sharedTaskDefinition']],
])('the command line has the right findings for a service %s', (_, facts, expected) => {
  const messages = said(checkService({ ...FINE, ...facts }), COMMAND_LINE_WORDS);
  expect(messages.map(({ severity, id }) => `${severity} ${id}`)).toEqual(expected);
});

test('CodeDeploy is a warning of the construct, since its next deployment rolls the agent out', () => {
  const [message] = said(checkService({ ...FINE, controller: 'CODE_DEPLOY' }), CONSTRUCT_WORDS);
  expect(message).toMatchObject({ severity: 'warning', message: expect.stringContaining('Start one after this stack is deployed.') });
});

test('what a user allows is a warning without the way to allow it', () => {
  const severities = { managedByCloudFormation: 'warning' } as const;
  const [allowed] = said(checkService({ ...FINE, stack: 'shop' }), COMMAND_LINE_WORDS, severities);
  expect(allowed).toEqual({
    severity: 'warning', id: 'managedByCloudFormation',
    message: 'Service orders is managed by the CloudFormation stack shop, and the stack\'s next deployment would remove the agent.',
  });
  const [refused] = said(checkService({ ...FINE, stack: 'shop' }), COMMAND_LINE_WORDS);
  expect(refused.message).toContain('or use `--allow-managed`');
});

test('removing the agent is not refused for what only adding it needs', () => {
  const facts = { ...FINE, hostKind: 'EXTERNAL', platformVersion: '1.3.0', uncheckedServices: ['Shop/Other'] } as const;
  expect(checkUpdate(facts)).toEqual([]);
  expect(said(checkUpdate({ ...facts, controller: 'CODE_DEPLOY', rollout: { revision: 'orders:7' } }), COMMAND_LINE_WORDS).map(({ id }) => id)).toEqual([
    'codeDeployNotRolledOut', 'rolloutInProgress',
  ]);
});
