import { checkRole, checkSecret, SECRET_SUFFIX } from '../../src/preflight';
import type { RoleFacts, SecretFacts } from '../../src/preflight';

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
