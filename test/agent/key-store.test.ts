import { isDefaultKey, keyStoreOf, PARAMETER_NAME, parameterResource, SECRET_REFERENCE } from '../../src/agent';
import * as fc from '../random';

const name = fc.stringMatching(/^[\w.-]{1,20}$/);
const path = fc.array(name, { minLength: 1, maxLength: 15 }).map(names => `/${names.join('/')}`);

test.each<[string, 'secretsmanager' | 'ssm']>([
  ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-AbCdEf', 'secretsmanager'],
  ['arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:a:key::', 'secretsmanager'],
  ['arn:${AWS::Partition}:secretsmanager:eu-west-1:1:secret:a', 'ssm'],
  ['arn:aws:ssm:eu-west-1:111122223333:parameter/a', 'ssm'],
  ['/team/postman', 'ssm'], ['postman', 'ssm'], ['secretsmanager', 'ssm'],
])('what a task definition refers to by %s is in %s', (reference, store) => {
  expect(keyStoreOf(reference)).toBe(store);
});

test('every name and every path of names is the name of a parameter, and gives the resource of an ARN with one slash before it', () => {
  fc.assert(fc.property(fc.oneof(name, path), given => {
    expect(given).toMatch(PARAMETER_NAME);
    expect(parameterResource(given)).toMatch(/^parameter\/[\w.-]/);
    expect(parameterResource(given).slice('parameter'.length).replace(/^\//, '')).toBe(given.replace(/^\//, ''));
  }));
});

test.each([
  ['alias/aws/ssm', true], ['alias/aws/secretsmanager', true], ['arn:aws:kms:eu-west-1:111122223333:alias/aws/ssm', true],
  ['alias/aws/s3', false], ['alias/team', false], ['alias/own/alias/aws/ssm', false], ['arn:aws:kms:eu-west-1:111122223333:key/1', false],
])('whether %s is the default key: %s', (key, expected) => {
  expect(isDefaultKey(key)).toBe(expected);
});

test.each([
  '', '/', 'a/b', '/a/', '//a', '/a//b', '/a b', 'a:3', '/a:label', 'é', 'arn:aws:ssm:eu-west-1:111122223333:parameter/a', '/a\n', 'a*', '/a?',
])('%j is not the name of a parameter', given => {
  expect(PARAMETER_NAME.test(given)).toBe(false);
});

test.each<[string, string | undefined]>([
  ['/aws/reference/secretsmanager/team/key', 'team/key'], ['aws/reference/secretsmanager/key', 'key'], ['/aws/reference/secretsmanager/key:1', 'key'],
  ['/aws/reference/secretsmanager/', undefined], ['/team/aws/reference/secretsmanager/key', undefined], ['/team/key', undefined],
])('%s refers to the secret %s', (given, secret) => {
  expect(SECRET_REFERENCE.exec(given)?.[1]).toBe(secret);
});
