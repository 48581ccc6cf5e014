import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { EgressCheck } from '../../src';
import { fargate, KINDS, onEc2, synthesize } from '../given';

/** A service in an imported VPC, whose routes and network ACLs are not part of the app. */
function inImportedVpc() {
  const { stack } = fargate();
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Imported', {
    vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'], privateSubnetNames: ['app'],
  });
  return fargate({ vpc });
}

const LOOKED_UP = {
  'vpc-provider:account=111122223333:filter.vpc-id=vpc-1:region=eu-west-1:returnAsymmetricSubnets=true': {
    vpcId: 'vpc-1',
    vpcCidrBlock: '10.0.0.0/16',
    availabilityZones: [],
    subnetGroups: [{
      name: 'Private', type: 'Private', subnets: [{ subnetId: 'subnet-1', cidr: '10.0.1.0/24', availabilityZone: 'eu-west-1a', routeTableId: 'rtb-1' }],
    }],
  },
};

/** A service in the private subnets of a looked-up VPC. */
function inLookedUpVpc() {
  const { stack } = fargate({ appProps: { context: LOOKED_UP } });
  return fargate({ vpc: ec2.Vpc.fromLookup(stack, 'LookedUp', { vpcId: 'vpc-1' }) });
}

const PRIVATE: ec2.SubnetSelection = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };

describe.each(KINDS)('knownEgress of $construct', kind => {
  test.each([
    ['an imported', inImportedVpc], ['a looked-up', inLookedUpVpc],
  ])('it ends the warning for %s VPC, and the evidence says who vouches', (_, make) => {
    const without = make();
    kind.add(without.service);
    expect(synthesize(without.app).messages.map(({ text }) => text).join()).toContain('egressUnknown');
    const given = make();
    const sidecar = kind.add(given.service, { knownEgress: PRIVATE, egressCheck: EgressCheck.STRICT });
    const { errors, messages } = synthesize(given.app);
    expect(errors).toBe('');
    expect(messages.map(({ text }) => text).join()).not.toContain('egressUnknown');
    expect(sidecar.egressVerdict().evidence.map(({ finding }) => finding))
      .toContain(`Subnet subnet-1 leads to the internet, as knownEgress of ${sidecar.node.path} says; its routes are not judged.`);
  });

  test('everything but the routes is still judged: a security group that lets nothing out', () => {
    const given = inImportedVpc();
    const closed = new ec2.SecurityGroup(given.stack, 'Closed', { vpc: given.cluster.vpc, allowAllOutbound: false });
    const resource = given.service.node.defaultChild as ecs.CfnService;
    resource.addPropertyOverride('NetworkConfiguration.AwsvpcConfiguration.SecurityGroups', [closed.securityGroupId]);
    kind.add(given.service, { knownEgress: PRIVATE });
    expect(synthesize(given.app).errors).toMatch(/No egress rule of security group Stack\/Closed allows TCP 443/);
  });

  test('other subnets of the service are still judged', () => {
    const given = fargate({ vpcProps: { natGateways: 0 } });
    kind.add(given.service, { knownEgress: { subnets: [given.vpc.isolatedSubnets[0]] } });
    expect(synthesize(given.app).errors).toMatch(/IsolatedSubnet2 has no route to the internet/);
    expect(synthesize(given.app).errors).not.toMatch(/IsolatedSubnet1 has no route/);
  });

  test.each([
    ['of a type that the VPC does not have', { subnetType: ec2.SubnetType.PUBLIC }],
    ['of a name that the VPC does not have', { subnetGroupName: 'nowhere' }],
    ['in a list that is empty', { subnets: [] }],
  ])('subnets %s are refused, with the property and the way out', (_, knownEgress: ec2.SubnetSelection) => {
    const given = inImportedVpc();
    expect(() => kind.add(given.service, { knownEgress }))
      .toThrow(/`knownEgress` selects no subnet of VPC Stack\/Imported.* Select the subnets that the tasks are placed in, or leave it out\./);
  });
});

describe.each(KINDS)('egressVerdict() of $construct', kind => {
  test('it has the verdict, the host and the evidence with what to do', () => {
    const { service } = fargate({ vpcProps: { natGateways: 0 } });
    const { verdict, host, evidence } = kind.add(service).egressVerdict();
    expect({ verdict, host }).toEqual({ verdict: 'unreachable', host: expect.stringMatching(/postman\.com$/) });
    expect(evidence[0]).toEqual({
      verdict: 'unreachable',
      path: 'agent',
      subject: 'subnet Stack/Vpc/IsolatedSubnet1',
      finding: 'Subnet Stack/Vpc/IsolatedSubnet1 has no route to the internet; its only route is the VPC\'s local route.',
      remedy: expect.stringContaining('Add a NAT gateway'),
    });
    expect(evidence.map(({ path }) => path)).toContain('startup');
  });

  test('it is judged from the app as it is at the call, and does not change what synthesis reports', () => {
    const { app, service, stack, vpc } = fargate({ vpcProps: { natGateways: 0 } });
    const sidecar = kind.add(service, { egressCheck: EgressCheck.WARN });
    expect(sidecar.egressVerdict().verdict).toBe('unreachable');
    const gateway = new ec2.CfnInternetGateway(stack, 'Gateway');
    new ec2.CfnVPCGatewayAttachment(stack, 'Attachment', { vpcId: vpc.vpcId, internetGatewayId: gateway.ref });
    vpc.isolatedSubnets.forEach(({ routeTable }, index) => {
      new ec2.CfnRoute(stack, `Route${index}`, { routeTableId: routeTable.routeTableId, destinationCidrBlock: '0.0.0.0/0', gatewayId: gateway.ref });
    });
    (service.node.defaultChild as ecs.CfnService).addPropertyOverride('NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', 'ENABLED');
    expect(sidecar.egressVerdict().verdict).toBe('reachable');
    expect(synthesize(app).messages.map(({ text }) => text).join()).not.toContain('egress');
    expect(sidecar.egressVerdict().verdict).toBe('reachable');
  });

  test('it also judges with the check off', () => {
    const { service } = fargate();
    expect(kind.add(service, { egressCheck: EgressCheck.OFF }).egressVerdict().verdict).toBe('reachable');
  });

  test('a service on EC2 in host mode is judged by its instances', () => {
    const { service } = onEc2({ networkMode: ecs.NetworkMode.HOST });
    const { verdict, evidence } = kind.add(service).egressVerdict();
    expect(verdict).toBe('reachable');
    expect(evidence.map(({ finding }) => finding).join()).toContain('NAT gateway');
  });

  test('a network that is not looked up yet is unknown', () => {
    const { stack } = fargate();
    const { service } = fargate({ vpc: ec2.Vpc.fromLookup(stack, 'LookedUp', { vpcId: 'vpc-1' }) });
    const { verdict, evidence } = kind.add(service).egressVerdict();
    expect(verdict).toBe('unknown');
    expect(evidence).toEqual([expect.objectContaining({ finding: 'The network of service Stack/Service has not been looked up yet.' })]);
  });
});
