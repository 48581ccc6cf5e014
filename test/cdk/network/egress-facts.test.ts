import { CfnParameter, Fn, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { factsOf, isolated, onPublic, override, subnetsOf, tasks, verdict } from './given';
import { StageIndex } from '../../../src/cdk/tree/stage-index';
import { fargate, onEc2 } from '../../given';

test('Fargate tasks in private subnets with a NAT gateway are reachable', () => {
  expect(verdict(fargate()).outcome).toBe('reachable');
});

test('Fargate tasks in a VPC without NAT gateways are unreachable: the CDK silently places them in isolated subnets', () => {
  expect(verdict(isolated())).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('Stack/Vpc/IsolatedSubnet1') });
});

test('"private subnets with egress" without a NAT gateway are unreachable, since the routes count and not the names', () => {
  const subnetConfiguration = [
    { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
    { name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
  ];
  const given = fargate({ vpcProps: { natGateways: 0, subnetConfiguration }, service: { vpcSubnets: { subnetGroupName: 'App' } } });
  expect(verdict(given)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('Stack/Vpc/AppSubnet1') });
});

test.each([[true, 'reachable'], [false, 'unreachable']])('Fargate tasks in public subnets with assignPublicIp %s are %s', (assignPublicIp, outcome) => {
  expect(verdict(onPublic(assignPublicIp)).outcome).toBe(outcome);
});

test('an AssignPublicIp that is known only to CloudFormation makes the verdict unknown', () => {
  const given = onPublic(true);
  override(given, 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', { Ref: new CfnParameter(given.stack, 'Address').logicalId });
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('AssignPublicIp is known only to CloudFormation') });
});

test('subnets that are known only to CloudFormation make the verdict unknown', () => {
  const given = fargate();
  override(given, 'NetworkConfiguration.AwsvpcConfiguration.Subnets', { 'Fn::Split': [',', { 'Fn::ImportValue': 'Subnets' }] });
  expect(verdict(given)).toMatchObject({
    outcome: 'unknown', text: expect.stringMatching(/the subnets of service Stack\/Service are known only to CloudFormation/i),
  });
});

test('tasks on Fargate Spot are judged like other tasks on Fargate', () => {
  const capacityProviderStrategies = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }, { capacityProvider: 'FARGATE', weight: 1 }];
  const open = fargate({ service: { capacityProviderStrategies } });
  open.cluster.enableFargateCapacityProviders();
  expect(verdict(open).outcome).toBe('reachable');
  const closed = fargate({ vpcProps: { natGateways: 0 }, service: { capacityProviderStrategies, assignPublicIp: false } });
  closed.cluster.enableFargateCapacityProviders();
  expect(verdict(closed).outcome).toBe('unreachable');
});

test('EC2 tasks in awsvpc mode in private subnets with a NAT gateway are reachable', () => {
  expect(verdict(onEc2()).outcome).toBe('reachable');
});

test('EC2 tasks in awsvpc mode in public subnets are unreachable, since ECS gives their interface no public address', () => {
  const given = onEc2({ service: { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } } });
  expect(verdict(given)).toMatchObject({
    outcome: 'unreachable', text: expect.stringContaining('ECS gives tasks on EC2 no public address in network mode awsvpc'),
  });
});

const PRIVATE: readonly ec2.SubnetConfiguration[] = [{ name: 'App', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }];

const dualStack = (allowAllIpv6Outbound: boolean) => {
  const given = fargate({ vpcProps: { natGateways: 0, ipProtocol: ec2.IpProtocol.DUAL_STACK, subnetConfiguration: [...PRIVATE] } });
  const securityGroups = [new ec2.SecurityGroup(given.stack, 'Group', { vpc: given.vpc, allowAllIpv6Outbound })];
  return { ...given, service: tasks(given, { securityGroups }) };
};

test('a way out only over IPv6, by an egress-only internet gateway, makes the verdict unknown', () => {
  expect(verdict(dualStack(true))).toMatchObject({ outcome: 'unknown', text: expect.stringMatching(/ may reach the internet only over IPv6/) });
});

test('a way out only over IPv6 is closed by a security group that allows only IPv4', () => {
  expect(verdict(dualStack(false)).outcome).toBe('unreachable');
});

const PROXY = 'http://10.0.0.10:3128';
const proxied = (proxy: string, vpcProps: Partial<ec2.VpcProps> = {}) => verdict(fargate({ vpcProps }), { proxyUrl: proxy });
const withEcrImage = (given: ReturnType<typeof fargate>) => verdict(given, {
  proxyUrl: PROXY, image: ecs.ContainerImage.fromRegistry('111122223333.dkr.ecr.eu-west-1.amazonaws.com/postman-lc-agent:1'),
});

test('a proxy with an address in the VPC is reachable if the network has a NAT gateway', () => {
  expect(proxied(PROXY).outcome).toBe('reachable');
});

test('a proxy does not help ECS, which pulls the image and reads the API key before the task starts', () => {
  expect(proxied(PROXY, { natGateways: 0 })).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('Before the task starts') });
});

test('a proxy that is known by its name makes the verdict unknown', () => {
  expect(proxied('http://proxy.example.com:3128')).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('proxy.example.com:3128') });
});

test('a proxy that is known only to CloudFormation makes the verdict unknown', () => {
  expect(proxied(Token.asString({ Ref: 'Proxy' })).outcome).toBe('unknown');
});

test('behind a proxy in a closed network, the verdict for an image in ECR is unknown if VPC endpoints serve ECS', () => {
  const given = fargate({ vpcProps: { natGateways: 0 } });
  const { SECRETS_MANAGER, ECR, ECR_DOCKER, CLOUDWATCH_LOGS } = ec2.InterfaceVpcEndpointAwsService;
  const services = { Sm: SECRETS_MANAGER, Api: ECR, Dkr: ECR_DOCKER, Logs: CLOUDWATCH_LOGS };
  for (const [id, service] of Object.entries(services)) given.vpc.addInterfaceEndpoint(id, { service });
  given.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  expect(withEcrImage(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('over the VPC endpoints') });
});

test('behind a proxy in a closed network without VPC endpoints, the tasks are unreachable, and the missing endpoints are named', () => {
  expect(withEcrImage(fargate({ vpcProps: { natGateways: 0 } }))).toMatchObject({
    outcome: 'unreachable', text: expect.stringContaining('no endpoint for secretsmanager, ecr.api, ecr.dkr, s3 and logs'),
  });
});

test.each([
  ['mirror.example.com/postman-lc-agent:1', true, 'unknown', /endpoints for secretsmanager/],
  ['mirror.example.com/postman-lc-agent:1', false, 'unreachable', /no endpoint for secretsmanager/],
  ['public.ecr.aws/team/postman-lc-agent:1', true, 'unreachable', /no route to the internet/],
  ['team/postman-lc-agent:1', true, 'unreachable', /no route to the internet/],
])('behind a proxy in a closed network, image %s with an endpoint for the secret (%s) is %s', (name, endpoint, outcome, text) => {
  const given = fargate({ vpcProps: { natGateways: 0 } });
  given.vpc.addInterfaceEndpoint('Logs', { service: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS });
  if (endpoint) given.vpc.addInterfaceEndpoint('Secrets', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
  const image = ecs.ContainerImage.fromRegistry(name);
  expect(verdict(given, { proxyUrl: PROXY, image })).toMatchObject({ outcome, text: expect.stringMatching(text) });
});

test('behind a proxy in a closed network, a key in a parameter needs the endpoint of Systems Manager, and not that of Secrets Manager', () => {
  const image = ecs.ContainerImage.fromRegistry('mirror.example.com/postman-lc-agent:1');
  const { CLOUDWATCH_LOGS, SECRETS_MANAGER, SSM } = ec2.InterfaceVpcEndpointAwsService;
  const judged = (store: ec2.InterfaceVpcEndpointAwsService) => {
    const given = fargate({ vpcProps: { natGateways: 0 } });
    for (const [id, service] of Object.entries({ Logs: CLOUDWATCH_LOGS, Store: store })) given.vpc.addInterfaceEndpoint(id, { service });
    const apiKeyParameter = ssm.StringParameter.fromSecureStringParameterAttributes(given.stack, 'Key', { parameterName: '/team/postman' });
    return verdict(given, { proxyUrl: PROXY, image, apiKeyParameter });
  };
  expect(judged(SSM)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('endpoints for ssm') });
  expect(judged(SECRETS_MANAGER)).toMatchObject({ outcome: 'unreachable', text: expect.stringContaining('no endpoint for ssm') });
});

test('services in the same subnets share the facts as objects, since the judge remembers its verdicts by them', () => {
  const given = fargate();
  const other = tasks(given);
  const index = StageIndex.now(given.stack);
  const [a, b] = [given.service, other].map(service => factsOf({ ...given, service }, { index }));
  expect(a.vpc).toBe(b.vpc);
  expect(subnetsOf(a)).toHaveLength(2);
  for (const number of [0, 1]) expect(subnetsOf(a)[number]).toBe(subnetsOf(b)[number]);
});

test('the network of a service is reported as its template has it, and not what ECS makes of it', () => {
  const given = onEc2({ service: { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } } });
  override(given, 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', 'ENABLED');
  const facts = factsOf(given);
  expect(facts).toMatchObject({ hostKind: 'EC2', networkMode: 'awsvpc', service: { assignPublicIp: true } });
  expect(facts.instances).toBeUndefined();
});

test('a subnet is a fact with its ranges and address settings', () => {
  const given = fargate({ vpcProps: { natGateways: 0, maxAzs: 1 }, service: { vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } } });
  expect(subnetsOf(factsOf(given))).toMatchObject([{
    id: 'Stack/Vpc/PublicSubnet1', ipv4Cidr: '10.0.0.0/17', ipv6Native: false, mapPublicIpOnLaunch: true, assignIpv6AddressOnCreation: false, dns64: false,
  }]);
});

test('a dual-stack subnet has an IPv6 range that is known only to CloudFormation, or one that a resource of its own adds', () => {
  const [l2] = subnetsOf(factsOf(dualStack(true)));
  expect(l2).toMatchObject({
    ipv4Cidr: '10.0.0.0/17', ipv6Native: false, ipv6Cidr: { unknown: 'the IPv6 range of subnet Stack/Vpc/AppSubnet1 is known only to CloudFormation' },
  });
  const given = isolated();
  given.vpc.isolatedSubnets.forEach(({ subnetId }, number) => new ec2.CfnSubnetCidrBlock(given.stack, `Block${number}`, {
    subnetId, ipv6CidrBlock: `2001:db8:0:${number}::/64`,
  }));
  expect(subnetsOf(factsOf(given)).map(({ ipv6Cidr }) => ipv6Cidr)).toEqual(['2001:db8:0:0::/64', '2001:db8:0:1::/64']);
});

/** A service in one L1 of a subnet, in a VPC with an internet gateway. */
function inSubnet(props: Partial<ec2.CfnSubnetProps>) {
  const given = isolated();
  const { ref } = new ec2.CfnSubnet(given.stack, 'Own', { vpcId: given.vpc.vpcId, ...props });
  override(given, 'NetworkConfiguration.AwsvpcConfiguration.Subnets', [ref]);
  return given;
}

test('an IPv6-only subnet has no IPv4 range', () => {
  const given = inSubnet({ ipv6Native: true, ipv6CidrBlock: '2001:db8::/64', enableDns64: true, assignIpv6AddressOnCreation: true });
  const [subnet] = subnetsOf(factsOf(given));
  expect(subnet).toMatchObject({ ipv6Native: true, ipv6Cidr: '2001:db8::/64', dns64: true, assignIpv6AddressOnCreation: true });
  expect(subnet.ipv4Cidr).toBeUndefined();
});

test('tasks with a public address in an IPv6-only subnet with only an IPv4 route are unreachable, since they have no IPv4 address', () => {
  const given = inSubnet({ ipv6Native: true, ipv6CidrBlock: '2001:db8::/64' });
  const { ref: routeTableId } = new ec2.CfnRouteTable(given.stack, 'Table', { vpcId: given.vpc.vpcId });
  const { ref: subnetId } = given.stack.node.findChild('Own') as ec2.CfnSubnet;
  new ec2.CfnSubnetRouteTableAssociation(given.stack, 'Association', { routeTableId, subnetId });
  new ec2.CfnRoute(given.stack, 'Route', { routeTableId, destinationCidrBlock: '0.0.0.0/0', gatewayId: given.vpc.internetGatewayId });
  override(given, 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', 'ENABLED');
  expect(verdict(given).outcome).toBe('unreachable');
});

test('settings of a subnet that are known only to CloudFormation are unknown facts', () => {
  const given = inSubnet({ cidrBlock: Fn.importValue('Range'), enableDns64: Fn.importValue('Dns64') as unknown as boolean });
  expect(subnetsOf(factsOf(given))).toMatchObject([{ ipv4Cidr: { unknown: expect.any(String) }, dns64: { unknown: expect.any(String) } }]);
});

test('a range that contains a reference is known only to CloudFormation', () => {
  const given = inSubnet({ cidrBlock: `${Fn.importValue('Prefix')}.0.0/24` });
  expect(subnetsOf(factsOf(given))).toMatchObject([{ ipv4Cidr: { unknown: expect.any(String) } }]);
});

test('a range from an IPAM pool is known only to CloudFormation', () => {
  expect(subnetsOf(factsOf(inSubnet({ ipv4IpamPoolId: 'pool', ipv4NetmaskLength: 24 })))).toMatchObject([{ ipv4Cidr: { unknown: expect.any(String) } }]);
});

test('a network mode that is known only to CloudFormation is an unknown fact, and both interfaces are reported', () => {
  const given = onEc2();
  (given.taskDefinition.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride('NetworkMode', Fn.importValue('Mode'));
  const facts = factsOf(given);
  expect(facts.networkMode).toEqual({ unknown: 'the network mode of the task definition is known only to CloudFormation' });
  expect(facts.service).toBeDefined();
  expect(facts.instances).toMatchObject([{ id: 'Stack/Cluster/Capacity/ASG' }]);
});

test('the subnet of a proxy in the VPC is a fact, and its network ACL counts', () => {
  const given = fargate();
  const address = '10.0.200.10';
  const { destination } = factsOf(given, { destination: { kind: 'address', address, port: 3128 } });
  expect(destination).toMatchObject({ kind: 'address', address, subnet: { id: 'Stack/Vpc/PrivateSubnet2', networkAcl: { id: 'default' } } });
  const acl = new ec2.CfnNetworkAcl(given.stack, 'Acl', { vpcId: given.vpc.vpcId });
  new ec2.CfnSubnetNetworkAclAssociation(given.stack, 'Closed', { networkAclId: acl.ref, subnetId: given.vpc.privateSubnets[1].subnetId });
  override(given, 'NetworkConfiguration.AwsvpcConfiguration.Subnets', [given.vpc.privateSubnets[0].subnetId]);
  expect(verdict(given, { proxyUrl: `http://${address}:3128` })).toMatchObject({
    outcome: 'unreachable', text: expect.stringContaining('Stack/Vpc/PrivateSubnet2'),
  });
});

test('a proxy that may be in a subnet whose range is not compared has an unknown subnet', () => {
  const ipv6 = inSubnet({ cidrBlock: '10.0.250.0/24', ipv6CidrBlock: '2001:db8::/64' });
  const pool = inSubnet({ ipv4IpamPoolId: 'pool', ipv4NetmaskLength: 24 });
  for (const [given, address] of [[ipv6, '2001:db8::1'], [pool, '10.1.0.1']] as const) {
    expect(factsOf(given, { destination: { kind: 'address', address, port: 3128 } }).destination).toMatchObject({
      subnet: { unknown: `it is unknown which subnet ${address} is in` },
    });
  }
});

test('a proxy outside the VPC has no subnet', () => {
  const { destination } = factsOf(fargate(), { destination: { kind: 'address', address: '192.0.2.1', port: 3128 } });
  expect(destination).toEqual({ kind: 'address', address: '192.0.2.1', port: 3128 });
});

test('a subnet that a user vouches for says so, as an object that other services of the same user share', () => {
  const given = fargate();
  const index = StageIndex.now(given.stack);
  const identity = 'Stack/Vpc/PrivateSubnet1/Subnet#Ref';
  const [plain, vouched, again, other] = [undefined, 'Stack/Lca', 'Stack/Lca', 'Stack/Other'].map(by => subnetsOf(factsOf(given, {
    index, vouched: by === undefined ? undefined : { by: `knownEgress of ${by}`, subnets: [identity] },
  })));
  expect(plain.map(({ vouchedBy }) => vouchedBy)).toEqual([undefined, undefined]);
  expect(vouched.map(({ vouchedBy }) => vouchedBy)).toEqual(['knownEgress of Stack/Lca', undefined]);
  expect(vouched[0]).toBe(again[0]);
  expect(vouched[0]).not.toBe(other[0]);
  expect(vouched[1]).toBe(plain[1]);
});
