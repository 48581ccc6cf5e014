import { inUsersLanguage } from '../../src/cdk/users-language';
import { fargate, sidecar } from '../given';

const PYTHON = 'Python/3.12.1';

afterEach(() => { delete process.env.JSII_AGENT; });

const PLAIN = 'Subnet HelloFargate/Vpc/IsolatedSubnet1 has no route; `awsvpc`; docker.postman.com';

test.each([
  ['`collectionId` must be `<owner>-<uuid>`', '`collection_id` must be `<owner>-<uuid>`'],
  ['`memoryLimitMiB` is 900 MiB', '`memory_limit_mib` is 900 MiB'],
  ['set `egressCheck` to `EgressCheck.WARN`', 'set `egress_check` to `EgressCheck.WARN`'],
  ['import it with Secret.fromSecretCompleteArn', 'import it with Secret.from_secret_complete_arn'],
  ['`image`, `proxyUrl`', '`image`, `proxy_url`'],
  [PLAIN, PLAIN],
])('the message "%s" is "%s" in Python', (written, python) => {
  expect(inUsersLanguage(written, PYTHON)).toBe(python);
});

test.each([undefined, 'Java/17.0.15', 'Go/1.26'])('a message does not change for the language %s', agent => {
  expect(inUsersLanguage('`collectionId`, Secret.fromSecretCompleteArn', agent)).toBe('`collectionId`, Secret.fromSecretCompleteArn');
});

test('an app in Python gets the error for a bad property with the name that it wrote', () => {
  process.env.JSII_AGENT = PYTHON;
  const { service } = fargate();
  expect(() => sidecar(service, { hostAllow: ['('] })).toThrow(/`host_allow` must be/);
});

test('an app in Python gets the error for two different sidecars with the names that it wrote', () => {
  process.env.JSII_AGENT = PYTHON;
  const { service, stack, cluster, taskDefinition } = fargate();
  sidecar(service);
  const other = new (service.constructor as any)(stack, 'Other', { cluster, taskDefinition });
  expect(() => sidecar(other, { rateLimitPerMinute: 7 }, 'OtherLca')).toThrow(/differ in `rate_limit_per_minute`/);
});
