import { acl, closed, eigw, entry, group, hop, igw, nat, open, rule, subnet, task, to, unseen, vpc } from './build';
import { explainEgress, judgeEgress } from '../../src/egress';

const explain = (...facts: Parameters<typeof task>) => explainEgress(judgeEgress(task(...facts)));

describe('an explanation', () => {
  test('of closed subnets names each, and the way out once', () => {
    expect(explain([{ ...closed, id: 'a' }, open, { ...closed, id: 'b' }])).toEqual([
      'Subnet a has no route to the internet; it has none but the local one of its VPC.',
      'Subnet b has no route to the internet; it has none but the local one of its VPC. '
      + 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets that have one.',
    ]);
  });

  test('puts what is certain before what is not in view', () => {
    const [first, second, ...rest] = explain([subnet([to('0.0.0.0/0', hop('transit-gateway'))]), closed]);
    expect(first).toMatch(/^Subnet subnet-closed has no route/);
    expect(second).toMatch(/^Subnet subnet-1: 0\.0\.0\.0\/0 -> transit gateway transit-gateway-1, whose far side is not in view\. See that/);
    expect(rest).toEqual([]);
  });

  test('of a way out shows every step of it', () => {
    expect(explain(open)).toEqual([
      'Subnet subnet-open: 0.0.0.0/0 -> NAT gateway nat-1, and from its subnet to internet gateway igw-1.',
      'The network ACL of subnet public-1, the default network ACL, lets the traffic pass both ways.',
      'The network ACL of subnet subnet-open, the default network ACL, lets the traffic pass both ways.',
      'Security group sg-1 lets TCP 443 out to the internet.',
    ]);
  });

  test('of a security group shows its rules', () => {
    expect(explain(open, { securityGroups: [group(rule('tcp', [80, 80], '0.0.0.0/0'), rule('udp', [53, 54], '10.0.0.0/8'))] })).toEqual([
      'No egress rule of security group sg-1 admits TCP 443 to the internet; the rules are: tcp 80 to 0.0.0.0/0 and udp 53-54 to 10.0.0.0/8. Add an egress rule for TCP 443 to 0.0.0.0/0.',
    ]);
  });

  test('tells what ECS reads before the task starts from what the agent sends', () => {
    expect(explain(closed, { destination: { kind: 'address', address: '10.0.9.9', port: 3128 }, startup: { endpointServices: ['secretsmanager', 'ecr.api'] }, vpc: vpc({ endpoints: ['ecr.api'] }) })).toEqual([
      'Before the task starts: ECS cannot read the image and the secret: there is no way out to the internet, and VPC vpc-1 has no endpoint for secretsmanager. '
      + 'Add VPC endpoints for secretsmanager, or a way out to the internet.',
    ]);
  });

  test('of a closed network on Fargate says what becomes of the start', () => {
    expect(explain(closed, { startup: {} })).toEqual([
      'Subnet subnet-closed has no route to the internet; it has none but the local one of its VPC. '
      + 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets that have one.',
      'Before the task starts: ECS pulls the image and fetches the secret over the same interface, so that the tasks do not start at all. '
      + 'A way out to the internet mends both.',
    ]);
  });

  test('of a public subnet without an address gives both ways out', () => {
    expect(explain(subnet([to('0.0.0.0/0', igw)]))).toEqual([
      'Subnet subnet-1: 0.0.0.0/0 -> internet gateway igw-1, but the task gets no public address there. '
      + 'Assign a public address (assignPublicIp), or place the tasks in private subnets whose route leads to a NAT gateway.',
    ]);
  });

  test('of a half of the internet names what is missing', () => {
    expect(explain(subnet([to('128.0.0.0/1', nat())]))).toEqual([
      'Subnet subnet-1 has a route to only a part of the internet, and none to 1.0.0.0-9.255.255.255, for example; '
      + 'its routes, beside the local one, are 128.0.0.0/1 -> NAT gateway nat-1. '
      + 'Add a NAT gateway in a public subnet and a route 0.0.0.0/0 to it, or place the tasks in subnets that have one.',
    ]);
  });

  test('of a half of the IPv6 internet names what is missing, too', () => {
    const lines = explain(subnet([to('2000::/4', eigw)], { ipv6: true }), { securityGroups: [group(rule('-1', [], '::/0'))] });
    expect(lines.join('\n')).toContain('and none to 3000::-3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, for example');
  });

  test('of a dual-stack subnet that is closed leaves out the doubts about IPv6', () => {
    expect(explain(subnet([], { ipv6: true }))).toEqual([
      expect.stringMatching(/^Subnet subnet-1 has no route to the internet; .* Add a NAT gateway/),
      expect.stringMatching(/^Subnet subnet-1 has no route to the internet by IPv6; .* Add a route ::\/0 to an egress-only internet gateway\.$/),
      expect.stringMatching(/^No egress rule of security group sg-1 admits TCP 443 to the internet by IPv6;/),
    ]);
  });

  test('of a network ACL that nobody sees says what is not seen, once', () => {
    const doubt = unseen('the action of entry 50 is known only to CloudFormation');
    const networkAcl = acl(entry(50, 'egress', doubt), entry(60, 'egress', doubt), entry(100, 'ingress', 'allow'));
    expect(explain(subnet([to('0.0.0.0/0', nat())], { networkAcl }))).toEqual([
      'Subnet subnet-1: whether its network ACL acl-1 allows TCP 443 out to the internet is not in view: the action of entry 50 is known only to CloudFormation. '
      + 'Add an egress rule that allows TCP 443 out to the internet, with a number below those that deny it.',
    ]);
  });
});
