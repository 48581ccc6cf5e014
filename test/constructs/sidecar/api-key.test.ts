import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { PostmanAgentSidecarProps } from '../../../src';
import { agentsIn, containersIn, ENV, fargate, Kind, KINDS, synthesize, variablesOf, warnings } from '../../given';

const COMPLETE = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/postman-AbCdEf';
const PARTIAL = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/postman';
const ELSEWHERE = 'arn:aws:secretsmanager:eu-west-1:444455556666:secret:team/postman-AbCdEf';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';

type Given = ReturnType<typeof fargate>;

/** The statements that the agent adds to the execution role, without those of the log group. */
function statements({ stack }: Given): any[] {
  return Object.entries<any>(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes('ExecutionRole'))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => !String(Action).includes('logs:'));
}

/** The secrets of the agent's container: one value for each variable in which a version of the agent looks for the key. */
function secretsOf({ stack }: Given): { readonly [variable: string]: unknown } {
  return Object.fromEntries(agentsIn(stack)[0].Secrets.map(({ Name, ValueFrom }: any) => [Name, ValueFrom]));
}

type Options = Partial<PostmanAgentSidecarProps>;

/** The value in each variable of the key. */
function inEach(kind: Kind, valueFrom: unknown): { readonly [variable: string]: unknown } {
  return Object.fromEntries(kind.keyVariables.map(variable => [variable, valueFrom]));
}

function withSecret(kind: Kind, make: (stack: Stack) => secretsmanager.ISecret, options: Options = {}): Given {
  const given = fargate();
  kind.add(given.service, { apiKeySecret: make(given.stack), ...options });
  return given;
}

function named(name: string): unknown {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:secretsmanager:eu-west-1:111122223333:secret:${name}`]] };
}

describe.each(KINDS)('$construct', kind => {
  describe('the API key', () => {
    test('the API key is by default the secret postman/api-key, granted by its name and six more characters', () => {
      const given = fargate();
      kind.add(given.service);
      expect(secretsOf(given)).toEqual(inEach(kind, named('postman/api-key')));
      expect(statements(given)).toEqual([{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: named('postman/api-key-??????') }]);
    });

    test('the API key is never a plain variable', () => {
      const given = fargate();
      kind.add(given.service);
      const plain = containersIn(given.stack).filter(({ Environment }) => Environment !== undefined).flatMap(container => Object.keys(variablesOf(container)));
      expect(plain.filter(name => name.includes('API_KEY'))).toEqual([]);
    });

    test('a secret with a complete ARN is granted on that ARN', () => {
      const given = withSecret(kind, stack => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Key', COMPLETE));
      expect(secretsOf(given)).toEqual(inEach(kind, COMPLETE));
      expect(statements(given)).toEqual([{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: COMPLETE }]);
    });

    test.each<[string, (stack: Stack) => secretsmanager.ISecret]>([
      ['imported as partial', stack => secretsmanager.Secret.fromSecretPartialArn(stack, 'Key', PARTIAL)],
      ['given as the attributes of a secret', stack => secretsmanager.Secret.fromSecretAttributes(stack, 'Key', { secretPartialArn: PARTIAL })],
    ])('a secret with a partial ARN, %s, is granted with six more characters', (_, make) => {
      expect(statements(withSecret(kind, make))).toEqual([{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: `${PARTIAL}-??????` }]);
    });

    test('a secret of this app is granted by reference', () => {
      const given = withSecret(kind, stack => new secretsmanager.Secret(stack, 'Key'));
      const [id] = Object.keys(Template.fromStack(given.stack).findResources('AWS::SecretsManager::Secret'));
      expect(secretsOf(given)).toEqual(inEach(kind, { Ref: id }));
      expect(statements(given)).toEqual([{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: id } }]);
    });

    test('a secret of another stack of this app adds only an export to that stack', () => {
      const app = new App();
      const secrets = new Stack(app, 'Secrets', { env: { account: '111122223333', region: 'eu-west-1' } });
      const apiKeySecret = new secretsmanager.Secret(secrets, 'Key', { encryptionKey: new kms.Key(secrets, 'Kms') });
      const before = Template.fromStack(secrets).toJSON().Resources;
      const given = fargate({ app });
      kind.add(given.service, { apiKeySecret });
      expect(synthesize(app).errors).toBe('');
      expect(Template.fromStack(secrets).toJSON().Resources).toEqual(before);
      expect(statements(given).map(({ Action }) => Action)).toEqual(['secretsmanager:GetSecretValue', 'kms:Decrypt']);
    });

    test('a JSON field of the secret can have the API key', () => {
      const given = withSecret(kind, stack => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Key', COMPLETE), { apiKeySecretField: 'postman' });
      expect(secretsOf(given)).toEqual(inEach(kind, `${COMPLETE}:postman::`));
      expect(statements(given)).toEqual([{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: COMPLETE }]);
    });

    test('a customer managed key may be used only through Secrets Manager', () => {
      const given = withSecret(kind, stack => new secretsmanager.Secret(stack, 'Key', { encryptionKey: new kms.Key(stack, 'Kms') }));
      const [id] = Object.keys(Template.fromStack(given.stack).findResources('AWS::KMS::Key'));
      expect(statements(given)[1]).toEqual({
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: { 'Fn::GetAtt': [id, 'Arn'] },
        Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
      });
      expect(warnings(given.app)).toEqual([]);
    });

    test('a secret of another region is decrypted there, so the permission names its region', () => {
      const elsewhere = 'arn:aws:secretsmanager:us-east-2:111122223333:secret:postman-AbCdEf';
      const key = 'arn:aws:kms:us-east-2:111122223333:key/11111111-2222-3333-4444-555555555555';
      const literal = withSecret(kind, stack => secretsmanager.Secret.fromSecretAttributes(stack, 'Key', {
        secretCompleteArn: elsewhere, encryptionKey: kms.Key.fromKeyArn(stack, 'Kms', key),
      }));
      const app = new App();
      const other = new Stack(app, 'Other', { env: { account: '111122223333', region: 'us-east-2' } });
      const given = fargate({ app, stack: new Stack(app, 'Stack', { env: ENV, crossRegionReferences: true }) });
      const encryptionKey = new kms.Key(other, 'Kms', { alias: 'postman' });
      kind.add(given.service, { apiKeySecret: new secretsmanager.Secret(other, 'Key', { secretName: 'postman', encryptionKey }) });
      for (const found of [literal, given]) {
        expect(statements(found)[1]).toMatchObject({ Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-2.amazonaws.com' } } });
      }
    });

    test('an imported key is granted on the role, with a warning that its key policy decides, too', () => {
      const given = withSecret(kind, stack => secretsmanager.Secret.fromSecretAttributes(stack, 'Key', {
        secretCompleteArn: COMPLETE, encryptionKey: kms.Key.fromKeyArn(stack, 'Kms', KEY),
      }));
      expect(statements(given)[1]).toMatchObject({ Action: 'kms:Decrypt', Resource: KEY });
      expect(warnings(given.app)).toEqual(['encryptionKeyNotGranted']);
    });

    test('an alias in place of the key gives the key to which it refers, since a permission on an alias allows nothing', () => {
      const imported = withSecret(kind, stack => secretsmanager.Secret.fromSecretAttributes(stack, 'Key', {
        secretCompleteArn: COMPLETE,
        encryptionKey: kms.Alias.fromAliasAttributes(stack, 'Kms', { aliasName: 'alias/postman', aliasTargetKey: kms.Key.fromKeyArn(stack, 'Target', KEY) }),
      }));
      expect(statements(imported)[1]).toMatchObject({ Action: 'kms:Decrypt', Resource: KEY });
      const own = withSecret(kind, stack => new secretsmanager.Secret(stack, 'Key', { encryptionKey: new kms.Key(stack, 'Kms').addAlias('alias/postman') }));
      const [id] = Object.keys(Template.fromStack(own.stack).findResources('AWS::KMS::Key'));
      expect(statements(own)[1]).toMatchObject({ Action: 'kms:Decrypt', Resource: { 'Fn::GetAtt': [id, 'Arn'] } });
    });

    test('an alias whose key is not known is rejected', () => {
      const add = () => withSecret(kind, stack => secretsmanager.Secret.fromSecretAttributes(stack, 'Key', {
        secretCompleteArn: COMPLETE, encryptionKey: kms.Alias.fromAliasName(stack, 'Kms', 'alias/postman'),
      }));
      expect(add).toThrow(
        /: the `encryptionKey` of `apiKeySecret` must be the key itself, got: the alias alias\/postman, .* Key\.fromKeyArn, or with Key\.fromLookup/,
      );
    });

    test('the alias of the default key needs no permission of KMS', () => {
      const given = withSecret(kind, stack => secretsmanager.Secret.fromSecretAttributes(stack, 'Key', {
        secretCompleteArn: COMPLETE, encryptionKey: kms.Alias.fromAliasName(stack, 'Kms', 'alias/aws/secretsmanager'),
      }));
      expect(statements(given)).toEqual([{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: COMPLETE }]);
    });

    test('a secret under the default key of Secrets Manager needs no permission of KMS', () => {
      const given = fargate();
      kind.add(given.service);
      expect(JSON.stringify(statements(given))).not.toContain('kms:');
    });

    test('a secret is not granted with DescribeSecret', () => {
      const given = withSecret(kind, stack => new secretsmanager.Secret(stack, 'Key'));
      expect(JSON.stringify(Template.fromStack(given.stack))).not.toContain('DescribeSecret');
    });

    test.each<[string, (stack: Stack) => secretsmanager.ISecret, Options, RegExp]>([
      ['a parameter\'s ARN',
        stack => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Key', 'arn:aws:ssm:eu-west-1:111122223333:parameter/postman-AbCdEf'), {},
        /`apiKeySecret` must be a secret of Secrets Manager/],
      ['a name that ends like a complete ARN', stack => secretsmanager.Secret.fromSecretNameV2(stack, 'Key', 'postman-secret'), {},
        /`apiKeySecret` is known only by the name postman-secret/],
      ['another account\'s secret by its name', stack => secretsmanager.Secret.fromSecretPartialArn(stack, 'Key', ELSEWHERE.slice(0, -7)), {},
        /belongs to account 444455556666, and a secret of another account can be read only by its complete ARN/],
      ['another account\'s secret under the default key', stack => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Key', ELSEWHERE), {},
        /belongs to account 444455556666, .*customer managed key/],
    ])('a secret that the task cannot read is refused: %s', (_, make, options, message) => {
      expect(synthesize(withSecret(kind, make, options).app).errors).toMatch(message);
    });

    test.each(['a:b', 'a b', ''])('a bad name of a JSON field throws at once: %j', apiKeySecretField => {
      const given = fargate();
      expect(() => kind.add(given.service, { apiKeySecretField }))
        .toThrow(new RegExp(`^Stack/${kind.id}: \`apiKeySecretField\` must be the name of a JSON field without colons or spaces, got: "[^"]*"; leave it out`));
    });

    test('a secret that is known only by its name causes a note, since its ARN is partial', () => {
      const given = fargate();
      kind.add(given.service);
      const notes = synthesize(given.app).messages.filter(({ level }) => level === 'info').map(({ text }) => text);
      expect(notes).toContainEqual(expect.stringMatching(/complete ARN.*cdk-postman-live-collection:partialSecretArn/));
    });
  });

  describe('the execution role', () => {
    test('an imported execution role that may be changed gets its grants in a separate policy', () => {
      const given = fargate({ executionRole: stack => iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/execution') });
      kind.add(given.service);
      Template.fromStack(given.stack).hasResourceProperties('AWS::IAM::Policy', {
        Roles: ['execution'],
        PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'secretsmanager:GetSecretValue' })]) },
      });
      expect(warnings(given.app)).toEqual([]);
    });

    test.each<[string, (stack: Stack) => iam.IRole]>([
      ['is imported as immutable', stack => iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/execution', { mutable: false })],
      ['belongs to another account', stack => iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::444455556666:role/execution')],
      ['accepts no policy updates',
        stack => new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') }).withoutPolicyUpdates()],
    ])('an execution role that %s causes a warning', (_, executionRole) => {
      const given = fargate({ executionRole });
      kind.add(given.service);
      expect(warnings(given.app)).toEqual(['executionRoleNotGranted']);
    });
  });
});
