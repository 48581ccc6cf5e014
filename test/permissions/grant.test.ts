import { parameterResource } from '../../src/agent';
import { ApiKeySource, grantDocument, namesSource, sourceGrantedBy } from '../../src/permissions';
import * as fc from '../random';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555';
const SECRET: ApiKeySource = { store: 'secretsmanager', arn: ARN, arnIsComplete: true, region: 'eu-west-1' };
const PARAMETER: ApiKeySource = { store: 'ssm', arn: 'arn:aws:ssm:eu-west-1:111122223333:parameter/team/key', arnIsComplete: true, region: 'eu-west-1' };
const statement = { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: [ARN] };
const document = (...Statement: unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement });

describe('the document of a grant', () => {
  test.each<[string, ApiKeySource]>([
    ['a secret', SECRET],
    ['a secret and its key', { ...SECRET, keyArn: KEY }],
    ['a parameter', PARAMETER],
    ['a parameter and its key', { ...PARAMETER, keyArn: KEY }],
    ['a secret that is known by a part of its ARN', { ...SECRET, arn: ARN.slice(0, -7), arnIsComplete: false }],
    ['the wildcard that earlier versions wrote for an alias', { ...SECRET, keyArn: KEY.replace(/key.*/, 'key/*') }],
  ])('the document for %s is recognized', (_, secret) => {
    expect(sourceGrantedBy(grantDocument(secret))).toEqual(secret);
    expect(sourceGrantedBy(JSON.stringify(JSON.parse(grantDocument(secret)), undefined, 2))).toEqual(secret);
  });

  test.each<[string, string]>([
    ['nothing', ''], ['no JSON', '{'], ['null', 'null'], ['a list', '[]'], ['no statement', '{"Version":"2012-10-17"}'], ['an empty list', document()],
    ['a statement that is not a list', JSON.stringify({ Version: '2012-10-17', Statement: statement })], ['null as a statement', document(null)],
    ['one more statement', document(statement, { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['*'] })],
    ['one more action', document({ ...statement, Action: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'] })],
    ['one more resource', document({ ...statement, Resource: [ARN, `${ARN}x`] })], ['every secret', document({ ...statement, Resource: ['*'] })],
    ['secrets with a prefix', document({ ...statement, Resource: ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/*'] })],
    ['parameters of a path', document({ ...statement, Action: ['ssm:GetParameters'], Resource: [`${PARAMETER.arn}/*`] })],
    ['a parameter and the action for a secret', document({ ...statement, Resource: [PARAMETER.arn] })],
    ['a secret and the action for a parameter', document({ ...statement, Action: ['ssm:GetParameters'] })],
    ['a Deny', document({ ...statement, Effect: 'Deny' })], ['a Sid', document({ ...statement, Sid: 'Own' })],
    ['a condition', document({ ...statement, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } })],
    ['a key without its condition', document(statement, { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [KEY] })],
    ['another version', JSON.stringify({ Version: '2008-10-17', Statement: [statement] })],
  ])('a document with %s is not one of this program', (_, text) => {
    expect(sourceGrantedBy(text)).toBeUndefined();
  });

  test('any change of a document makes it another one', () => {
    const text = grantDocument({ ...SECRET, keyArn: KEY });
    fc.assert(fc.property(fc.nat({ max: text.length - 1 }), fc.constantFrom('*', 'x', '"', ' '), (at, other) => {
      fc.pre(text[at] !== other);
      const changed = sourceGrantedBy(text.slice(0, at) + other + text.slice(at + 1));
      // Other names of the secret and the key are the documents of these.
      if (changed !== undefined) expect(changed).not.toEqual({ ...SECRET, keyArn: KEY });
    }));
  });
});

test.each<[string, boolean]>([
  [ARN, true], [`${ARN}:key::`, true], [`${ARN}:::1234`, true], [ARN.slice(0, -7), true], [`${ARN.slice(0, -7)}:key:AWSCURRENT:`, true],
  ['/aws/reference/secretsmanager/postman/api-key', true], ['arn:aws:ssm:eu-west-1:111122223333:parameter/aws/reference/secretsmanager/postman/api-key', true],
  [`${ARN.slice(0, -6)}ZyXwVu`, false], [`${ARN}x`, false], [ARN.slice(0, -8), false], [ARN.replace('eu-west-1', 'us-east-1'), false],
  ['arn:aws:ssm:eu-west-1:111122223333:parameter/postman/api-key', false], ['postman/api-key', false], ['', false],
])('whether %s is the secret: %s', (reference, expected) => {
  expect(namesSource(reference, SECRET)).toBe(expected);
});

test.each<[string, boolean]>([
  [PARAMETER.arn, true], ['/team/key', true], ['team/key', true], [`${PARAMETER.arn}:3`, true],
  [`${PARAMETER.arn}s`, false], ['/team/keys', false], ['/key', false], ['key', false], ['/other/team/key', false], ['', false],
  [PARAMETER.arn.replace('eu-west-1', 'us-east-1'), false], [PARAMETER.arn.replace('111122223333', '444455556666'), false],
  ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:team/key', false], ['/aws/reference/secretsmanager/team/key', false],
])('whether %s is the parameter: %s', (reference, expected) => {
  expect(namesSource(reference, PARAMETER)).toBe(expected);
});

test('any parameter is recognized by its ARN and by its name, and by those of no other', () => {
  const name = fc.array(fc.stringMatching(/^[\w.-]{1,8}$/), { minLength: 1, maxLength: 4 }).map(names => names.length === 1 ? names[0] : `/${names.join('/')}`);
  const arnOf = (given: string) => `arn:aws:ssm:eu-west-1:111122223333:${parameterResource(given)}`;
  fc.assert(fc.property(name, name, (one, other) => {
    const source = { ...PARAMETER, arn: arnOf(one) };
    for (const reference of [one, arnOf(one)]) expect(namesSource(reference, source)).toBe(true);
    for (const reference of [other, arnOf(other)]) expect(namesSource(reference, source)).toBe(one === other);
    expect(sourceGrantedBy(grantDocument(source))).toEqual(source);
  }));
});

test('a secret that is known by a part of its ARN is also its complete ARN', () => {
  const partial = { store: 'secretsmanager' as const, arn: ARN.slice(0, -7), arnIsComplete: false };
  expect([ARN, `${ARN}:key::`, partial.arn, `${ARN}-ZyXwVu`].map(reference => namesSource(reference, partial))).toEqual([true, true, true, false]);
});
