import { checkKeySources, checkParameter, checkRole, checkSecret, COMMAND_LINE_WORDS, CONSTRUCT_WORDS, messagesOf, SECRET_SUFFIX } from '../../src/preflight';
import type { ParameterFacts, RoleFacts, SecretFacts } from '../../src/preflight';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/key-AbCdEf';
const UNKNOWN = { unknown: 'known only to CloudFormation' };

/** A secret without findings. */
const FINE: SecretFacts = { secret: ARN, arn: ARN, isComplete: true, secretName: 'team/key', hasCustomerKey: false };

test.each<[string, Partial<SecretFacts>, string, object]>([
  ['an ARN of another AWS service', { arn: 'arn:aws:ssm:eu-west-1:111122223333:parameter/key' }, 'apiKeySecret', { problem: 'notSecretsManager', secret: ARN }],
  ['another account and the default key', { otherAccount: '444455556666' }, 'apiKeySecret', { problem: 'defaultKey', secret: ARN, account: '444455556666' }],
  ['only a name', { isComplete: false }, 'partialSecretArn', { arn: ARN }],
  ['only a name, and an ARN that only CloudFormation knows', { isComplete: false, arn: UNKNOWN }, 'partialSecretArn', {}],
  ['an imported key', { hasCustomerKey: true, importedKey: 'arn:key' }, 'encryptionKeyNotGranted', { key: 'arn:key' }],
])('a finding is reported for a secret with %s', (_, facts, id, values) => {
  expect(checkSecret({ ...FINE, ...facts })).toEqual([{ id, values }]);
});

test('a secret that is known only by a name that ends like a complete ARN is refused', () => {
  expect(checkSecret({ ...FINE, isComplete: false, secretName: 'team-secret' })[0]).toEqual({
    id: 'apiKeySecret', values: { problem: 'ambiguousName', secret: 'team-secret' },
  });
  expect(['a-AbCdE1', 'postman-secret', 'a-abcde', 'a-abcdefg', 'a-abc_ef', 'abcdef'].map(name => SECRET_SUFFIX.test(name)))
    .toEqual([true, true, false, false, false, false]);
});

test('a secret of another account that is known only by its name is refused, even with a customer managed key', () => {
  const findings = checkSecret({ ...FINE, isComplete: false, otherAccount: '444455556666', hasCustomerKey: true });
  expect(findings.map(({ values }) => values)).toEqual([{ problem: 'partialArn', secret: ARN, account: '444455556666' }, { arn: ARN }]);
});

test.each<[string, Partial<SecretFacts>]>([
  ['a complete ARN', {}],
  ['an ARN that only CloudFormation knows', { arn: UNKNOWN }],
  ['a name that ends like a complete ARN, if the ARN is complete', { secretName: 'team-secret' }],
  ['another account and a customer managed key', { otherAccount: '444455556666', hasCustomerKey: true }],
])('nothing is reported for a secret with %s', (_, facts) => {
  expect(checkSecret({ ...FINE, ...facts })).toEqual([]);
});

test.each<[RoleFacts, string[]]>([
  [{ access: 'granted' }, []],
  [{ access: 'notGranted', role: 'role', container: 'agent', statements: ['{}'] }, ['executionRoleNotGranted']],
  [{ access: 'denied', why: 'why' }, ['executionRoleCannotReadSecret']],
  [{ access: 'unknown', why: 'why' }, ['executionRoleUnknown']],
])('the access of the execution role, %j, gives the findings %j', (facts, ids) => {
  expect(checkRole(facts).map(({ id }) => id)).toEqual(ids);
});

describe('the parameter', () => {
  const PARAMETER: ParameterFacts = { parameter: '/team/key', name: '/team/key', type: 'SecureString', hasCustomerKey: false };

  test.each<[string, Partial<ParameterFacts>, readonly object[]]>([
    ['that is a SecureString', {}, []],
    ['of which nothing is known', { name: UNKNOWN, type: UNKNOWN, hasCustomerKey: UNKNOWN }, []],
    ['that is a String', { type: 'String' }, [{ id: 'apiKeyParameter', values: { problem: 'clearText', parameter: '/team/key', type: 'String' } }]],
    ['that is a StringList', { type: 'StringList' }, [{ id: 'apiKeyParameter', values: { problem: 'clearText', parameter: '/team/key', type: 'StringList' } }]],
    ['that this app makes, whatever its type is', { madeBy: 'Stack/Key', type: 'String' }, [
      { id: 'apiKeyParameter', values: { problem: 'madeHere', parameter: '/team/key', resource: 'Stack/Key' } },
    ]],
    ['that is a secret, whatever its type is', { name: '/aws/reference/secretsmanager/key', type: 'String' }, [
      { id: 'apiKeyParameter', values: { problem: 'secretReference', parameter: '/team/key', secret: 'key' } },
    ]],
    ['of another account under the default key', { otherAccount: '444455556666' }, [
      { id: 'apiKeyParameter', values: { problem: 'defaultKey', parameter: '/team/key', account: '444455556666' } },
    ]],
    ['of another account whose key is unknown', { otherAccount: '444455556666', hasCustomerKey: UNKNOWN }, [
      { id: 'parameterOfOtherAccount', values: { parameter: '/team/key', account: '444455556666' } },
    ]],
    ['with an imported key', { hasCustomerKey: true, importedKey: 'Stack/Kms' }, [
      { id: 'encryptionKeyNotGranted', values: { key: 'Stack/Kms', store: 'ssm' } },
    ]],
  ])('%s', (_, facts, findings) => {
    expect(checkParameter({ ...PARAMETER, ...facts })).toEqual(findings);
  });

  test('each face calls the option as it does, and has its own way out', () => {
    const found = checkParameter({ ...PARAMETER, type: 'String' });
    const [construct, commandLine] = [CONSTRUCT_WORDS, COMMAND_LINE_WORDS].map(words => messagesOf(found, words)[0].text);
    expect(construct).toMatch(/^`apiKeyParameter` \/team\/key is imported as a parameter of type String.*StringParameter\.fromSecureStringParameterAttributes/);
    expect(commandLine).toMatch(/^`--api-key-parameter` \/team\/key is a parameter of type String.*under another name, since the type/);
    expect(commandLine).not.toContain('StringParameter.');
  });
});

test.each<[readonly string[], readonly string[]]>([
  [[], []], [['apiKeyParameter'], []], [['apiKeySecret', 'apiKeySecretField'], []], [['apiKeyParameter', 'image'], []],
  [['apiKeyParameter', 'apiKeySecret'], ['apiKeySecret', 'apiKeyParameter']],
  [['apiKeySecretField', 'apiKeyParameter'], ['apiKeySecretField', 'apiKeyParameter']],
])('of the options %j, those that give the key from two places are %j', (given, options) => {
  const all = Object.fromEntries(given.map(option => [option, 'given']));
  expect(checkKeySources(all)).toEqual(options.length === 0 ? [] : [{ id: 'apiKeySources', values: { options } }]);
});

test('what is said of an execution role names the parameter if the key is in one', () => {
  const said = (facts: RoleFacts) => messagesOf(checkRole(facts), COMMAND_LINE_WORDS)[0].text;
  expect(said({ access: 'denied', why: 'why', store: 'ssm' })).toContain('cannot read the parameter,');
  expect(said({ access: 'unknown', why: 'why', store: 'ssm' })).toContain('can read the parameter:');
  expect(said({ access: 'denied', why: 'why' })).toContain('cannot read the secret,');
});
