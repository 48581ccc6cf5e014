import { CfnParameter, CfnResource, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { isolated, onPublic, override, tasks, verdict } from './given';
import { egressFacts } from '../../../src/cdk/network/egress-facts';
import { ServiceInTree } from '../../../src/cdk/tree/services';
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

test('a proxy does not help ECS, which pulls the image and reads the secret before the task starts', () => {
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
  const { SECRETS_MANAGER, ECR, ECR_DOCKER } = ec2.InterfaceVpcEndpointAwsService;
  for (const [id, service] of Object.entries({ Sm: SECRETS_MANAGER, Api: ECR, Dkr: ECR_DOCKER })) given.vpc.addInterfaceEndpoint(id, { service });
  given.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  expect(withEcrImage(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('over the VPC endpoints') });
});

test('behind a proxy in a closed network without VPC endpoints, the tasks are unreachable, and the missing endpoints are named', () => {
  expect(withEcrImage(fargate({ vpcProps: { natGateways: 0 } }))).toMatchObject({
    outcome: 'unreachable', text: expect.stringContaining('no endpoint for secretsmanager, ecr.api, ecr.dkr and s3'),
  });
});

test.each([
  ['mirror.example.com/postman-lc-agent:1', true, 'unknown', /endpoints for secretsmanager/],
  ['mirror.example.com/postman-lc-agent:1', false, 'unreachable', /no endpoint for secretsmanager/],
  ['public.ecr.aws/team/postman-lc-agent:1', true, 'unreachable', /no route to the internet/],
  ['team/postman-lc-agent:1', true, 'unreachable', /no route to the internet/],
])('behind a proxy in a closed network, image %s with an endpoint for the secret (%s) is %s', (name, endpoint, outcome, text) => {
  const given = fargate({ vpcProps: { natGateways: 0 } });
  if (endpoint) given.vpc.addInterfaceEndpoint('Secrets', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
  const image = ecs.ContainerImage.fromRegistry(name);
  expect(verdict(given, { proxyUrl: PROXY, image })).toMatchObject({ outcome, text: expect.stringMatching(text) });
});

test('services in the same subnets share the facts as objects, since the judge remembers its verdicts by them', () => {
  const given = fargate();
  const other = tasks(given);
  const index = StageIndex.of(given.stack);
  const [a, b] = [given.service, other].map(service => {
    const [resource, taskDefinition] = [service, service.taskDefinition].map(({ node }) => node.defaultChild as CfnResource);
    const at: ServiceInTree = { service, resource, properties: index.read(resource), taskDefinition: index.read(taskDefinition) };
    return egressFacts(index, at, { host: 'api.observability.postman.com', startup: {} });
  });
  expect(a.vpc).toBe(b.vpc);
  expect(a.subnets).toHaveLength(2);
  for (const number of [0, 1]) expect((a.subnets as object[])[number]).toBe((b.subnets as object[])[number]);
});
