import { existsSync } from 'node:fs';
import { App, CfnParameter, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { EgressCheck, PostmanInsightsExistingService, PostmanLiveCollectionExistingService, PostmanLiveCollectionExistingServiceProps } from '../../src';
import { Asked } from '../../src/handlers/asked';
import { addSurroundings, FakeAws, PolicyDocument, succeeds, taskDefinitionBody } from '../fakes';
import { ENV } from '../given';
import { properties, Stack as DrivenStack } from '../handlers/stack';
import { loadClients, MovedAccount } from '../moved-clock/account';

const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const arnOf = (name: string, { region, account }: { region: string; account: string } = ENV) => `arn:aws:ecs:${region}:${account}:service/shop/${name}`;

type Props = Partial<PostmanLiveCollectionExistingServiceProps>;

function stackOf(env: object = { env: ENV }): Stack {
  return new Stack(new App(), 'Agents', env);
}

function add(stack: Stack, props: Props = {}, id = 'Orders'): PostmanLiveCollectionExistingService {
  return new PostmanLiveCollectionExistingService(stack, id, { serviceArn: arnOf('orders'), collectionId: COLLECTION, ...props });
}

function resources(stack: Stack, type: string): any[] {
  return Object.values(Template.fromStack(stack).findResources(type));
}

/** The value of the stack's parameter for the service. */
const SERVICE_PARAMETER = { value: '' };

/** A value of a template with the references in their place. */
function plain(value: any): any {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain).filter(item => item !== '(AWS::NoValue)');
  const [[name, argument] = ['', undefined]] = Object.entries<any>(value);
  if (name === 'Fn::Join') return (plain(argument[1]) as string[]).join(argument[0]);
  if (name === 'Fn::Split') return plain(argument[1]).split(argument[0]);
  if (name === 'Fn::Select') return plain(argument[1])[Number(argument[0])];
  if (name === 'Ref' && /^Service/.test(argument)) return SERVICE_PARAMETER.value;
  if (name === 'Ref') return argument === 'AWS::Partition' ? 'aws' : `(${argument})`;
  const table = `arn:aws:dynamodb:${ENV.region}:${ENV.account}:table/runs-agents`;
  if (name === 'Fn::GetAtt') return /Runs/.test(argument[0]) ? table : `arn:aws:logs:::${argument[0]}`;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

function asked(stack: Stack): Asked {
  const [{ Properties: { Agent } }] = resources(stack, 'Custom::PostmanAgentExistingService');
  return JSON.parse(plain(Agent));
}

/** The statements of the handler's role, with the references of the template in their place. */
function statements(stack: Stack): any[] {
  const template = Template.fromStack(stack);
  const all = (type: string) => Object.entries(template.findResources(type)) as [string, any][];
  const [, policy] = all('AWS::IAM::Policy').find(([id]) => /HandlerOf\w*[0-9a-f]{8}RoleDefaultPolicy|HandlerOfServiceRoleDefaultPolicy/.test(id))!;
  return [policy, ...all('AWS::IAM::ManagedPolicy').map(([, managed]) => managed)].flatMap(({ Properties }) => plain(Properties.PolicyDocument.Statement));
}

/** An account with services that a stack may give the agent. */
function accountWith(names: readonly string[]): MovedAccount {
  const moved = new MovedAccount({ rates: [] });
  addSurroundings(moved.aws, { secretValue: 'not-a-key' });
  for (const name of names) {
    moved.aws.ecs.addService(name, { cluster: 'shop', desiredCount: 2, taskDefinition: taskDefinitionBody(name) });
    moved.aws.ecs.rolloutsEnd(name, () => succeeds(20_000));
  }
  return moved;
}

function denied({ calls }: FakeAws): string[] {
  return calls.filter(({ outcome }) => /Denied|Unauthorized/.test(outcome ?? '')).map(({ service, action }) => `${service}:${action}`);
}

function parameterOf(stack: Stack, parameterName = '/postman/api-key') {
  return ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'ApiKey', { parameterName });
}

const allows = (stack: Stack, action: string) => statements(stack).filter(({ Action }) => [Action].flat().includes(action));
test('the bundle of the handler exists: `npx projen bundle` makes it', () => {
  expect(existsSync(`${__dirname}/../../assets/handlers/existing-service.lambda/index.js`)).toBe(true);
});

describe('the template', () => {
  test('has one custom resource with the options as one text, so numbers and switches stay what they are', () => {
    const stack = stackOf();
    const image = 'registry.example.com/postman-lc-agent:1';
    const options = { rateLimitPerMinute: 5, readonlyRootFilesystem: false, traceTags: { team: 'a' } };
    add(stack, { ...options, imageUri: image, egressCheck: EgressCheck.WARN });
    expect(asked(stack)).toEqual({
      generation: 'live-collection',
      options: { collectionId: COLLECTION, ...options, image },
      secret: `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:postman/api-key`,
      egressCheck: 'WARN',
    });
  });

  test('has the options of the Insights agent', () => {
    const stack = stackOf();
    const secret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'Key', `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:key-AbCdEf`);
    const logGroup = logs.LogGroup.fromLogGroupName(stack, 'Log', '/ecs/agent');
    const props = { serviceArn: arnOf('orders'), discovery: true, apiKeySecret: secret, apiKeySecretField: 'key', logGroup };
    new PostmanInsightsExistingService(stack, 'Orders', props);
    const wanted = { generation: 'insights', options: { discovery: true }, secret: secret.secretArn, secretField: 'key', logGroup: '/ecs/agent' };
    expect(asked(stack)).toEqual(wanted);
  });

  test('has the parameter of the key in place of a secret, and makes no default secret', () => {
    const stack = stackOf();
    add(stack, { apiKeyParameter: parameterOf(stack) });
    expect(asked(stack)).toEqual({
      generation: 'live-collection', options: { collectionId: COLLECTION }, parameter: `arn:aws:ssm:${ENV.region}:${ENV.account}:parameter/postman/api-key`,
    });
  });

  test('leaves nothing behind when the stack is deleted: the table and the log group go, and no function may create a log group', () => {
    const stack = stackOf();
    add(stack);
    const template = Template.fromStack(stack);
    for (const type of ['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup']) {
      expect(resources(stack, type)).toEqual([expect.objectContaining({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' })]);
    }
    template.allResourcesProperties('AWS::Lambda::Function', { LoggingConfig: { LogGroup: Match.anyValue() } });
    expect(JSON.stringify(resources(stack, 'AWS::IAM::Role'))).not.toContain('AWSLambdaBasicExecutionRole');
    expect(JSON.stringify(template.toJSON())).not.toContain('logs:CreateLogGroup');
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('runs the handler on a current runtime, three minutes a step, without reserved concurrency, within the hour of the framework', () => {
    const stack = stackOf();
    add(stack);
    const template = Template.fromStack(stack);
    const handlers = resources(stack, 'AWS::Lambda::Function').filter(({ Properties: { Environment } }) => Environment?.Variables?.RUNS_TABLE);
    const wanted = { Runtime: 'nodejs22.x', Timeout: 180, Handler: 'index.handler' };
    expect(handlers).toEqual([expect.objectContaining({ Properties: expect.objectContaining(wanted) })]);
    expect(handlers[0].Properties.ReservedConcurrentExecutions).toBeUndefined();
    const [{ Properties: { DefinitionString } }] = resources(stack, 'AWS::StepFunctions::StateMachine');
    expect(JSON.stringify(DefinitionString)).toMatch(/IntervalSeconds\\+":5,\\+"MaxAttempts\\+":720,\\+"BackoffRate\\+":1/);
    template.resourceCountIs('Custom::PostmanAgentExistingService', 1);
  });

  test('has the verdict, the evidence and the revision as attributes', () => {
    const stack = stackOf();
    const added = add(stack);
    expect([added.egressVerdict, added.egressEvidence, added.taskDefinitionArn].map(value => stack.resolve(value)['Fn::GetAtt'][1]))
      .toEqual(['EgressVerdict', 'EgressEvidence', 'TaskDefinitionArn']);
  });

  test('another service gets a resource and a role of its own, so the role of the old one still allows its removal', () => {
    const ids = (name: string) => {
      const stack = stackOf();
      add(stack, { serviceArn: arnOf(name) });
      return Object.keys(Template.fromStack(stack).toJSON().Resources);
    };
    expect(ids('orders').filter(id => ids('carts').includes(id))).toEqual([]);
    expect(ids('orders')).toEqual(ids('orders'));
  });

  test('the other form of the ARN is the same service, so the resource stays, and two constructs are refused', () => {
    const clusterArn = `arn:aws:ecs:${ENV.region}:${ENV.account}:cluster/shop`;
    const forms: Props[] = [{}, { clusterArn }, { serviceArn: arnOf('orders').replace('shop/', ''), clusterArn }];
    const ids = forms.map(props => {
      const stack = stackOf();
      add(stack, props);
      return Object.keys(Template.fromStack(stack).toJSON().Resources);
    });
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
    const stack = stackOf();
    add(stack, forms[0]);
    expect(() => add(stack, forms[2], 'Again')).toThrow('has the agent already, by Agents/Orders');
  });
});

describe('the role of the handler', () => {
  test('may change the one service only, and pass the given roles only', () => {
    const stack = stackOf();
    const role = iam.Role.fromRoleArn(stack, 'Execution', `arn:aws:iam::${ENV.account}:role/execution`);
    add(stack, { passableRoles: [role] });
    expect(allows(stack, 'ecs:UpdateService').map(({ Resource }) => Resource)).toEqual([arnOf('orders')]);
    expect(allows(stack, 'iam:PassRole')).toEqual([expect.objectContaining({
      Resource: `arn:aws:iam::${ENV.account}:role/execution`, Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    })]);
  });

  test('without given roles, may pass any role of the account, only to ECS tasks', () => {
    const stack = stackOf();
    add(stack);
    const [{ Resource, Condition }] = allows(stack, 'iam:PassRole');
    expect(Resource).toBe(`arn:aws:iam::${ENV.account}:role/*`);
    expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
  });

  test('may never read or write a secret, write a policy, or write to another service', () => {
    const stack = stackOf();
    add(stack);
    const actions = statements(stack).flatMap(({ Action }) => Action as string);
    expect(actions.filter(action => /^(secretsmanager|iam|ecs|dynamodb|kms|ssm|lambda):/.test(action) && !/:(Describe|List|Get)/.test(action)).sort()).toEqual([
      'dynamodb:PutItem', 'ecs:RegisterTaskDefinition', 'ecs:StopServiceDeployment', 'ecs:TagResource', 'ecs:UpdateService', 'iam:PassRole',
      'iam:SimulatePrincipalPolicy',
    ]);
    expect(actions).not.toContain('secretsmanager:GetSecretValue');
  });

  describe('of a service whose ARN is a token', () => {
    const place = { region: 'eu-west-1', account: '123456789012' };
    const clusterArn = `arn:aws:ecs:${place.region}:${place.account}:cluster/shop`;

    function withParameter(value: string, props: Props = {}): Stack {
      SERVICE_PARAMETER.value = value;
      const stack = stackOf({ env: place });
      add(stack, { serviceArn: new CfnParameter(stack, 'Service').valueAsString, ...props });
      return stack;
    }

    const writable = (stack: Stack) => ['ecs:UpdateService', 'ecs:StopServiceDeployment'].flatMap(action => allows(stack, action))
      .flatMap(({ Resource }) => Resource as string);

    test('may change only this service, with every form of the ARN', () => {
      const exact = [arnOf('orders', place), `${arnOf('orders', place).replace(':service/', ':service-deployment/')}/*`];
      expect(writable(withParameter(arnOf('orders', place)))).toEqual(exact);
      expect(writable(withParameter(arnOf('orders', place), { clusterArn }))).toEqual(expect.arrayContaining(exact));
      const old = arnOf('orders', place).replace('shop/', '');
      expect(writable(withParameter(old, { clusterArn }))).toEqual(expect.arrayContaining([old, ...exact]));
      for (const resource of writable(withParameter(arnOf('orders', place), { clusterArn }))) expect(resource).not.toMatch(/\*.*orders|shop\/\*|\/\*\//);
      // What is no ARN of a service is refused by the handler, so the template must not fail before.
      expect(writable(withParameter('orders'))[0]).toBe(arnOf('-', place).replace('shop/', ''));
      // Names may contain the words of an ARN.
      expect(writable(withParameter(arnOf('service', place).replace('shop', 'my-service')))[0]).toBe(arnOf('service', place).replace('shop', 'my-service'));
    });

    test('keeps its permission for the old service until the old resource is deleted: the policy is replaced, and the handler depends on it', () => {
      const stack = withParameter(arnOf('orders', place));
      const [[id, { Properties }]] = Object.entries<any>(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
      // CloudFormation cannot change a description, and a fixed name would collide with that of the old policy.
      expect(plain(Properties.Description)).toContain(arnOf('orders', place));
      expect(Properties).not.toHaveProperty('ManagedPolicyName');
      const [handler] = resources(stack, 'AWS::Lambda::Function').filter(one => one.Properties.Environment?.Variables?.RUNS_TABLE);
      expect(handler.DependsOn).toContain(id);
      const [inline] = resources(stack, 'AWS::IAM::Policy').filter(one => JSON.stringify(one).includes('ecs:RegisterTaskDefinition'));
      expect(JSON.stringify(inline)).not.toContain('ecs:UpdateService');
    });

    test('is enough for a replacement: the new service gets the agent, then the old one loses it', async () => {
      await loadClients();
      const names = ['orders', 'carts'];
      const moved = accountWith(names);
      // While the old resource is deleted, the role has both policies.
      const both = names.flatMap(name => statements(withParameter(arnOf(name, place))));
      moved.aws.allowOnly(JSON.parse(JSON.stringify({ Version: '2012-10-17', Statement: both }).replaceAll(ENV.account, place.account)));
      const driven = new DrivenStack(moved);
      expect((await driven.deploy(properties({}, arnOf('orders', place)))).ended.status).toBe('SUCCESS');
      const { ended, back } = await driven.deploy(properties({}, arnOf('carts', place)));
      expect([ended.status, back?.status]).toEqual(['SUCCESS', 'SUCCESS']);
      expect(denied(moved.aws)).toEqual([]);
    });
  });
});

describe('the statements of the role', () => {
  beforeAll(loadClients);

  function policy(stack: Stack): PolicyDocument {
    return { Version: '2012-10-17', Statement: statements(stack) };
  }

  test.each(['a secret', 'a parameter'] as const)('are enough to add the agent with the key in %s, change it and remove it', async kept => {
    const stack = stackOf({ env: { region: 'eu-west-1', account: '123456789012' } });
    const isParameter = kept === 'a parameter';
    const apiKeyParameter = isParameter ? parameterOf(stack) : undefined;
    add(stack, { serviceArn: arnOf('orders', { region: 'eu-west-1', account: '123456789012' }), apiKeyParameter });
    const moved = accountWith(['orders']);
    const { aws } = moved;
    const key = aws.keys.add('1234abcd-12ab-34cd-56ef-1234567890ab', 'alias/agents');
    const parameter = aws.parameters.add('/postman/api-key', { keyId: 'alias/agents' });
    aws.iam.addRole('execution', {
      inline: {
        key: {
          Statement: [
            { Effect: 'Allow', Action: isParameter ? 'ssm:GetParameters' : 'secretsmanager:GetSecretValue', Resource: '*' },
            { Effect: 'Allow', Action: 'kms:Decrypt', Resource: key },
          ],
        },
      },
    });
    aws.allowOnly(JSON.parse(JSON.stringify(policy(stack)).replaceAll(ENV.account, '123456789012')));
    const driven = new DrivenStack(moved);
    const given = isParameter ? { parameter } : {};
    expect((await driven.deploy(properties(given))).ended).toMatchObject({ status: 'SUCCESS', data: { EgressVerdict: 'reachable' } });
    expect((await driven.deploy(properties({ ...given, options: { rateLimitPerMinute: 5 } }))).ended.status).toBe('SUCCESS');
    expect((await driven.destroy()).status).toBe('SUCCESS');
    expect(denied(aws)).toEqual([]);
  });

  test('never allow the value of the parameter to be read', () => {
    const stack = stackOf();
    add(stack, { apiKeyParameter: parameterOf(stack) });
    const actions = statements(stack).flatMap(({ Action }) => Action as string);
    expect(actions.filter(action => /^(ssm|secretsmanager|kms):/.test(action))).toEqual(['ssm:DescribeParameters', 'kms:DescribeKey']);
  });
});

describe('what is refused at synthesis', () => {
  test.each<[string, object, RegExp]>([
    ['a name', { serviceArn: 'orders' }, /^Agents\/Orders: `serviceArn` must be the ARN of an ECS service .*, got: "orders"\./],
    ['an ARN of a cluster', { serviceArn: `arn:aws:ecs:${ENV.region}:${ENV.account}:cluster/shop` }, /`serviceArn` must be the ARN of an ECS service/],
    ['another region', { serviceArn: arnOf('orders').replace(ENV.region, 'ap-southeast-2') }, /`serviceArn` is of region ap-southeast-2, and the/],
    ['another account', { serviceArn: arnOf('orders').replace(ENV.account, '210987654321') }, /`serviceArn` is of account 210987654321/],
    ['the old form without a cluster', { serviceArn: arnOf('orders').replace('shop/', '') }, /does not have the cluster's name.*Set `clusterArn`/],
    ['another cluster', { clusterArn: `arn:aws:ecs:${ENV.region}:${ENV.account}:cluster/other` }, /is of cluster shop, and `clusterArn` of cluster other/],
    ['an object of another kind', { serviceArn: 5 }, /`serviceArn` must be the ARN of an ECS service .*, got: number\./],
    ['a secret of another kind', { apiKeySecret: 'postman/api-key' }, /`apiKeySecret` must be a secret of Secrets Manager/],
    ['a wrong option', { hostAllow: ['('] }, /`hostAllow` must be regular expressions/],
    ['a wrong destination', { collectionId: 'orders' }, /`collectionId`/],
    ['a wrong check', { egressCheck: 'MAYBE' }, /`egressCheck` must be one of/],
    ['a password in the proxy', { proxyUrl: 'http://user:not-a-password@proxy.example.com:8080' }, /`proxyUrl` has a user or a password, and CloudFormation/],
    ['roles of another kind', { passableRoles: ['execution'] }, /`passableRoles` must be a list of roles \(`iam.IRole`\), got: a list of 1/],
  ])('%s', (_, props, reason) => {
    const synthesize = () => add(stackOf(), props as Props);
    expect(synthesize).toThrow(reason);
    expect(synthesize).not.toThrow(/not-a-password/);
  });

  test.each<[string, (stack: Stack) => Props, RegExp]>([
    ['a secret and a parameter', stack => ({ apiKeyParameter: parameterOf(stack), apiKeySecretField: 'key' }), /name a secret and a parameter\. Keep one/],
  ])('%s', (_, props, reason) => {
    const stack = stackOf();
    expect(() => add(stack, props(stack))).toThrow(reason);
  });

  test.each<[string, (stack: Stack) => Props, RegExp]>([
    ['a parameter that the app makes', stack => ({
      apiKeyParameter: new ssm.StringParameter(stack, 'Key', { stringValue: 'x' }),
    }), /is made by Agents\/Key of this app/],
    ['a parameter in clear text', stack => ({
      apiKeyParameter: ssm.StringParameter.fromStringParameterName(stack, 'Key', '/postman/api-key'),
    }), /of type String, which keeps the API key in clear text/],
    ['a secret of another account without its complete ARN', stack => ({
      apiKeySecret: secretsmanager.Secret.fromSecretPartialArn(stack, 'Key', `arn:aws:secretsmanager:${ENV.region}:210987654321:secret:key`),
    }), /can be read only by its complete ARN/],
  ])('%s, in the finished tree', (_, props, reason) => {
    const app = new App();
    const stack = new Stack(app, 'Agents', { env: ENV });
    add(stack, props(stack));
    expect(() => app.synth()).toThrow(reason);
  });

  test('no service of the same name in another cluster, in the old form of the ARN', () => {
    const stack = stackOf();
    const [one, other] = ['One', 'Other'].map(id => new CfnParameter(stack, id).valueAsString);
    const serviceArn = arnOf('orders').replace('shop/', '');
    add(stack, { serviceArn, clusterArn: one });
    expect(() => add(stack, { serviceArn, clusterArn: other }, 'Other Orders')).not.toThrow();
    expect(() => add(stack, { serviceArn, clusterArn: one }, 'Again')).toThrow('has the agent already');
  });

  test('two attachments to one service, in one stack or in two', () => {
    const app = new App();
    const [one, two] = ['One', 'Two'].map(id => new Stack(app, id, { env: ENV }));
    add(one);
    expect(() => add(one, {}, 'Again')).toThrow(`One/Again: service ${arnOf('orders')} has the agent already, by One/Orders. Keep one of the two.`);
    expect(() => add(two)).toThrow(/by One\/Orders/);
    expect(() => add(two, { serviceArn: arnOf('carts') }, 'Carts')).not.toThrow();
    // A stage is deployed on its own.
    expect(() => add(new Stack(new Stage(app, 'Prod'), 'One', { env: ENV }))).not.toThrow();
  });
});
