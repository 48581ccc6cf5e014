import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnCondition, CfnParameter, CfnResource, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Construct } from 'constructs';
import { cases, factsOf, inTree, isolated, natGateway, override, routes, subnetsOf, tasks, verdict, vpcOf } from './given';
import { egressCases } from '../../../src/cdk/network/egress-facts';
import { StageIndex } from '../../../src/cdk/tree/stage-index';
import { ENV, fargate, onEc2 } from '../../given';

/** A condition that a parameter decides. */
function condition(stack: Stack, id = 'WithNat'): CfnCondition {
  const parameter = new CfnParameter(stack, `${id}Parameter`);
  return new CfnCondition(stack, id, { expression: Fn.conditionEquals(parameter.valueAsString, 'true') });
}

const defaultRoutes = ({ vpc }: ReturnType<typeof fargate>) => vpc.privateSubnets.map(({ node }) => node.findChild('DefaultRoute') as ec2.CfnRoute);

const WITHOUT = { outcome: 'unknown', text: expect.stringContaining('condition WithNat of stack Stack is false') };

test.each<[string, (given: ReturnType<typeof fargate>) => void]>([
  ['routes', given => {
    const only = condition(given.stack);
    for (const route of defaultRoutes(given)) route.cfnOptions.condition = only;
  }],
  ['routes, by an override', given => {
    const only = condition(given.stack);
    for (const route of defaultRoutes(given)) route.addOverride('Condition', only.logicalId);
  }],
  ['the associations of route tables', given => {
    const only = condition(given.stack);
    for (const { node } of given.vpc.privateSubnets) (node.findChild('RouteTableAssociation') as CfnResource).cfnOptions.condition = only;
  }],
  ['the target of routes', given => {
    condition(given.stack);
    for (const route of defaultRoutes(given)) {
      const nat = route.natGatewayId;
      route.natGatewayId = undefined;
      route.addPropertyOverride('NatGatewayId', Fn.conditionIf('WithNat', nat, { Ref: 'AWS::NoValue' }));
      route.addPropertyOverride('VpcPeeringConnectionId', Fn.conditionIf('WithNat', { Ref: 'AWS::NoValue' }, 'pcx-1'));
    }
  }],
  ['the groups of the service', given => {
    const only = condition(given.stack);
    const { ref: closed } = new ec2.CfnSecurityGroup(given.stack, 'Closed', { groupDescription: 'closed', vpcId: given.vpc.vpcId, securityGroupEgress: [] });
    const [open] = given.service.connections.securityGroups;
    override(given, 'NetworkConfiguration.AwsvpcConfiguration.SecurityGroups', [Fn.conditionIf(only.logicalId, open.securityGroupId, closed)]);
  }],
  ['a deny of a network ACL', given => {
    const unless = new CfnCondition(given.stack, 'Unless', { expression: Fn.conditionNot(condition(given.stack)) });
    const deny = new ec2.CfnNetworkAclEntry(given.stack, 'Deny', {
      networkAclId: given.vpc.vpcDefaultNetworkAcl, ruleNumber: 50, ruleAction: 'deny', protocol: -1, egress: true, cidrBlock: '0.0.0.0/0',
    });
    deny.cfnOptions.condition = unless;
  }],
])('%s under a condition make the verdict unknown, naming the condition', (what, change) => {
  const given = fargate();
  change(given);
  expect(verdict(given)).toMatchObject(what === 'a deny of a network ACL'
    ? { outcome: 'unknown', text: expect.stringContaining('condition Unless of stack Stack is true') }
    : WITHOUT);
});

test('a condition of an included template counts', () => {
  const given = isolated();
  const file = join(given.app.outdir, 'template.json');
  writeFileSync(file, JSON.stringify({
    Parameters: { UseNat: { Type: 'String' } },
    Conditions: { WithNat: { 'Fn::Equals': [{ Ref: 'UseNat' }, 'yes'] } },
    Resources: Object.fromEntries(given.vpc.isolatedSubnets.map((_, number) => [`Route${number}`, {
      Type: 'AWS::EC2::Route',
      Condition: 'WithNat',
      Properties: { RouteTableId: 'replaced', DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-1' },
    }])),
  }));
  const included = new CfnInclude(given.stack, 'Included', { templateFile: file });
  const { ref } = natGateway(given);
  given.vpc.isolatedSubnets.forEach(({ routeTable }, number) => {
    const route = included.getResource(`Route${number}`) as ec2.CfnRoute;
    route.routeTableId = routeTable.routeTableId;
    route.natGatewayId = ref;
  });
  expect(verdict(given)).toMatchObject(WITHOUT);
});

test('what both cases agree on is the verdict: a route to either of two NAT gateways is reachable', () => {
  const given = isolated();
  const first = condition(given.stack, 'First');
  const second = new CfnCondition(given.stack, 'Second', { expression: Fn.conditionNot(first) });
  [first, second].forEach((only, number) => {
    const nat = new ec2.CfnNatGateway(given.stack, `Nat${number}`, { subnetId: given.vpc.publicSubnets[0].subnetId });
    nat.cfnOptions.condition = only;
    given.vpc.isolatedSubnets.forEach(({ routeTable: { routeTableId } }, subnet) => {
      const route = new ec2.CfnRoute(given.stack, `Route${number}${subnet}`, { routeTableId, destinationCidrBlock: '0.0.0.0/0', natGatewayId: nat.ref });
      route.cfnOptions.condition = only;
    });
  });
  expect(verdict(given).outcome).toBe('reachable');
  expect(Object.keys(cases(given))).toEqual(['condition First of stack Stack is true', 'condition First of stack Stack is false']);
});

test('a target under Fn::If that leads out in both branches is reachable', () => {
  const given = isolated();
  const only = condition(given.stack, 'Shared');
  const [a, b] = [0, 1].map(number => new ec2.CfnNatGateway(given.stack, `Nat${number}`, { subnetId: given.vpc.publicSubnets[0].subnetId }).ref);
  routes(given, { natGatewayId: Fn.conditionIf(only.logicalId, a, b).toString() });
  expect(verdict(given).outcome).toBe('reachable');
});

test('the conditions of the service, and of what it refers to, are true in the only case', () => {
  const given = fargate();
  const only = condition(given.stack);
  given.stack.node.findAll().forEach(construct => {
    if (CfnResource.isCfnResource(construct)) construct.cfnOptions.condition = only;
  });
  expect(verdict(given).outcome).toBe('reachable');
  expect(factsOf(given).service!.assignPublicIp).toBe(false);
});

test('a subnet to which a service refers exists, so its condition is true in the only case', () => {
  const given = fargate();
  const only = condition(given.stack, 'CreateVpc');
  given.vpc.node.findAll().forEach(construct => {
    if (CfnResource.isCfnResource(construct)) construct.cfnOptions.condition = only;
  });
  expect(Object.keys(cases(given))).toEqual(['']);
});

test('a condition of resources that do not matter for the service makes no case', () => {
  const given = fargate();
  const only = condition(given.stack);
  const other = new ec2.Vpc(given.stack, 'Other', { maxAzs: 1 });
  other.node.findAll().forEach(construct => {
    if (CfnResource.isCfnResource(construct)) construct.cfnOptions.condition = only;
  });
  override(given, 'DesiredCount', Fn.conditionIf(only.logicalId, 1, 2));
  expect(Object.keys(cases(given))).toEqual(['']);
});

test('the conditions of a nested stack and of the stack itself count', () => {
  const given = isolated();
  const nested = new NestedStack(given.stack, 'Nested');
  (nested.nestedStackResource as CfnResource).cfnOptions.condition = condition(given.stack);
  routes(given, { natGatewayId: natGateway(given).ref }, nested);
  expect(verdict(given)).toMatchObject(WITHOUT);
});

test('conditions of the same name in two stacks are two conditions', () => {
  const given = isolated();
  const other = new Stack(given.app, 'Other', { env: given.stack });
  const natGatewayId = natGateway(given).ref;
  const [here, there] = [given.stack, other].map(stack => condition(stack));
  given.vpc.isolatedSubnets.forEach(({ routeTable: { routeTableId } }, number) => {
    const route = new ec2.CfnRoute(given.stack, `Half${number}`, { routeTableId, destinationCidrBlock: '0.0.0.0/1', natGatewayId });
    route.cfnOptions.condition = here;
    const rest = new ec2.CfnRoute(other, `Half${number}`, { routeTableId, destinationCidrBlock: '128.0.0.0/1', natGatewayId });
    rest.cfnOptions.condition = there;
  });
  const combinations = [[true, true], [true, false], [false, true], [false, false]];
  const both = combinations.map(([a, b]) => `condition WithNat of stack Stack is ${a} and condition WithNat of stack Other is ${b}`);
  expect(verdict(given).outcome).toBe('unknown');
  expect(Object.keys(cases(given))).toEqual(both);
});

test('more than 16 cases make the verdict unknown, naming the conditions', () => {
  const given = fargate();
  const { routeTableId } = given.vpc.privateSubnets[0].routeTable;
  for (const number of [1, 2, 3, 4, 5]) {
    const route = new ec2.CfnRoute(given.stack, `Route${number}`, { routeTableId, destinationCidrBlock: `192.0.${number}.0/24`, transitGatewayId: 'tgw-1' });
    route.cfnOptions.condition = condition(given.stack, `Condition${number}`);
  }
  expect(verdict(given)).toMatchObject({ outcome: 'unknown', text: expect.stringContaining('Condition5 of stack Stack') });
  const index = StageIndex.now(given.stack);
  const found = egressCases(index, inTree(given.service, index), { host: 'api.observability.postman.com' });
  expect(found).toEqual({ tooMany: [1, 2, 3, 4, 5].map(number => `Condition${number} of stack Stack`) });
});

test('facts that depend on no condition are one object in all cases, and services share the facts of each case', () => {
  const given = fargate({ vpcProps: { natGateways: 1, maxAzs: 2 } });
  const [route] = defaultRoutes(given);
  route.cfnOptions.condition = condition(given.stack);
  const other = tasks(given);
  const index = StageIndex.now(given.stack);
  const [mine, theirs] = [given.service, other].map(service => Object.values(cases({ ...given, service }, { index })));
  expect(mine).toHaveLength(2);
  expect(subnetsOf(mine[0])[1]).toBe(subnetsOf(mine[1])[1]);
  expect(subnetsOf(mine[0])[0]).not.toBe(subnetsOf(mine[1])[0]);
  [0, 1].forEach(number => subnetsOf(mine[number]).forEach((subnet, position) => expect(subnet).toBe(subnetsOf(theirs[number])[position])));
});

test('a public address under a condition makes the verdict unknown', () => {
  const given = fargate({ vpcProps: { natGateways: 0 }, service: { assignPublicIp: true, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } } });
  const only = condition(given.stack);
  override(given, 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp', Fn.conditionIf(only.logicalId, 'ENABLED', 'DISABLED'));
  expect(verdict(given)).toMatchObject(WITHOUT);
});

test('a launch type under a condition is read in both cases', () => {
  const given = fargate();
  const only = condition(given.stack);
  override(given, 'LaunchType', Fn.conditionIf(only.logicalId, 'FARGATE', 'EXTERNAL'));
  expect(Object.values(cases(given)).map(({ hostKind }) => hostKind)).toEqual(['FARGATE', 'EXTERNAL']);
});

test('a service in a template that CloudFormation refuses in each case is read as if all resources existed', () => {
  const given = fargate({ app: new App() });
  const only = condition(given.stack);
  (given.service.node.defaultChild as ecs.CfnService).cfnOptions.condition = only;
  const never = new CfnCondition(given.stack, 'Never', { expression: Fn.conditionNot(only) });
  (given.vpc.node.defaultChild as CfnResource).cfnOptions.condition = never;
  expect(Object.keys(cases(given))).toEqual(['']);
});

const PUBLIC = { subnetType: ec2.SubnetType.PUBLIC };

test('instances that do not exist in a case decide nothing, and neither do those of another cluster', () => {
  const given = onEc2({ networkMode: ecs.NetworkMode.HOST });
  const under = (scope: Construct, only: CfnCondition) => scope.node.findAll().forEach(construct => {
    if (CfnResource.isCfnResource(construct)) construct.cfnOptions.condition = only;
  });
  const elsewhere = new ecs.Cluster(given.stack, 'Elsewhere', { vpc: given.vpc });
  under(elsewhere.addCapacity('Other', { instanceType: new ec2.InstanceType('t3.medium') }), condition(given.stack, 'OtherCluster'));
  expect(verdict(given).outcome).toBe('reachable');
  const edge = given.cluster.addCapacity('Edge', { instanceType: new ec2.InstanceType('t3.medium'), vpcSubnets: PUBLIC, associatePublicIpAddress: false });
  under(edge, condition(given.stack, 'WithEdge'));
  expect(Object.entries(cases(given)).map(([when, { instances }]) => [when, (instances as readonly unknown[]).length])).toEqual([
    ['condition WithEdge of stack Stack is true', 2], ['condition WithEdge of stack Stack is false', 1],
  ]);
});

test('a private zone whose VPCs are under Fn::If counts in the case in which it has the VPC', () => {
  const given = fargate();
  const only = condition(given.stack);
  const zone = new route53.CfnHostedZone(given.stack, 'Zone', { name: 'postman.com', vpcs: [{ vpcId: 'vpc-1', vpcRegion: ENV.region }] });
  const [own, other] = [given.vpc.vpcId, 'vpc-1'].map(VPCId => [{ VPCId, VPCRegion: ENV.region }]);
  zone.addPropertyOverride('VPCs', Fn.conditionIf(only.logicalId, own, other));
  expect(Object.values(cases(given)).map(facts => (vpcOf(facts).privateZones as readonly unknown[]).length)).toEqual([1, 0]);
});
