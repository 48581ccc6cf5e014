import { App, CfnParameter, Fn, Lazy, SecretValue, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { EgressCheck } from '../../../src';
import { agentsIn, COLLECTION_ID, fargate, insights, KINDS, PROJECT_ID, sidecar, synthesize } from '../../given';

/** Values that TypeScript does not take, as JavaScript and casts pass them. */
type Wrong = (stack: Stack) => unknown;

const parameter = (stack: Stack, type = 'String') => new CfnParameter(stack, 'Parameter', { type });
const secureString = (stack: Stack) => ssm.StringParameter.fromSecureStringParameterAttributes(stack, 'Key', { parameterName: '/postman/key' });

describe.each(KINDS)('$construct', kind => {
  describe('an object of another kind is refused, and the error names the property and what to pass', () => {
    test.each<[string, string, Wrong, string, string]>([
      [
        'apiKeySecret', 'an ecs.Secret', stack => ecs.Secret.fromSecretsManager(new secretsmanager.Secret(stack, 'Key')), 'an object with arn',
        'the secret that this `ecs.Secret` was made from',
      ],
      ['apiKeySecret', 'an ecs.Secret of a parameter', stack => ecs.Secret.fromSsmParameter(secureString(stack)), 'an object with arn', '`apiKeyParameter`'],
      ['apiKeySecret', 'a parameter', secureString, 'the construct Stack/Key', 'pass a parameter of Systems Manager as `apiKeyParameter`'],
      ['apiKeyParameter', 'a text', () => '/postman/key', 'a text', 'StringParameter.fromSecureStringParameterAttributes'],
      ['apiKeyParameter', 'an ARN', () => 'arn:aws:ssm:eu-west-1:111122223333:parameter/key', '"arn:aws:ssm:', 'fromSecureStringParameterAttributes'],
      ['apiKeyParameter', 'an ecs.Secret', stack => ecs.Secret.fromSsmParameter(secureString(stack)), 'an object with arn', 'pass the parameter that'],
      [
        'apiKeyParameter', 'an ecs.Secret of a secret', stack => ecs.Secret.fromSecretsManager(new secretsmanager.Secret(stack, 'Key')),
        'an object with arn', 'was made from as `apiKeySecret`',
      ],
      ['apiKeyParameter', 'a secret', stack => new secretsmanager.Secret(stack, 'Key'), 'the construct Stack/Key', 'as `apiKeySecret`'],
      [
        'apiKeyParameter', 'the L1 of a parameter', stack => new ssm.CfnParameter(stack, 'Key', { type: 'String', value: 'x' }), 'the construct Stack/Key',
        'StringParameter.fromSecureStringParameterAttributes',
      ],
      [
        'apiKeyParameter', 'a list of texts', stack => ssm.StringListParameter.fromStringListParameterName(stack, 'Key', '/postman/keys'),
        'the construct Stack/Key', 'StringParameter.fromSecureStringParameterAttributes',
      ],
      [
        'apiKeySecret', 'the L1 of a secret', stack => new secretsmanager.CfnSecret(stack, 'Key'), 'the construct Stack/Key',
        'Secret.fromSecretCompleteArn with the `ref`',
      ],
      [
        'apiKeySecret', 'a SecretValue', () => SecretValue.secretsManager('postman/api-key'), 'an object of the class SecretValue',
        'Secret.fromSecretNameV2 of aws-secretsmanager',
      ],
      ['apiKeySecret', 'a number', () => 7, 'number', 'Secret.fromSecretCompleteArn or'],
      [
        'apiKeySecret', 'the ARN of a secret', () => 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:k-AbCdEf',
        '"arn:aws:secretsmanager:eu-west-1:111122223333:secret:k-AbCdEf"', 'Secret.fromSecretCompleteArn(this, \'ApiKey\', …)',
      ],
      ['image', 'the name of an image', () => 'mirror/agent:1', '"mirror/agent:1"', 'ContainerImage.fromRegistry(\'mirror/agent:1\')'],
      [
        'image', 'a repository', stack => ecr.Repository.fromRepositoryName(stack, 'Mirror', 'mirror'), 'the construct Stack/Mirror',
        'ContainerImage.fromEcrRepository',
      ],
      ['image', 'another object', () => ({}), 'an object with no members', 'ContainerImage.fromRegistry'],
      ['logging', 'a log group', stack => new logs.LogGroup(stack, 'Logs'), 'the construct Stack/Logs', 'LogDrivers.awsLogs with this log group'],
      ['logging', 'a text', () => 'awslogs', '"awslogs"', 'LogDrivers.awsLogs'],
      ['knownEgress', 'a list of subnets', () => ['subnet-1', 'subnet-2'], 'a list of 2', '`{ subnets: […] }`'],
      ['knownEgress', 'an object with a wrong member', () => ({ subnetTypes: 'PUBLIC' }), 'an object with subnetTypes', 'its members are availabilityZones,'],
      ['egressCheck', 'a value that it does not have', () => 'NEVER', 'NEVER', 'EgressCheck.ERROR'],
    ])('%s, given %s', (prop, _, wrong, found, wayOut) => {
      const given = fargate();
      const add = () => kind.add(given.service, { [prop]: wrong(given.stack) });
      expect(add).toThrow(new RegExp(`^Stack/${kind.id}: \`${prop}\` must be `));
      expect(() => kind.add(given.service, { [prop]: wrong(fargate().stack) }, 'Again')).toThrow(`got: ${found}`);
      expect(() => kind.add(given.service, { [prop]: wrong(fargate().stack) }, 'Third')).toThrow(wayOut);
    });

    test('a text for the secret may be the key itself, so no error shows it', () => {
      const text = ['not', 'a', 'key'].join('-');
      const add = () => kind.add(fargate().service, { apiKeySecret: text as never });
      expect(add).toThrow('got: a text; import the secret: Secret.fromSecretNameV2');
      expect(add).not.toThrow(text);
    });

    test('a key in the wrong place is not shown, and is no name of a field', () => {
      const text = ['PMAK', 'not', 'a', 'key'].join('-');
      const add = () => kind.add(fargate().service, { apiKeySecretField: text });
      expect(add).toThrow('got: "PMAK-***"');
      expect(add).not.toThrow(text);
    });

    test('a token is called a token', () => {
      const given = fargate();
      const image = parameter(given.stack).valueAsString as never;
      expect(() => kind.add(given.service, { image })).toThrow(/got: a token; use ContainerImage\.fromRegistry\.$/);
    });

    test.each(Object.keys(EgressCheck))('EgressCheck.%s is accepted', egressCheck => {
      expect(() => kind.add(fargate().service, { egressCheck: egressCheck as EgressCheck })).not.toThrow();
    });
  });

  describe('lists that only CloudFormation knows', () => {
    const listOptions = ['hostAllow', 'hostExclusions', 'pathAllow', 'pathExclusions', 'networkInterfaces'] as const;
    const entryPoint = (stack: Stack): unknown[] => agentsIn(stack)[0].EntryPoint;

    test.each(listOptions)('%s takes a parameter\'s list: the agent splits one argument at its commas', prop => {
      const given = fargate();
      kind.add(given.service, { [prop]: parameter(given.stack, 'CommaDelimitedList').valueAsList });
      expect(entryPoint(given.stack).at(-1)).toEqual({ 'Fn::Join': [',', { Ref: 'Parameter' }] });
      expect(synthesize(given.app).errors).toBe('');
    });

    test('the result of Fn.split is taken, also beside literal values', () => {
      const given = fargate();
      kind.add(given.service, { pathAllow: ['^/a{1,2}', ...Fn.split('|', parameter(given.stack).valueAsString)] });
      expect(entryPoint(given.stack).slice(-4)).toEqual([
        '--path-allow', '"^/a{1,2}"', '--path-allow', { 'Fn::Join': [',', { 'Fn::Split': ['|', { Ref: 'Parameter' }] }] },
      ]);
    });

    test('of a lazy list, expressions with a comma reach the agent whole', () => {
      const given = fargate();
      kind.add(given.service, { pathAllow: Lazy.list({ produce: () => ['^/a{1,2}', '^/b'] }) });
      expect(entryPoint(given.stack).at(-1)).toBe('"^/a{1,2}",^/b');
    });

    test('of a lazy list that has a parameter\'s value, CloudFormation joins the values', () => {
      const given = fargate();
      const value = parameter(given.stack).valueAsString;
      kind.add(given.service, { pathAllow: Lazy.list({ produce: () => ['^/a{1,2}', value] }) });
      expect(entryPoint(given.stack).at(-1)).toEqual({ 'Fn::Join': [',', ['"^/a{1,2}"', { Ref: 'Parameter' }]] });
    });

    test.each(['traceTags', 'environment', 'disableTelemetry'])('%s must be known at synthesis, and the error names it', prop => {
      expect(() => kind.add(fargate().service, { [prop]: Lazy.any({ produce: () => ({}) }) }))
        .toThrow(new RegExp(`^Stack/${kind.id}: \`${prop}\` must be .* that is known at synthesis, got: a token`));
    });
  });

  describe('the first pass of synthesis, before the CDK CLI has looked values up', () => {
    const lookedUp = (stack: Stack, name: string) => ssm.StringParameter.valueFromLookup(stack, name);

    test.each<[string, (stack: Stack) => object]>([
      ['hostAllow', stack => ({ hostAllow: [lookedUp(stack, '/hosts/a(b')] })],
      ['networkInterfaces', stack => ({ networkInterfaces: [lookedUp(stack, '/postman/agent/interface')] })],
      ['proxyUrl', stack => ({ proxyUrl: lookedUp(stack, '/postman/proxy') })],
      ['traceTags', stack => ({ traceTags: { team: lookedUp(stack, '/a=b') } })],
      ['apiKeySecretField', stack => ({ apiKeySecretField: lookedUp(stack, '/a:b') })],
      ['image', stack => ({ image: ecs.ContainerImage.fromRegistry(lookedUp(stack, `/mirror/${KINDS.find(other => other !== kind)!.repository}`)) })],
      ['apiKeySecret', stack => ({ apiKeySecret: secretsmanager.Secret.fromSecretNameV2(stack, 'Key', lookedUp(stack, '/postman/a-secret')) })],
    ])('%s may be looked up: its placeholder is accepted', (_, options) => {
      const given = fargate();
      kind.add(given.service, options(given.stack));
      expect(synthesize(given.app).errors).toBe('');
    });

    test('subnets and groups may be looked up: they are not judged before, also if unknown is an error', () => {
      const given = fargate();
      const service = given.service.node.defaultChild as ecs.CfnService;
      service.addPropertyOverride('NetworkConfiguration.AwsvpcConfiguration.Subnets', [lookedUp(given.stack, '/network/subnet')]);
      kind.add(given.service, { egressCheck: EgressCheck.STRICT });
      expect(synthesize(given.app).errors).toBe('');
    });
  });
});

test('a collection, a project and a name in discovery may be looked up: their placeholders are accepted', () => {
  const lookedUp = (stack: Stack) => ssm.StringParameter.valueFromLookup(stack, '/postman/id');
  const collection = fargate();
  sidecar(collection.service, { collectionId: lookedUp(collection.stack) });
  const project = fargate();
  insights(project.service, { projectId: lookedUp(project.stack) });
  const discovered = fargate();
  insights(discovered.service, { discovery: true, discoveryName: lookedUp(discovered.stack) });
  for (const { app } of [collection, project, discovered]) expect(synthesize(app).errors).toBe('');
});

test('a value that was looked up is checked', () => {
  const key = 'ssm:account=111122223333:parameterName=/postman/id:region=eu-west-1';
  const add = (value: string) => {
    const given = fargate({ app: new App({ context: { [key]: value } }) });
    return () => sidecar(given.service, { collectionId: ssm.StringParameter.valueFromLookup(given.stack, '/postman/id') });
  };
  expect(add(PROJECT_ID)).toThrow(/`collectionId` must be/);
  expect(add(COLLECTION_ID)).not.toThrow();
});
