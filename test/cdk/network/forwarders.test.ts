import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { factsOf, isolated, routes, subnetsOf, verdict } from './given';
import { Fact, ForwarderFacts } from '../../../src/egress';
import { fargate } from '../../given';

const TYPE = { instanceType: new ec2.InstanceType('t4g.nano') };

/** A service behind NAT instances of the CDK. */
function behindNatInstances(props: Partial<ec2.NatInstanceProps> = {}, vpcProps: Partial<ec2.VpcProps> = {}) {
  const natGatewayProvider = ec2.NatProvider.instanceV2({ ...TYPE, ...props });
  return { ...fargate({ vpcProps: { natGateways: 1, maxAzs: 1, natGatewayProvider, ...vpcProps } }), natGatewayProvider };
}

/** What the default route of the first subnet leads to. */
function forwarderOf(given: ReturnType<typeof fargate>): Fact<ForwarderFacts> | undefined {
  const [{ routes: [route] }] = subnetsOf(factsOf(given)) as readonly { readonly routes: readonly any[] }[];
  return route.target.forwarder;
}

const instanceOf = ({ vpc }: ReturnType<typeof fargate>) => vpc.publicSubnets[0].node.findChild('NatInstance').node.defaultChild as ec2.CfnInstance;

test('a service behind NAT instances of the CDK is reachable, since all that counts is in view', () => {
  expect(verdict(behindNatInstances()).outcome).toBe('reachable');
});

test('a NAT instance of the CDK is a fact with its check, address, groups of both directions and subnet', () => {
  expect(forwarderOf(behindNatInstances())).toMatchObject({
    sourceDestCheck: false,
    publicIpv4: true,
    forwards: true,
    securityGroups: [{
      id: 'Stack/Vpc/NatSecurityGroup',
      egress: [{ protocol: '-1', to: { cidr: '0.0.0.0/0' } }],
      ingress: [{ protocol: '-1', from: { cidr: '0.0.0.0/0' } }],
    }],
    subnet: { id: 'Stack/Vpc/PublicSubnet1', ipv4Cidr: '10.0.0.0/17', routes: [{ target: { kind: 'internet-gateway' } }] },
  });
});

test.each<[string, (given: ReturnType<typeof behindNatInstances>) => void]>([
  ['checks source and destination', given => { instanceOf(given).sourceDestCheck = undefined; }],
  ['lets no traffic in', given => given.natGatewayProvider.securityGroup.node.defaultChild instanceof ec2.CfnSecurityGroup
    && given.natGatewayProvider.securityGroup.node.defaultChild.addPropertyOverride('SecurityGroupIngress', [])],
  ['has no public address', ({ vpc }) => { (vpc.publicSubnets[0].node.defaultChild as ec2.CfnSubnet).mapPublicIpOnLaunch = false; }],
])('a service behind a NAT instance that %s is unreachable', (_, change) => {
  const given = behindNatInstances();
  change(given);
  expect(verdict(given).outcome).toBe('unreachable');
});

test('the public address that the instance asks for goes before the setting of its subnet', () => {
  expect(forwarderOf(behindNatInstances({ associatePublicIpAddress: false }))).toMatchObject({ publicIpv4: false });
  expect(forwarderOf(behindNatInstances({ associatePublicIpAddress: true }))).toMatchObject({ publicIpv4: true, subnet: { id: 'Stack/Vpc/PublicSubnet1' } });
});

test('an Elastic IP address gives an instance a public address', () => {
  for (const associate of [
    (given: ReturnType<typeof fargate>, instanceId: string) => new ec2.CfnEIPAssociation(given.stack, 'Address', { instanceId, allocationId: 'eipalloc-1' }),
    (given: ReturnType<typeof fargate>, instanceId: string) => new ec2.CfnEIP(given.stack, 'Address', { instanceId }),
  ]) {
    const given = behindNatInstances({ associatePublicIpAddress: false });
    associate(given, instanceOf(given).ref);
    expect(forwarderOf(given)).toMatchObject({ publicIpv4: true });
  }
});

test('whether an instance with other user data forwards is unknown', () => {
  const userData = ec2.UserData.forLinux();
  userData.addCommands('start-my-firewall');
  const given = behindNatInstances({ userData });
  expect(forwarderOf(given)).toMatchObject({ forwards: { unknown: expect.stringContaining('depends on the program that runs on it') } });
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('instance Stack/Vpc/PublicSubnet1/NatInstance') });
});

test('an instance whose settings are partly those of its launch template is an unknown fact', () => {
  const given = behindNatInstances();
  const instance = instanceOf(given);
  instance.launchTemplate = { launchTemplateId: 'lt-1', version: '1' };
  instance.sourceDestCheck = undefined;
  expect(forwarderOf(given)).toEqual({ unknown: 'some settings of instance Stack/Vpc/PublicSubnet1/NatInstance are those of its launch template' });
});

/** Isolated subnets with a route to a network interface. */
function toInterface(attach: (given: ReturnType<typeof fargate>, nic: ec2.CfnNetworkInterface, instance: ec2.CfnInstance) => void) {
  const given = isolated();
  const { subnetId } = given.vpc.publicSubnets[0];
  const nic = new ec2.CfnNetworkInterface(given.stack, 'Nic', { subnetId, sourceDestCheck: false, groupSet: ['sg-1'] });
  const instance = new ec2.CfnInstance(given.stack, 'Instance', { imageId: 'ami-1' });
  attach(given, nic, instance);
  routes(given, { networkInterfaceId: nic.ref });
  return given;
}

test.each<[string, Parameters<typeof toInterface>[0]]>([
  ['an attachment', ({ stack }, nic, { ref: instanceId }) => new ec2.CfnNetworkInterfaceAttachment(stack, 'Attachment', {
    networkInterfaceId: nic.attrId, instanceId, deviceIndex: '1',
  })],
  ['the instance itself', (_, nic, instance) => { instance.networkInterfaces = [{ deviceIndex: '0', networkInterfaceId: nic.ref }]; }],
])('a network interface that %s puts on an instance of this app is a fact with its own settings', (_, attach) => {
  const given = toInterface(attach);
  const expected = { sourceDestCheck: false, publicIpv4: false, securityGroups: [{ id: 'sg-1' }], subnet: { id: 'Stack/Vpc/PublicSubnet1' } };
  expect(forwarderOf(given)).toMatchObject(expected);
  const { ref: networkInterfaceId } = given.stack.node.findChild('Nic') as ec2.CfnNetworkInterface;
  new ec2.CfnEIPAssociation(given.stack, 'Address', { networkInterfaceId, allocationId: 'eipalloc-1' });
  expect(forwarderOf(given)).toMatchObject({ ...expected, publicIpv4: true });
});

test('a network interface without an instance in this app is not known to forward', () => {
  expect(forwarderOf(toInterface(() => {}))).toBeUndefined();
});
