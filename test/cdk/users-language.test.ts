import { inUsersLanguage } from '../../src/cdk/users-language';
import { fargate, sidecar } from '../given';

const PYTHON = 'Python/3.12.1';

describe('a message', () => {
  test.each([
    ['`collectionId` must be `<owner>-<uuid>`', '`collection_id` must be `<owner>-<uuid>`'],
    ['`memoryLimitMiB` is 900 MiB', '`memory_limit_mib` is 900 MiB'],
    ['set `egressCheck` to `EgressCheck.WARN`', 'set `egress_check` to `EgressCheck.WARN`'],
    ['import it with Secret.fromSecretCompleteArn', 'import it with Secret.from_secret_complete_arn'],
    ['`image`, `proxyUrl`', '`image`, `proxy_url`'],
    ['Subnet HelloFargate/Vpc/IsolatedSubnet1 has no route; `awsvpc`; docker.postman.com', 'Subnet HelloFargate/Vpc/IsolatedSubnet1 has no route; `awsvpc`; docker.postman.com'],
  ])('has the names of %s as Python writes them', (written, python) => {
    expect(inUsersLanguage(written, PYTHON)).toBe(python);
  });

  test.each([undefined, 'Java/17.0.15', 'Go/1.26'])('stays as it is for %s', agent => {
    expect(inUsersLanguage('`collectionId`, Secret.fromSecretCompleteArn', agent)).toBe('`collectionId`, Secret.fromSecretCompleteArn');
  });
});

describe('an app in Python', () => {
  beforeEach(() => { process.env.JSII_AGENT = PYTHON; });
  afterEach(() => { delete process.env.JSII_AGENT; });

  test('is told of a bad property by the name that it wrote', () => {
    const { service } = fargate();
    expect(() => sidecar(service, { hostAllow: ['('] })).toThrow(/`host_allow` must be/);
  });

  test('is told of two sidecars that differ by the names that it wrote', () => {
    const { service, stack, cluster, taskDefinition } = fargate();
    sidecar(service);
    const other = new (service.constructor as any)(stack, 'Other', { cluster, taskDefinition });
    expect(() => sidecar(other, { rateLimitPerMinute: 7 }, 'OtherLca')).toThrow(/differ in `rate_limit_per_minute`/);
  });
});
