import { App, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { instances, DAEMONS } from './daemon/given';
import { matches, Pattern } from './event-pattern';
import { Shop } from './every-service/given';
import { templatesOf } from './templates';
import { PostmanAgentSidecarProps, PostmanInsights, PostmanInsightsExistingService } from '../../src';
import { ENV, fargate, INSIGHTS, KINDS, synthesize, warnings } from '../given';

const NAME = 'postman/api-key';
const ARN = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:${NAME}`;

/** The event of Secrets Manager's documentation. */
const moved = (more: { readonly arn?: string; readonly name?: string; readonly label?: string } = {}) => ({
  'version': '0',
  'id': '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'Secret Label Updated',
  'source': 'aws.secretsmanager',
  'account': ENV.account,
  'time': '2026-11-27T16:43:48Z',
  'region': ENV.region,
  'resources': [more.arn ?? `${ARN}-a1b2c3`],
  'detail': { name: more.name ?? NAME, labelUpdated: more.label ?? 'AWSCURRENT', versionId: 'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111' },
});

type Secret = (stack: Stack) => secretsmanager.ISecret;

const partial: Secret = stack => secretsmanager.Secret.fromSecretNameV2(stack, 'Key', NAME);
const complete = (arn = `${ARN}-a1b2c3`): Secret => stack => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Key', arn);

function rotated(props: (stack: Stack) => Partial<PostmanAgentSidecarProps> = () => ({}), given = fargate()) {
  INSIGHTS.add(given.service, { rotateTasks: true, ...props(given.stack) });
  return { ...given, template: () => Template.fromStack(given.stack) };
}

const of = (template: Template, type: string): any[] => Object.values(template.findResources(type));

/** The only rule's pattern, with the partition in its place. */
function patternIn(template: Template): Pattern {
  const [rule, ...others] = of(template, 'AWS::Events::Rule');
  expect(others).toEqual([]);
  return plain(rule.Properties.EventPattern);
}

function plain(value: any): any {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(plain).join('');
  if ('Ref' in value) return value.Ref === 'AWS::Partition' ? 'aws' : `(${value.Ref})`;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

/** What a rule makes of an event, as EventBridge puts values into a template. */
function messageOf({ InputTransformer: { InputPathsMap: paths, InputTemplate } }: any, event: any): any {
  const values = Object.entries(paths as Record<string, string>).map(([name, path]) => {
    const found = path.replace(/^\$\./, '').split(/[.[\]]+/).filter(Boolean).reduce((at: any, part) => at[part], event);
    return [name, found] as const;
  });
  return JSON.parse(values.reduce((text, [name, value]) => text.replaceAll(`<${name}>`, JSON.stringify(value)), plain(InputTemplate) as string));
}

describe('without `rotateTasks`', () => {
  test.each([undefined, false])('(%s) the template is the same as before', rotateTasks => {
    const [without, given] = [fargate(), fargate()];
    INSIGHTS.add(without.service);
    INSIGHTS.add(given.service, { rotateTasks });
    expect(Template.fromStack(given.stack).toJSON()).toEqual(Template.fromStack(without.stack).toJSON());
  });
});

describe.each(KINDS)('$construct with `rotateTasks`', kind => {
  test('adds to the template, and changes nothing of what is there', () => {
    const [without, given] = [fargate(), fargate()];
    kind.add(without.service);
    kind.add(given.service, { rotateTasks: true });
    const before = Template.fromStack(without.stack).toJSON().Resources;
    const after = Template.fromStack(given.stack).toJSON().Resources;
    expect(after).toMatchObject(before);
    for (const [id, resource] of Object.entries(before)) expect(after[id]).toEqual(resource);
    const added = Object.keys(after).filter(id => !(id in before)).map(id => after[id].Type).sort();
    expect(added).toEqual([
      'AWS::Events::Rule', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup',
      'AWS::SQS::Queue', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'AWS::SQS::QueuePolicy',
    ]);
  });
});

describe('the rule', () => {
  const known = () => patternIn(rotated(stack => ({ apiKeySecret: complete()(stack) })).template());
  const byName = () => patternIn(rotated(stack => ({ apiKeySecret: partial(stack) })).template());

  test.each([['a complete ARN', known], ['a name', byName]])('matches the event of Secrets Manager about a secret that is known by %s', (_, pattern) => {
    expect(matches(pattern(), moved())).toBe(true);
    expect(matches(pattern(), moved({ label: 'AWSPENDING' }))).toBe(false);
    expect(matches(pattern(), moved({ label: 'mine' }))).toBe(false);
    expect(matches(pattern(), { ...moved(), 'detail-type': 'AWS API Call via CloudTrail' })).toBe(false);
    expect(matches(pattern(), { ...moved(), source: 'my.app' })).toBe(false);
  });

  test('of a secret that is known by name matches no secret whose name only begins or ends alike', () => {
    const other = (name: string) => moved({ name, arn: `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:${name}-a1b2c3` });
    for (const name of [`${NAME}-2`, `${NAME}2`, `team/${NAME}`, 'postman/api']) expect(matches(byName(), other(name))).toBe(false);
    // Of another region, forwarded.
    expect(matches(byName(), moved({ arn: `${ARN.replace(ENV.region, 'us-east-1')}-a1b2c3` }))).toBe(false);
  });

  test('of a secret of this app names it by reference', () => {
    const { template } = rotated(stack => ({ apiKeySecret: new secretsmanager.Secret(stack, 'Key') }));
    const [id] = Object.keys(template().findResources('AWS::SecretsManager::Secret'));
    expect(patternIn(template())).toEqual({
      'source': ['aws.secretsmanager'], 'detail-type': ['Secret Label Updated'], 'resources': [`(${id})`], 'detail': { labelUpdated: ['AWSCURRENT'] },
    });
  });

  test('of a name that only CloudFormation knows has the name as it is', () => {
    const name = (stack: Stack) => new CfnParameter(stack, 'Name').valueAsString;
    const { template } = rotated(stack => ({ apiKeySecret: secretsmanager.Secret.fromSecretNameV2(stack, 'Key', name(stack)) }));
    const prefix = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:(Name)-`;
    expect(patternIn(template())).toMatchObject({ resources: [{ prefix }], detail: { name: ['(Name)'] } });
  });

  test('of a parameter matches its update and its creation, and nothing else about it', () => {
    const apiKeyParameter = (stack: Stack) => ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'Key', { parameterName: '/postman/api-key' });
    const { template } = rotated(stack => ({ apiKeyParameter: apiKeyParameter(stack) }));
    // The event of the documentation of Systems Manager.
    const event = (operation: string, name = 'postman/api-key') => ({
      'detail-type': 'Parameter Store Change',
      'source': 'aws.ssm',
      'time': '2026-11-27T16:43:48Z',
      'resources': [`arn:aws:ssm:${ENV.region}:${ENV.account}:parameter/${name}`],
      'detail': { operation, name: `/${name}`, type: 'SecureString', description: '' },
    });
    const pattern = patternIn(template());
    expect(['Create', 'Update', 'Delete', 'LabelParameterVersion'].filter(operation => matches(pattern, event(operation)))).toEqual(['Create', 'Update']);
    expect(matches(pattern, event('Update', 'postman/api-key-2'))).toBe(false);
    const [{ Properties: { Targets: [target] } }] = of(template(), 'AWS::Events::Rule');
    const message = messageOf(target, event('Update'));
    expect(message).toEqual({
      source: event('Update').resources[0],
      changedAt: '2026-11-27T16:43:48Z',
      service: expect.stringMatching(/^\(Service/),
      cluster: expect.stringMatching(/^\(Cluster/),
    });
  });

  test('makes of the event what the function reads', () => {
    const { template } = rotated();
    const [{ Properties: { Targets: [target] } }] = of(template(), 'AWS::Events::Rule');
    expect(messageOf(target, moved())).toEqual({
      source: `${ARN}-a1b2c3`, version: 'a1b2c3d4-5678-90ab-cdef-EXAMPLE11111', changedAt: '2026-11-27T16:43:48Z',
      service: expect.stringMatching(/^\(Service/), cluster: expect.stringMatching(/^\(Cluster/),
    });
  });
});

describe('the queue', () => {
  test('is encrypted, takes only TLS, only from the rules, and gives up after two days', () => {
    const template = rotated().template();
    const [queue, dead] = of(template, 'AWS::SQS::Queue').sort((a, b) => Object.keys(b.Properties).length - Object.keys(a.Properties).length);
    expect(queue.Properties).toMatchObject({
      FifoQueue: true, ContentBasedDeduplication: true, SqsManagedSseEnabled: true, VisibilityTimeout: 360, DelaySeconds: 10,
    });
    expect(dead.Properties).toEqual({ FifoQueue: true, SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
    const { RedrivePolicy: { maxReceiveCount }, VisibilityTimeout } = queue.Properties;
    expect(maxReceiveCount * VisibilityTimeout).toBe(2 * 86_400);
    const [rule] = Object.keys(template.findResources('AWS::Events::Rule'));
    const all = of(template, 'AWS::SQS::QueuePolicy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(all.filter(({ Effect }) => Effect === 'Allow')).toEqual([{
      Effect: 'Allow', Action: 'sqs:SendMessage', Principal: { Service: 'events.amazonaws.com' }, Resource: expect.anything(),
      Condition: { ArnEquals: { 'aws:SourceArn': [{ 'Fn::GetAtt': [rule, 'Arn'] }] } },
    }]);
    const denied = { Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(all.filter(({ Effect }) => Effect === 'Deny')).toEqual([expect.objectContaining(denied), expect.objectContaining(denied)]);
  });

  test('gives the function one message at a time, and gets it back if it is to wait', () => {
    rotated().template().hasResourceProperties('AWS::Lambda::EventSourceMapping', { BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  });
});

describe('the role of the function', () => {
  test('may update only the services, read the messages, and write the log', () => {
    const { template, service, stack } = rotated();
    const policies = template().findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('Rotation') } });
    const statements: any[] = Object.values(policies)[0].Properties.PolicyDocument.Statement;
    expect(statements.map(({ Action }) => Action)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      ['ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:UpdateService'],
    ]);
    expect(statements[2].Resource).toEqual({ Ref: stack.getLogicalId(service.node.defaultChild as CfnResource) });
    expect(JSON.stringify(statements)).not.toContain('"*"');
    template().allResourcesProperties('AWS::IAM::Role', Match.not(Match.objectLike({ ManagedPolicyArns: [Match.anyValue()] })));
  });
});

describe('several services of a stack', () => {
  test('share the function and the queue; a rule has five targets at most, and each service is a group of its own', () => {
    const shop = new Shop();
    const services = Array.from({ length: 7 }, (_, index) => shop.service(`S${index}`));
    for (const service of services) INSIGHTS.add(service, { rotateTasks: true }, `Agent${service.node.scope!.node.id}`);
    const template = Template.fromStack(shop);
    expect(of(template, 'AWS::Lambda::Function')).toHaveLength(1);
    expect(of(template, 'AWS::SQS::Queue')).toHaveLength(2);
    const rules = of(template, 'AWS::Events::Rule');
    expect(rules.map(({ Properties }) => Properties.Targets.length)).toEqual([5, 2]);
    const targets = rules.flatMap(({ Properties }) => Properties.Targets);
    expect(new Set(targets.map(({ SqsParameters }) => SqsParameters.MessageGroupId)).size).toBe(7);
    expect(new Set(targets.map(target => messageOf(target, moved()).service)).size).toBe(7);
    const [{ Properties }] = Object.values<any>(template.findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('Rotation') } }));
    expect(Properties.PolicyDocument.Statement[2].Resource).toHaveLength(7);
    const statements = of(template, 'AWS::SQS::QueuePolicy').flatMap(policy => policy.Properties.PolicyDocument.Statement);
    expect(statements.find(({ Effect }) => Effect === 'Allow').Condition.ArnEquals['aws:SourceArn']).toHaveLength(2);
  });

  test('with secrets of the same id in two stacks have a rule for each secret', () => {
    const app = new App();
    const keys = ['A', 'B'].map(id => new secretsmanager.Secret(new Stack(app, id, { env: ENV }), 'Key'));
    const shop = new Shop(app);
    keys.forEach((apiKeySecret, index) => INSIGHTS.add(shop.service(`S${index}`), { rotateTasks: true, apiKeySecret }, `I${index}`));
    expect(of(Template.fromStack(shop), 'AWS::Events::Rule')).toHaveLength(2);
  });

  test('of every service in a scope work the same way', () => {
    const shop = new Shop();
    ['Orders', 'Carts'].map(id => shop.service(id));
    PostmanInsights.of(shop).addToServices({ discovery: true, rotateTasks: true });
    const template = Template.fromStack(shop);
    expect(of(template, 'AWS::Events::Rule').flatMap(({ Properties }) => Properties.Targets)).toHaveLength(2);
    const [{ Properties }] = Object.values<any>(template.findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('Rotation') } }));
    expect(Properties.PolicyDocument.Statement[2].Resource).toHaveLength(2);
  });
});

describe('stacks apart', () => {
  const APART = 'have no circle if the sidecar is in stack %s, the service, its task definition and the secret in others';
  test.each(['Service', 'Tasks', 'Agent', 'Key'])(APART, sidecarIn => {
    const app = new App();
    const stack = (id: string) => app.node.tryFindChild(id) as Stack | undefined ?? new Stack(app, id, { env: ENV });
    const shop = new Shop(app, 'Service');
    const service = shop.service('Orders', shop, shop.taskDefinition(stack('Tasks'), 'Orders'));
    INSIGHTS.add(service, { rotateTasks: true, apiKeySecret: new secretsmanager.Secret(stack('Key'), 'Secret') }, 'Insights', stack(sidecarIn));
    templatesOf(app);
    expect(of(Template.fromStack(shop), 'AWS::Lambda::Function')).toHaveLength(1);
  });
});

describe.each(DAEMONS)('$construct', kind => {
  test('starts new tasks of its own service', () => {
    const { stack, cluster } = instances();
    const daemon = kind.addTo(stack, cluster, { rotateTasks: true });
    const [{ Properties }] = of(Template.fromStack(stack), 'AWS::Events::Rule').filter(({ Properties: { Targets } }) => Targets?.[0].SqsParameters);
    const service = stack.getLogicalId(daemon.service.node.defaultChild as CfnResource);
    expect(messageOf(Properties.Targets[0], moved())).toMatchObject({ service: `(${service})` });
  });
});

describe('an existing service', () => {
  const existing = (serviceArn: (stack: Stack) => string, clusterArn?: string) => {
    const stack = new Stack(new App(), 'Agents', { env: ENV });
    new PostmanInsightsExistingService(stack, 'Orders', { serviceArn: serviceArn(stack), clusterArn, discovery: true, rotateTasks: true });
    const template = Template.fromStack(stack);
    const [{ Properties: { Targets: [target] } }] = of(template, 'AWS::Events::Rule');
    const [{ Properties }] = Object.values<any>(template.findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('Rotation') } }));
    return { message: messageOf(target, moved()), resource: plain(Properties.PolicyDocument.Statement[2].Resource) };
  };
  const arn = (resource: string) => `arn:aws:ecs:${ENV.region}:${ENV.account}:${resource}`;

  test('gets new tasks, and the role may update only this service', () => {
    const { message, resource } = existing(() => arn('service/shop/orders'));
    expect(message).toEqual(expect.objectContaining({ service: arn('service/shop/orders') }));
    expect(resource).toBe(arn('service/shop/orders'));
  });

  test('whose ARN has the old form is permitted in the form that IAM compares', () => {
    const { message, resource } = existing(() => arn('service/orders'), arn('cluster/shop'));
    expect(message).toMatchObject({ service: arn('service/orders'), cluster: arn('cluster/shop') });
    expect(resource).toBe(arn('service/shop/orders'));
  });

  test('whose ARN is a token is permitted by this token', () => {
    const { message, resource } = existing(stack => new CfnParameter(stack, 'Arn').valueAsString);
    expect([message.service, resource]).toEqual(['(Arn)', '(Arn)']);
  });
});

describe('what cannot work', () => {
  const { CODE_DEPLOY, EXTERNAL } = ecs.DeploymentControllerType;
  test.each([['CODE_DEPLOY', CODE_DEPLOY, 'CodeDeploy'], ['EXTERNAL', EXTERNAL, 'task sets']] as const)(
    'a service with the deployment controller %s is refused, with the way out', (controller, type, wayOut) => {
      const { app } = rotated(undefined, fargate({ service: { deploymentController: { type } } }));
      const { errors } = synthesize(app);
      expect(errors).toContain(`\`rotateTasks\`: service Stack/Service has the ${controller} deployment controller`);
      expect(errors).toMatch(new RegExp(`Leave \`rotateTasks\` out, and start .*${wayOut}`));
    });

  test('so is one whose controller an override sets', () => {
    const given = rotated();
    (given.service.node.defaultChild as CfnResource).addPropertyOverride('DeploymentController', { Type: 'CODE_DEPLOY' });
    expect(synthesize(given.app).errors).toContain('CODE_DEPLOY deployment controller');
  });

  test.each([
    ['region', ARN.replace(ENV.region, 'us-east-1'), 'region us-east-1'], ['account', ARN.replace(ENV.account, '444455556666'), 'account 444455556666'],
  ])(
    'a secret of another %s causes a warning that says how to forward its event', (_, arn, where) => {
      const encryptionKey = (stack: Stack) => kms.Key.fromKeyArn(stack, 'Kms', `arn:aws:kms:${arn.split(':').slice(3, 5).join(':')}:key/1234`);
      const attributes = (stack: Stack) => ({ secretCompleteArn: `${arn}-a1b2c3`, encryptionKey: encryptionKey(stack) });
      const secret: Secret = stack => secretsmanager.Secret.fromSecretAttributes(stack, 'Key', attributes(stack));
      const { app } = rotated(stack => ({ apiKeySecret: secret(stack) }));
      expect(warnings(app)).toContain('keyChangesElsewhere');
      const { messages } = synthesize(app);
      expect(messages.map(({ text }) => text).join('\n')).toMatch(new RegExp(`is in ${where}, and AWS announces its changes only there.*forward the event`));
    });

  test('a secret of the same place causes no warning, also if the place is known only to CloudFormation', () => {
    expect(warnings(rotated().app)).not.toContain('keyChangesElsewhere');
    const app = new App();
    const given = rotated(undefined, fargate({ app, stack: new Stack(app, 'Anywhere') }));
    expect(warnings(given.app)).not.toContain('keyChangesElsewhere');
  });

  test('a value that is neither true nor false is refused', () => {
    const { service } = fargate();
    expect(() => INSIGHTS.add(service, { rotateTasks: 'yes' as unknown as boolean })).toThrow('`rotateTasks` must be true or false, got: "yes"');
  });
});
