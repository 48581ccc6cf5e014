import { clauseOf, failureOf, isDenied, isPassing, isThrottled, isUnsettled, Unanswered } from '../../src/aws/errors';
import { AccountFailure, ExitCode, Failure } from '../../src/aws/failure';

const sdkError = (name: string, message = 'said AWS', more: object = {}) => Object.assign(new Error(message), { name, ...more });
const CALL = { action: 'ecs:UpdateService', subject: 'service orders', resource: 'arn:orders' };
const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

test.each(['AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation'])('%s is a denial', name => expect(isDenied(sdkError(name))).toBe(true));

test.each([sdkError('ThrottlingException'), sdkError('Throttling'), sdkError('RequestLimitExceeded', '', status(503)), sdkError('Whatever', '', status(429))])('%s is a throttle', error => {
  expect(isThrottled(error)).toBe(true);
});

describe('whether a call was carried out', () => {
  test.each([
    sdkError('Error', '', { code: 'ECONNRESET' }), sdkError('Error', '', { code: 'EPIPE' }), sdkError('TimeoutError'), new Unanswered('ecs:UpdateService', 10), sdkError('ServerException', '', status(500)),
    sdkError('Unknown', '', { $fault: 'server' }),
  ])('is not known after %s, and it may be made again', error => {
    expect([isUnsettled(error), isPassing(error)]).toEqual([true, true]);
  });

  test.each([sdkError('Error', '', { code: 'ECONNREFUSED' }), sdkError('Error', '', { code: 'EAI_AGAIN' })])('is known after %s: it was not, and it may be made again', error => {
    expect([isUnsettled(error), isPassing(error)]).toEqual([false, true]);
  });

  test.each([sdkError('InvalidParameterException', '', status(400)), sdkError('Error', '', { code: 'ENOTFOUND' }), sdkError('AccessDeniedException', '', status(400)), undefined, 'text'])(
    'is known after %s, and it is not made again', error => {
      expect([isUnsettled(error), isPassing(error)]).toEqual([false, false]);
    });
});

describe('the sentence for', () => {
  const SENTENCES: Readonly<Record<string, readonly [unknown, RegExp, boolean]>> = {
    'a denial names the call and the statement to add': [sdkError('AccessDeniedException'), /^ecs:UpdateService for service orders was denied: said AWS\nAdd .*"Action":"ecs:UpdateService","Resource":"arn:orders"/, false],
    'a denial of another permission names that one': [
      sdkError('AccessDeniedException', 'User: arn:aws:iam::1:user/x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/execution because no identity-based policy allows it'),
      /"Action":"iam:PassRole","Resource":"arn:aws:iam::1:role\/execution"/, false,
    ],
    'a token that has expired tells how to sign in': [sdkError('ExpiredTokenException'), /expired.*aws sso login --profile dev/, true],
    'a profile without credentials names it': [sdkError('CredentialsProviderError', 'no such profile'), /profile dev gives no AWS credentials: no such profile/, true],
    'a session that has expired tells how to sign in': [sdkError('CredentialsProviderError', 'The SSO session token associated with profile=dev was not found or is invalid'), /expired.*aws sso login/, true],
    'a wrong clock': [sdkError('InvalidSignatureException', 'Signature expired: 20200101 is now earlier than 20250101'), /clock of this machine is wrong/, true],
    'keys that AWS does not know': [sdkError('UnrecognizedClientException'), /does not take the credentials/, true],
    'a region without an address names it': [sdkError('Error', 'getaddrinfo', { code: 'ENOTFOUND' }), /region eu-nowhere-1 exists/, true],
    'a server that refuses connections': [sdkError('Error', 'connect', { code: 'ECONNREFUSED' }), /AWS_ENDPOINT_URL/, true],
    'a call that was not answered': [new Unanswered('ecs:UpdateService', 10), /did not answer ecs:UpdateService for service orders.*within 10 s.*same command again/, false],
    'anything else has its words and its code': [sdkError('PlatformUnknownException'), /^ecs:UpdateService for service orders failed: said AWS \(PlatformUnknownException\)$/, false],
  };
  test.each(Object.entries(SENTENCES))('%s', (_, [error, sentence, isOfTheAccount]) => {
    const failure = failureOf(error, { ...CALL, profile: 'dev', region: 'eu-nowhere-1' });
    expect(failure.message).toMatch(sentence);
    expect(failure.exitCode).toBe(ExitCode.FAILED);
    expect(failure instanceof AccountFailure).toBe(isOfTheAccount);
  });

  test('a failure is the failure itself', () => {
    const failure = new Failure('as it is');
    expect(failureOf(failure, CALL)).toBe(failure);
  });

  test('a fact that could not be seen is a clause', () => {
    expect(clauseOf(sdkError('UnauthorizedOperation'), 'ec2:DescribeSubnets')).toBe('the permission ec2:DescribeSubnets is missing');
    expect(clauseOf(sdkError('Error', 'no'), 'ec2:DescribeSubnets')).toBe('ec2:DescribeSubnets failed: no');
  });
});
