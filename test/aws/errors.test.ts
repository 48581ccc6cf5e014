import { clauseOf, failureOf, isDenied, isPassing, isThrottled, isUnsettled, Unanswered } from '../../src/aws/calls/errors';
import { AccountFailure, Failure } from '../../src/aws/calls/failure';
import { COMMAND_LINE_HINTS } from '../../src/cli/hints';

const sdkError = (name: string, message = 'said AWS', more: object = {}) => Object.assign(new Error(message), { name, ...more });
const CALL = { action: 'ecs:UpdateService', subject: 'service orders', resource: 'arn:orders' };
const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

test.each(['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation'])('%s is a denial', name => expect(isDenied(sdkError(name))).toBe(true));

test.each([
  sdkError('ThrottlingException'), sdkError('Throttling'), sdkError('RequestLimitExceeded', '', status(503)), sdkError('Whatever', '', status(429)),
  sdkError('ClientException', 'Too many concurrent attempts to create a new revision of the specified family.'),
])('%s is a throttle', error => {
  expect(isThrottled(error)).toBe(true);
});

describe('whether a call was carried out', () => {
  test.each([
    sdkError('Error', '', { code: 'ECONNRESET' }), sdkError('Error', '', { code: 'EPIPE' }), sdkError('TimeoutError'), new Unanswered('ecs:UpdateService', 10),
    sdkError('ServerException', '', status(500)), sdkError('Unknown', '', { $fault: 'server' }), new SyntaxError('Unexpected end of JSON input'),
  ])('it is unknown whether a call was carried out after %s, and it may be repeated', error => {
    expect([isUnsettled(error), isPassing(error)]).toEqual([true, true]);
  });

  test.each([
    sdkError('Error', '', { code: 'ECONNREFUSED' }), sdkError('Error', '', { code: 'EAI_AGAIN' }),
  ])('a call was not carried out after %s, and it may be repeated', error => {
    expect([isUnsettled(error), isPassing(error)]).toEqual([false, true]);
  });

  test.each([
    sdkError('InvalidParameterException', '', status(400)), sdkError('Error', '', { code: 'ENOTFOUND' }), sdkError('AccessDeniedException', '', status(400)),
    undefined, 'text',
  ])('a call was not carried out after %s, and it is not repeated', error => {
    expect([isUnsettled(error), isPassing(error)]).toEqual([false, false]);
  });
});

describe('the sentence for an error', () => {
  const SENTENCES: Readonly<Record<string, readonly [unknown, RegExp, boolean]>> = {
    'a denial names the call and the statement to add': [
      sdkError('AccessDeniedException'),
      /^ecs:UpdateService for service orders was denied: said AWS\nAdd this statement .*"Action":"ecs:UpdateService","Resource":"arn:orders"/, false,
    ],
    'a denial of another permission names that one': [
      sdkError('AccessDeniedException', 'User: arn:aws:iam::1:user/x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/execution '
        + 'because no identity-based policy allows it'),
      /"Action":"iam:PassRole","Resource":"arn:aws:iam::1:role\/execution"/, false,
    ],
    'an explicit deny, as of a service control policy, has no statement to add': [
      sdkError('AccessDeniedException', 'User: arn:aws:iam::1:user/x is not authorized to perform: ecs:UpdateService '
        + 'with an explicit deny in a service control policy'),
      /^ecs:UpdateService for service orders was denied: .*\nA policy denies this explicitly, so no further statement can allow it/, false,
    ],
    'an expired token says how to sign in': [sdkError('ExpiredTokenException'), /expired.*aws sso login --profile dev/, true],
    'a profile without credentials is named': [
      sdkError('CredentialsProviderError', 'no such profile'), /profile dev has no AWS credentials: no such profile/, true,
    ],
    'an expired session says how to sign in': [
      sdkError('CredentialsProviderError', 'The SSO session token associated with profile=dev was not found or is invalid'), /expired.*aws sso login/, true,
    ],
    'a wrong clock is named': [
      sdkError('InvalidSignatureException', 'Signature expired: 20200101 is now earlier than 20250101'), /clock of this machine is wrong/, true,
    ],
    'rejected credentials are named': [sdkError('UnrecognizedClientException'), /AWS rejected the credentials.*Check that they belong to this account/, true],
    'a region without an address is named': [sdkError('Error', 'getaddrinfo', { code: 'ENOTFOUND' }), /region eu-nowhere-1 exists/, true],
    'a server that refuses connections names AWS_ENDPOINT_URL': [sdkError('Error', 'connect', { code: 'ECONNREFUSED' }), /AWS_ENDPOINT_URL/, true],
    'an unanswered call says to run the same command again': [
      new Unanswered('ecs:UpdateService', 10), /did not answer ecs:UpdateService for service orders.*within 10 s.*same command again/, false,
    ],
    'any other error has its message and its code': [
      sdkError('PlatformUnknownException'), /^ecs:UpdateService for service orders failed: said AWS \(PlatformUnknownException\)$/, false,
    ],
  };
  test.each(Object.entries(SENTENCES))('%s', (_, [error, sentence, isOfTheAccount]) => {
    const failure = failureOf(error, { ...CALL, profile: 'dev', region: 'eu-nowhere-1' }, COMMAND_LINE_HINTS);
    expect(failure.message).toMatch(sentence);
    expect(failure.kind).toBe('failed');
    expect(failure instanceof AccountFailure).toBe(isOfTheAccount);
  });

  const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:postman-AbCdEf';
  const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234';
  test.each([
    ['Access to KMS is not allowed', 'arn:aws:kms:us-east-1:111122223333:key/*'],
    [`User: arn:aws:iam::1:user/x is not authorized to perform: kms:GenerateDataKey on resource: ${KEY} because no identity-based policy allows it`, KEY],
  ])('a denial of the key of a secret names what Secrets Manager does with it, not the call: %s', (message, key) => {
    const call = { action: 'secretsmanager:PutSecretValue', subject: 'secret postman', resource: SECRET };
    const [, way] = failureOf(sdkError('AccessDeniedException', message), call, COMMAND_LINE_HINTS).message.split('\n');
    expect(JSON.parse(/\{.*\}/.exec(way)![0])).toEqual({
      Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: key,
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
    });
  });

  test('a denial of a call to KMS itself names that call', () => {
    const message = `User: arn:aws:iam::1:user/x is not authorized to perform: kms:DescribeKey on resource: ${KEY}`;
    expect(failureOf(sdkError('AccessDeniedException', message), { action: 'kms:DescribeKey', resource: KEY }, COMMAND_LINE_HINTS).message)
      .toContain(`{"Effect":"Allow","Action":"kms:DescribeKey","Resource":"${KEY}"}`);
  });

  test('the sentence for a Failure is the Failure itself', () => {
    const failure = new Failure('as it is');
    expect(failureOf(failure, CALL, COMMAND_LINE_HINTS)).toBe(failure);
  });

  test('a fact that could not be read is a clause', () => {
    expect(clauseOf(sdkError('UnauthorizedOperation'), 'ec2:DescribeSubnets')).toBe('the permission ec2:DescribeSubnets is missing');
    expect(clauseOf(sdkError('Error', 'no'), 'ec2:DescribeSubnets')).toBe('ec2:DescribeSubnets failed: no');
  });
});
