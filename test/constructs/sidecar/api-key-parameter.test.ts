import { App, CfnParameter, CfnResource, Resource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { PostmanAgentSidecarProps, PostmanInsights, PostmanInsightsTaskSidecar } from '../../../src';
import { agentsIn, ENV, fargate, Kind, KINDS, PROJECT_ID, synthesize, warnings } from '../../given';

type Given = ReturnType<typeof fargate>;
type Make = (stack: Stack) => ssm.IStringParameter;

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';

/** The statements that the agent adds to the execution role, without those of the log group. */
function statements({ stack }: Given): any[] {
  return Object.entries<any>(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes('ExecutionRole'))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => !String(Action).includes('logs:'));
}

/** What each variable of the key comes from. */
function valuesFrom({ stack }: Given): unknown[] {
  return agentsIn(stack)[0].Secrets.map(({ ValueFrom }: any) => ValueFrom);
}

function withParameter(kind: Kind, make: Make, options: Partial<PostmanAgentSidecarProps> = {}, given = fargate()): Given {
  kind.add(given.service, { apiKeyParameter: make(given.stack), ...options });
  return given;
}

function secure(parameterName = '/team/postman', more: Partial<ssm.SecureStringParameterAttributes> = {}): Make {
  return stack => ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'Key', { parameterName, ...more });
}

function elsewhere(env: { readonly account: string; readonly region: string }, hasKey = false): Make {
  return stack => {
    const other = new Stack(stack.node.root as App, 'Other', { env });
    const encryptionKey = hasKey ? kms.Key.fromKeyArn(other, 'Kms', KEY.replace('eu-west-1', env.region)) : undefined;
    return secure(undefined, { encryptionKey })(other);
  };
}

function named(resource: string, region = 'eu-west-1', account = ENV.account): unknown {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ssm:${region}:${account}:parameter/${resource}`]] };
}

const reads = (arn: unknown) => ({ Effect: 'Allow', Action: 'ssm:GetParameters', Resource: arn });

/** A parameter of a library that makes a SecureString with a custom resource. */
class OwnParameter extends Resource implements ssm.IStringParameter {
  readonly parameterName = '/team/own';
  readonly parameterArn = 'arn:aws:ssm:eu-west-1:111122223333:parameter/team/own';
  readonly parameterType = 'SecureString';
  readonly stringValue = 'unknown';

  constructor(scope: Construct, id: string) {
    super(scope, id);
    new CfnResource(this, 'Resource', { type: 'Custom::SecureString', properties: { Name: '/team/own' } });
  }

  public grantRead(): iam.Grant {
    throw new Error('It is not used.');
  }

  public grantWrite(): iam.Grant {
    throw new Error('It is not used.');
  }
}

describe.each(KINDS)('$construct', kind => {
  describe('a parameter that can hold the key', () => {
    test.each<[string, Make, unknown]>([
      ['with a path', secure('/team/postman'), named('team/postman')],
      ['with a name', secure('postman'), named('postman')],
      ['with a version, which ECS ignores', secure('/team/postman', { version: 3 }), named('team/postman')],
      ['of another region', elsewhere({ ...ENV, region: 'us-east-2' }), named('team/postman', 'us-east-2')],
      [
        'with the key of AWS, by its alias',
        stack => secure(undefined, { encryptionKey: kms.Alias.fromAliasName(stack, 'Kms', 'alias/aws/ssm') })(stack), named('team/postman'),
      ],
      ['before its name is looked up', secure('dummy-value-for-name'), named('dummy-value-for-name')],
      ['that a custom resource makes', stack => new OwnParameter(stack, 'Key'), 'arn:aws:ssm:eu-west-1:111122223333:parameter/team/own'],
    ])('%s is read by its ARN, and nothing else is allowed', (_, make, arn) => {
      const given = withParameter(kind, make);
      for (const value of valuesFrom(given)) expect(value).toEqual(arn);
      expect(statements(given)).toEqual([reads(arn)]);
      expect(synthesize(given.app).errors).toBe('');
      expect(warnings(given.app)).toEqual([]);
      // `secretsmanager` is nowhere, so the default secret is not imported either.
      expect(JSON.stringify(Template.fromStack(given.stack).toJSON())).not.toContain('secretsmanager');
    });

    test('may have a name that only CloudFormation knows', () => {
      const given = withParameter(kind, stack =>
        secure(new CfnParameter(stack, 'Name').valueAsString, { simpleName: true })(stack));
      expect(statements(given)).toEqual([reads({
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ssm:eu-west-1:111122223333:parameter/', { Ref: 'Name' }]],
      })]);
      expect(synthesize(given.app).errors).toBe('');
    });

    test('may have a customer managed key, which may be used only through Systems Manager of its region', () => {
      const own = withParameter(kind, stack => secure(undefined, { encryptionKey: new kms.Key(stack, 'Kms') })(stack));
      const [id] = Object.keys(Template.fromStack(own.stack).findResources('AWS::KMS::Key'));
      const Condition = (region: string) => ({ StringEquals: { 'kms:ViaService': `ssm.${region}.amazonaws.com` } });
      expect(statements(own)[1]).toEqual({
        Effect: 'Allow', Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': [id, 'Arn'] }, Condition: Condition('eu-west-1'),
      });
      expect(warnings(own.app)).toEqual([]);
      const other = withParameter(kind, elsewhere({ ...ENV, region: 'us-east-2' }, true));
      expect(statements(other)[1]).toMatchObject({ Resource: KEY.replace('eu-west-1', 'us-east-2'), Condition: Condition('us-east-2') });
      expect(warnings(other.app)).toEqual(['encryptionKeyNotGranted']);
    });

    test('may be of another account with a customer managed key, with a warning that it must be shared', () => {
      const given = withParameter(kind, elsewhere({ ...ENV, account: '444455556666' }, true));
      expect(statements(given)[0]).toEqual(reads(named('team/postman', 'eu-west-1', '444455556666')));
      expect(warnings(given.app)).toEqual(['parameterOfOtherAccount', 'encryptionKeyNotGranted']);
    });

    test('is the same container as with a secret, except for what the key comes from', () => {
      const [parameter, secret] = [withParameter(kind, secure()), fargate()];
      kind.add(secret.service);
      const without = ({ Secrets, ...container }: any) => ({ ...container, Secrets: Secrets.map(({ Name }: any) => Name) });
      expect(without(agentsIn(parameter.stack)[0])).toEqual(without(agentsIn(secret.stack)[0]));
    });

    test('adds nothing to the app of its own: another stack keeps its template', () => {
      const app = new App();
      const parameters = new Stack(app, 'Parameters', { env: ENV });
      const parameter = secure()(parameters);
      withParameter(kind, () => parameter, {}, fargate({ app }));
      expect(synthesize(app).errors).toBe('');
      expect(Template.fromStack(parameters).toJSON().Resources).toBeUndefined();
    });
  });

  describe('a parameter that cannot hold the key is refused with the way out', () => {
    const MADE = /is made by Stack\/Made of this app.*CloudFormation cannot make a SecureString.*put-parameter --type SecureString.*fromSecureString/;
    const made = (stack: Stack, parameterName?: string) => new ssm.StringParameter(stack, 'Made', { stringValue: 'x', parameterName });

    test.each<[string, Make, RegExp]>([
      ['that this app makes', made, MADE],
      ['that another stack of this app makes', stack => made(new Stack(stack.node.root as App, 'Other', { env: ENV })), /is made by Other\/Made of this app/],
      [
        'that a stack of another region makes', stack => made(new Stack(stack.node.root as App, 'Other', { env: { ...ENV, region: 'us-east-2' } }), '/team/x'),
        /is made by Other\/Made of this app/,
      ],
      ['that this app makes, imported by a reference to its name', stack => secure(made(stack).parameterName, { simpleName: true })(stack), MADE],
      ['that this app makes, imported by its name', stack => { made(stack, '/team/postman'); return secure()(stack); }, MADE],
      ['that an L1 of this app makes, imported by its name', stack => {
        new ssm.CfnParameter(stack, 'Made', { type: 'String', value: 'x', name: '/team/postman' });
        return secure()(stack);
      }, MADE],
      ['imported by its name as a String', stack => ssm.StringParameter.fromStringParameterName(stack, 'Key', '/team/postman'), /of type String/],
      [
        'imported with a version as a String',
        stack => ssm.StringParameter.fromStringParameterAttributes(stack, 'Key', { parameterName: '/team/postman', version: 2 }),
        /`apiKeyParameter` \/team\/postman is imported as a parameter of type String.*fromSecureStringParameterAttributes/,
      ],
      [
        'imported by its ARN as a String',
        stack => ssm.StringParameter.fromStringParameterArn(stack, 'Key', 'arn:aws:ssm:eu-west-1:111122223333:parameter/team/postman'), /of type String/,
      ],
      ['that is a secret', secure('/aws/reference/secretsmanager/team/postman'), /refers to the secret team\/postman of Secrets Manager.*`apiKeySecret`/],
      ['of another account under the default key', elsewhere({ ...ENV, account: '444455556666' }), /belongs to account 444455556666.*`encryptionKey`/],
    ])('%s', (_, make, error) => {
      expect(synthesize(withParameter(kind, make).app).errors).toMatch(error);
    });

    test('but a parameter of the same name in another region is another one', () => {
      const given = withParameter(kind, stack => {
        made(new Stack(stack.node.root as App, 'Other', { env: { ...ENV, region: 'us-east-2' } }), '/team/postman');
        return secure()(stack);
      });
      expect(synthesize(given.app).errors).toBe('');
    });
  });

  test.each<[string, (stack: Stack) => Partial<PostmanAgentSidecarProps>, string]>([
    ['a secret', stack => ({ apiKeySecret: secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'team/postman') }), '`apiKeySecret` and `apiKeyParameter`'],
    ['a field', () => ({ apiKeySecretField: 'key' }), '`apiKeySecretField` and `apiKeyParameter`'],
  ])('%s beside a parameter is refused, and the error names both properties', (_, more, both) => {
    const { service, stack } = fargate();
    expect(() => kind.add(service, { apiKeyParameter: secure()(stack), ...more(stack) }))
      .toThrow(`The API key comes from one place, but ${both} name a secret and a parameter. Keep one of the two.`);
  });

  test('an execution role that this app does not write to gets no statement, and the warning has those for the parameter and its key', () => {
    const executionRole = (stack: Stack) => iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/execution', { mutable: false });
    const given = withParameter(
      kind, stack => secure(undefined, { encryptionKey: kms.Key.fromKeyArn(stack, 'Kms', KEY) })(stack), {}, fargate({ executionRole }),
    );
    const [{ text }] = synthesize(given.app).messages.filter(message => message.text.includes('does not write to the execution role'));
    const arn = 'arn:${AWS::Partition}:ssm:eu-west-1:111122223333:parameter/team/postman';
    const Condition = { StringEquals: { 'kms:ViaService': 'ssm.eu-west-1.amazonaws.com' } };
    expect(text).toContain(JSON.stringify({ Effect: 'Allow', Action: ['ssm:GetParameters'], Resource: [arn] }));
    expect(text).toContain(JSON.stringify({ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [KEY], Condition }));
  });
});

test('sidecars of one task definition that take the key from two places are refused, and the error names both properties', () => {
  const [kind] = KINDS;
  const { service, stack, cluster, taskDefinition } = fargate();
  kind.add(service, { apiKeyParameter: secure()(stack) });
  const other = new ecs.FargateService(stack, 'Other', { cluster, taskDefinition, minHealthyPercent: 100 });
  expect(() => kind.add(other, {}, 'Second')).toThrow(/differ in `apiKeyParameter`, `apiKeySecret`/);
});

test('a task definition without a service takes the key from a parameter', () => {
  const { app, stack, taskDefinition, vpc } = fargate();
  new PostmanInsightsTaskSidecar(stack, 'Insights', { taskDefinition, vpc, projectId: PROJECT_ID, apiKeyParameter: secure()(stack) });
  expect(synthesize(app).errors).toBe('');
  expect(JSON.stringify(agentsIn(stack)[0].Secrets)).toContain(':parameter/team/postman');
});

test('every service of a scope takes the key from a parameter', () => {
  const { app, stack } = fargate();
  PostmanInsights.of(app).addToServices({ discovery: true, apiKeyParameter: secure()(stack) });
  expect(synthesize(app).errors).toBe('');
  expect(JSON.stringify(agentsIn(stack)[0].Secrets)).toContain(':parameter/team/postman');
  const both = { discovery: true, apiKeyParameter: secure('/other')(new Stack(app, 'Third')), apiKeySecretField: 'key' };
  expect(() => PostmanInsights.of(app).addToServices(both)).toThrow('`apiKeySecretField` and `apiKeyParameter` name a secret and a parameter');
});
