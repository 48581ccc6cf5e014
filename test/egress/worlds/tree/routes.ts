/** Route tables, their routes, and what adds routes to them. */
import { CfnCondition, Fn } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Network, Table } from './network';
import { Hidden, isHidden, Route, RouteTable, RouteTarget } from '../../model/world';

export function addRoutes(network: Network): void {
  addTables(network);
  network.tables.forEach(table => addRoutesOf(network, table));
  addGatewayEndpoints(network);
  addPropagation(network);
}

function addTables(network: Network): void {
  const { subnets, routeTables, internetGateway } = network.world;
  for (const table of routeTables) {
    const ref = addTable(network, table);
    if (internetGateway?.RouteTableId === table.RouteTableId) {
      network.add('AWS::EC2::GatewayRouteTableAssociation', { GatewayId: network.ref(internetGateway.InternetGatewayId), RouteTableId: ref });
    }
    for (const { SubnetId } of subnets.filter(({ RouteTableId }) => RouteTableId === table.RouteTableId)) {
      const construct = network.l2.get(table.RouteTableId);
      if (construct) {
        (construct.node.findChild('RouteTableAssociation') as ec2.CfnSubnetRouteTableAssociation).routeTableId = ref;
      } else if (hasRoutes(table) || network.random.chance(0.7)) {
        // A subnet without an association uses the main table, which has only local routes.
        network.add('AWS::EC2::SubnetRouteTableAssociation', { SubnetId: network.ref(SubnetId), RouteTableId: ref });
      }
    }
  }
}

function hasRoutes({ Routes }: RouteTable): boolean {
  return isHidden(Routes) || (Routes as readonly Route[]).length > 0;
}

/** What an association names. */
function addTable(network: Network, { RouteTableId, Routes }: RouteTable): string {
  const made = network.refs.get(RouteTableId);
  if (made !== undefined) {
    // AWS makes the table of a regional NAT gateway with its default route.
    const added = isHidden(Routes) ? [] : (Routes as readonly Route[]).filter(route => route.DestinationCidrBlock !== '0.0.0.0/0');
    network.tables.push({ ref: made, routes: added });
    return made;
  }
  const construct = network.l2.get(RouteTableId);
  const table = () => construct?.routeTable.routeTableId ?? network.add('AWS::EC2::RouteTable', { VpcId: network.vpcRef }).ref;
  if (!isHidden(Routes)) {
    const ref = table();
    const all = Routes as readonly Route[];
    network.tables.push({ ref, routes: construct ? withoutDefaultRoute(network, construct, all) : all });
    return ref;
  }
  construct?.node.tryRemoveChild('DefaultRoute');
  if (!network.template.isConditional(Routes)) return RouteTableId;
  const { among } = Routes as Hidden<readonly Route[]>;
  if (network.random.chance(0.5)) {
    const tables = among.map((routes): Table => ({ ref: network.add('AWS::EC2::RouteTable', { VpcId: network.vpcRef }).ref, routes }));
    network.tables.push(...tables);
    return network.template.choose(Routes, tables.map(({ ref }) => ref));
  }
  const ref = table();
  among.forEach((routes, at) => network.tables.push({ ref, routes, condition: network.template.whether(Routes, at) }));
  return ref;
}

/** The L2 subnet has a default route. If the world has another one, it goes. */
function withoutDefaultRoute(network: Network, construct: ec2.Subnet, routes: readonly Route[]): readonly Route[] {
  const own = construct.node.tryFindChild('DefaultRoute') as ec2.CfnRoute | undefined;
  if (!own) return routes;
  const text = (value: unknown) => JSON.stringify(network.template.stack.resolve(value));
  const same = routes.find(({ DestinationCidrBlock, Target, State, Origin }) => DestinationCidrBlock === '0.0.0.0/0' && Origin === 'CreateRoute'
    && State === 'active' && !isHidden(Target) && ('NatGatewayId' in Target && text(own.natGatewayId) === text(network.refs.get(Target.NatGatewayId))
    || 'GatewayId' in Target && text(own.gatewayId) === text(network.refs.get(Target.GatewayId))));
  if (same === undefined) construct.node.tryRemoveChild('DefaultRoute');
  return routes.filter(route => route !== same);
}

function addRoutesOf(network: Network, { ref, routes, condition }: Table): void {
  const gateways = network.world.vpcEndpoints.filter(one => one.VpcEndpointType === 'Gateway').map(({ VpcEndpointId }) => VpcEndpointId);
  for (const { Target, Origin, State, DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId } of routes) {
    if (Origin !== 'CreateRoute' || !isHidden(Target) && 'GatewayId' in Target && gateways.includes(Target.GatewayId)) continue;
    const destination = {
      RouteTableId: ref, DestinationCidrBlock, DestinationIpv6CidrBlock,
      DestinationPrefixListId: DestinationPrefixListId === undefined ? undefined : network.ref(DestinationPrefixListId),
    };
    const add = (target: object, when?: CfnCondition) => network.add('AWS::EC2::Route', { ...destination, ...target }, when);
    if (State !== 'active' || isHidden(Target) && !network.template.isConditional(Target)) {
      // What a route leads to that only another app knows may no longer exist.
      network.template.unseen.add('where a route leads');
      add({ GatewayId: network.template.onlyCloudFormationKnows('') }, condition);
    } else if (isHidden(Target)) {
      if (network.random.chance(0.5)) Target.among.forEach((target, at) => add(targetOf(network, target), network.template.whether(Target, at)));
      else add(chosenTarget(network, Target));
    } else {
      add(targetOf(network, Target as RouteTarget), condition);
    }
  }
}

function chosenTarget(network: Network, fact: Hidden<RouteTarget>): object {
  const targets = fact.among.map((target): { readonly [name: string]: string } => targetOf(network, target));
  const names = [...new Set(targets.flatMap(target => Object.keys(target)))];
  return Object.fromEntries(names.map(name => [name, network.template.choose(fact, targets.map(target => target[name]))]));
}

function targetOf(network: Network, target: RouteTarget): { readonly [name: string]: string } {
  const [[name, id]] = Object.entries(target) as [string, string][];
  if (network.world.vpcEndpoints.some(({ VpcEndpointId }) => VpcEndpointId === id)) return { VpcEndpointId: network.ref(id) };
  return { [name]: ['local', 'lgw-1'].includes(id) || name === 'CoreNetworkArn' ? id : network.ref(id) };
}

function addGatewayEndpoints(network: Network): void {
  for (const { VpcEndpointId, VpcEndpointType, ServiceName } of network.world.vpcEndpoints.filter(one => one.VpcEndpointType === 'Gateway')) {
    const leads = ({ Target }: Route) => !isHidden(Target) && 'GatewayId' in Target && Target.GatewayId === VpcEndpointId;
    network.add('AWS::EC2::VPCEndpoint', {
      VpcId: network.vpcRef, VpcEndpointType, ServiceName,
      RouteTableIds: network.tables.filter(({ routes }) => routes.some(leads)).map(table => inCase(table)),
    });
  }
}

function inCase({ ref, condition }: Table): unknown {
  return condition ? Fn.conditionIf(condition.logicalId, ref, Fn.ref('AWS::NoValue')) : ref;
}

function addPropagation(network: Network): void {
  const isPropagated = ({ Origin }: Route) => Origin === 'EnableVgwRoutePropagation';
  const tables = network.tables.filter(({ routes }) => routes.some(isPropagated));
  const gateway = network.world.virtualPrivateGateway;
  if (!gateway || tables.length === 0) return;
  const VpnGatewayId = network.ref(gateway.VpnGatewayId);
  const StaticRoutesOnly = network.random.chance(0.8);
  if (!StaticRoutesOnly) network.template.unseen.add('the routes that BGP brings');
  const VpnConnectionId = network.add('AWS::EC2::VPNConnection', { Type: 'ipsec.1', CustomerGatewayId: 'cgw-1', VpnGatewayId, StaticRoutesOnly }).ref;
  tables[0].routes.filter(isPropagated)
    .forEach(({ DestinationCidrBlock }) => network.add('AWS::EC2::VPNConnectionRoute', { VpnConnectionId, DestinationCidrBlock }));
  if (network.random.chance(0.5)) {
    network.add('AWS::EC2::VPNGatewayRoutePropagation', { VpnGatewayId, RouteTableIds: tables.map(table => inCase(table)) });
  } else {
    tables.forEach(({ ref, condition }) => network.add('AWS::EC2::VPNGatewayRoutePropagation', { VpnGatewayId, RouteTableIds: [ref] }, condition));
  }
}
