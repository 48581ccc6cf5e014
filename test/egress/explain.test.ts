import { acl, closed, eigw, entry, group, hop, igw, nat, open, proxy, rule, subnet, task, to, unseen, vpc } from './build';
import { EgressJudge, explainEgress } from '../../src/egress';

const explain = (...facts: Parameters<typeof task>) => explainEgress(new EgressJudge().judge(task(...facts)));

test('an explanation of closed subnets names each subnet, and the remedy once', () => {
  expect(explain([{ ...closed, id: 'a' }, open, { ...closed, id: 'b' }])).toEqual([
    'Subnet a has no route to the internet; its only route is the VPC\'s local route.',
    'Subnet b has no route to the internet; its only route is the VPC\'s local route. '
    + 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets with such a route.',
  ]);
});

test('an explanation says once what is true of each subnet', () => {
  const at = { hostKind: 'MANAGED_INSTANCES' as const };
  const lines = explain([subnet([to('0.0.0.0/0', igw)], { publicIpv4: true, id: 'a' }), subnet([to('0.0.0.0/0', igw)], { publicIpv4: true, id: 'b' })], at);
  expect(lines).toEqual([expect.stringMatching(/^AWS does not say whether tasks on Managed Instances get the public address/)]);
});

test('an explanation names routes whose range or target is not known', () => {
  expect(explain(subnet([to(unseen('the range is a parameter'), hop('transit-gateway'))]))).toEqual(expect.arrayContaining([
    expect.stringContaining('a range that is not known -> transit gateway transit-gateway-1; what lies beyond it cannot be seen'),
    expect.stringContaining('it is unknown which addresses its route to transit gateway transit-gateway-1 covers: the range is a parameter.'),
  ]));
  expect(explain(subnet([to('10.8.0.0/16', unseen()), to('10.9.0.0/16', igw)]))[0])
    .toContain('it has 10.8.0.0/16 -> a target that is not known and 10.9.0.0/16 -> internet gateway igw-1');
});

test('an explanation puts what is certain before what is unknown', () => {
  const [first, second, ...rest] = explain([subnet([to('0.0.0.0/0', hop('transit-gateway'))]), closed]);
  expect(first).toMatch(/^Subnet subnet-closed has no route/);
  expect(second).toMatch(/^Subnet subnet-1: 0\.0\.0\.0\/0 -> transit gateway transit-gateway-1; what lies beyond it cannot be seen from here\. Check that/);
  expect(rest).toEqual([]);
});

test('an explanation of a reachable network shows every step of the path, in its order', () => {
  expect(explain(open)).toEqual([
    'Security group sg-1 allows TCP 443 to the internet.',
    'Subnet subnet-open: its network ACL (default) allows the traffic both ways.',
    'Subnet public-1: its network ACL (default) allows the traffic both ways.',
    'Subnet subnet-open: 0.0.0.0/0 -> NAT gateway nat-1, and from its subnet to internet gateway igw-1.',
  ]);
});

test('an explanation of a security group shows its rules', () => {
  expect(explain(open, { securityGroups: [group(rule('tcp', [80, 80], '0.0.0.0/0'), rule('udp', [53, 54], '10.0.0.0/8'))] })).toEqual([
    'No egress rule of security group sg-1 allows TCP 443 to the internet; the rules are: tcp 80 to 0.0.0.0/0 and udp 53-54 to 10.0.0.0/8. '
    + 'Add an egress rule for TCP 443 to 0.0.0.0/0.',
  ]);
});

test('an explanation tells a security group that is unknown from several', () => {
  const hidden = (id: string) => ({ id, egress: unseen('the rules are elsewhere') });
  expect(explain(open, { securityGroups: [hidden('sg-1')] })).toEqual([
    'It is unknown whether security group sg-1 allows TCP 443 to the internet: the rules are elsewhere. '
    + 'Check that it does, or add an egress rule for TCP 443 to 0.0.0.0/0.',
  ]);
  expect(explain(open, { securityGroups: [hidden('sg-1'), hidden('sg-2')] })).toEqual([
    'It is unknown whether security groups sg-1 and sg-2 allow TCP 443 to the internet: the rules are elsewhere. '
    + 'Check that they do, or add an egress rule for TCP 443 to 0.0.0.0/0.',
  ]);
});

test('an explanation tells what ECS reads before the task starts from what the agent sends', () => {
  const startup = { endpointServices: ['secretsmanager', 'ecr.api'] };
  expect(explain(closed, { destination: proxy('10.0.9.9'), startup, vpc: vpc({ endpoints: ['ecr.api'] }) })).toEqual([
    'Before the task starts: ECS cannot start the tasks: they have no internet access, '
    + 'and VPC vpc-1 has no endpoint for secretsmanager. Add VPC endpoints for secretsmanager, or give the tasks internet access.',
  ]);
});

test('an explanation of a closed network on Fargate says that tasks cannot start', () => {
  expect(explain(closed, { startup: {} })).toEqual([
    'Subnet subnet-closed has no route to the internet; its only route is the VPC\'s local route. '
    + 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets with such a route.',
    'Before the task starts: ECS uses the same interface to pull the image and read the API key, so tasks cannot start. '
    + 'Fixing internet access fixes both.',
  ]);
});

test('an explanation of a public subnet without a public address gives both remedies', () => {
  expect(explain(subnet([to('0.0.0.0/0', igw)]))).toEqual([
    'Subnet subnet-1: 0.0.0.0/0 -> internet gateway igw-1, but the task gets no public address there. '
    + 'Assign a public address (assignPublicIp), or place the tasks in private subnets with a route to a NAT gateway.',
  ]);
});

test('an explanation of routes to half of the internet names an unreachable range', () => {
  expect(explain(subnet([to('128.0.0.0/1', nat())]))).toEqual([
    'Subnet subnet-1 has routes to only part of the internet (none to 1.0.0.0-9.255.255.255, for example); '
    + 'besides the VPC\'s local route, it has 128.0.0.0/1 -> NAT gateway nat-1. '
    + 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets with such a route.',
  ]);
});

test('an explanation of routes to half of the IPv6 internet names an unreachable range', () => {
  const lines = explain(subnet([to('2000::/4', eigw)], { ipv6: true }), { securityGroups: [group(rule('-1', [], '::/0'))] });
  expect(lines.join('\n')).toContain('(none to 3000::-3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, for example)');
});

test('an explanation of a closed dual-stack subnet leaves out the doubts about IPv6', () => {
  expect(explain(subnet([], { ipv6: true }))).toEqual([
    expect.stringMatching(/^Subnet subnet-1 has no route to the internet; .* Add a NAT gateway/),
    expect.stringMatching(/^No egress rule of security group sg-1 allows TCP 443 to the internet over IPv6;/),
    expect.stringMatching(/^Subnet subnet-1 has no route to the internet over IPv6; .* Add a route ::\/0 to an egress-only internet gateway\.$/),
  ]);
});

test('an explanation of a network ACL that cannot be seen says once what is unknown', () => {
  const doubt = unseen('the action of entry 50 is known only to CloudFormation');
  const networkAcl = acl(entry(50, 'egress', doubt), entry(60, 'egress', doubt), entry(100, 'ingress', 'allow'));
  expect(explain(subnet([to('0.0.0.0/0', nat())], { networkAcl }))).toEqual([
    'Subnet subnet-1: it is unknown whether its network ACL (acl-1) allows outbound TCP 443 to the internet: '
    + 'the action of entry 50 is known only to CloudFormation. '
    + 'Add a rule that allows outbound TCP 443 to the internet, with a lower number than the rules that deny it.',
  ]);
});

describe('the host of Postman in an explanation', () => {
  const EU = 'api.observability.eu.postman.com';
  const lines = (host: string | undefined, facts: Parameters<typeof task>[1]) => explain(open, { ...facts, ...host === undefined ? {} : { host } }).join('\n');

  test.each<[string, Parameters<typeof task>[1], (host: string) => string]>([
    ['DNS servers of the VPC\'s own', { vpc: vpc({ domainNameServers: ['10.0.0.53'] }) }, host => `Check that public names such as ${host} resolve there.`],
    ['a proxy that is known by name', { destination: { kind: 'host', host: 'proxy.example.com', port: 3128 } },
      host => `Check that the tasks reach the proxy and that it reaches ${host}, or give its address instead of its name.`],
    ['a proxy that is known by name, without a port', { destination: { kind: 'host', host: 'proxy.example.com' } },
      host => `Check that the tasks reach the proxy and that it reaches ${host}, or give its address instead of its name.`],
    ['a proxy in the task itself', { destination: proxy('127.0.0.1') }, host => `Check that the proxy reaches ${host}.`],
  ])('a remedy for %s names the host that the agent sends to', (_, facts, sentence) => {
    expect(lines(EU, facts)).toContain(sentence(EU));
    expect(lines(undefined, facts)).toContain(sentence('api.observability.postman.com'));
    expect(lines(EU, facts)).not.toContain('api.observability.postman.com');
  });
});
