/** The networks that both forms, construct trees and EC2's answers, can express. */
import {
  ContainerInstance, isHidden, Maybe, NatGateway, NetworkAcl, NetworkAclEntry, Route, RouteTable, RouteTarget, World,
} from '../model/world';

/** One network, as each form shows it: a fact that a form cannot hide has one of its values there. */
export interface Expressible {
  readonly tree: World;
  readonly answers: World;
  /** What was changed, because one of the forms cannot express it. */
  readonly changes: readonly string[];
}

/** The nearest world that both forms can express. */
export function expressible(given: World): Expressible {
  const changes: string[] = [];
  const steps: readonly (readonly [what: string, change: (world: World) => World])[] = [
    ['routes to what does not exist are blackholes', withoutDeadTargets],
    ['routes of gateway endpoints are active', withActiveEndpoints],
    ['the virtual private gateway propagates the same ranges into each table that it propagates into', withEqualPropagation],
    ['the table of a regional NAT gateway has the route that AWS creates', withCreatedRoutes],
    ['Managed Instances have the addresses that their subnets give', withAddressesOfSubnets],
    ['the numbers of the entries of a network ACL differ', withOwnNumbers],
  ];
  const world = steps.reduce((before, [what, change]) => {
    const after = change(before);
    if (JSON.stringify(after) !== JSON.stringify(before)) changes.push(what);
    return after;
  }, given);
  return { tree: deployable(world), answers: described(world), changes };
}

/** CloudFormation waits until a NAT gateway is available. */
function deployable(world: World): World {
  const show = (gateway: NatGateway): NatGateway => isHidden(gateway.State) && gateway.State.among.includes('available')
    ? { ...gateway, State: 'available' } : gateway;
  return { ...world, natGateways: world.natGateways.map(show) };
}

/** DescribeServices returns the whole network configuration. */
function described(world: World): World {
  const { AssignPublicIp } = world.task;
  return isHidden(AssignPublicIp) ? { ...world, task: { ...world.task, AssignPublicIp: AssignPublicIp.among[0] } } : world;
}

/** The same for each value that a hidden fact may have. */
export function mapped<T, R>(value: Maybe<T>, map: (known: T) => R): Maybe<R> {
  return isHidden(value) ? { hidden: value.hidden, among: (value.among as readonly T[]).map(map) } : map(value as T);
}

function withTables(world: World, change: (table: RouteTable) => RouteTable): World {
  return { ...world, routeTables: world.routeTables.map(change) };
}

function withRoutes(world: World, change: (routes: readonly Route[], table: string) => readonly Route[]): World {
  return withTables(world, table => ({ ...table, Routes: mapped(table.Routes, routes => change(routes, table.RouteTableId)) }));
}

/** EC2 shows a route to a detached or deleted gateway as a blackhole. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html */
function withoutDeadTargets(world: World): World {
  return withRoutes(world, routes => routes.map((route): Route => {
    const { Target, State } = route;
    if (!isHidden(Target)) return exists(world, Target) ? route : { ...route, State: 'blackhole' };
    const among = Target.among.filter(target => exists(world, target));
    if (among.length === Target.among.length) return route;
    return { ...route, Target: among.length > 1 ? { ...Target, among } : among[0] ?? Target.among[0], State: among.length > 0 ? State : 'blackhole' };
  }));
}

function exists(world: World, target: RouteTarget): boolean {
  if ('GatewayId' in target) {
    const { internetGateway, virtualPrivateGateway, vpcEndpoints } = world;
    return target.GatewayId === 'local' || internetGateway?.Attached === true && internetGateway.InternetGatewayId === target.GatewayId
      || virtualPrivateGateway?.VpnGatewayId === target.GatewayId || vpcEndpoints.some(({ VpcEndpointId }) => VpcEndpointId === target.GatewayId);
  }
  if ('NatGatewayId' in target) {
    return world.natGateways.some(({ NatGatewayId, State }) => NatGatewayId === target.NatGatewayId && State !== 'deleted');
  }
  if ('InstanceId' in target) return world.natInstances.some(({ InstanceId, State }) => InstanceId === target.InstanceId && State !== 'terminated');
  if ('NetworkInterfaceId' in target) {
    return world.networkInterfaces.some(({ NetworkInterfaceId }) => NetworkInterfaceId === target.NetworkInterfaceId)
      || world.natInstances.some(({ NetworkInterfaceId, State }) => NetworkInterfaceId === target.NetworkInterfaceId && State !== 'terminated');
  }
  const { egressOnlyInternetGateway, transitGateway, vpcPeeringConnection, coreNetwork, localGateway, carrierGateway } = world;
  return [egressOnlyInternetGateway, transitGateway, coreNetwork, localGateway, carrierGateway].some(gateway => gateway !== undefined
    && JSON.stringify(gateway) === JSON.stringify(target))
    || 'VpcPeeringConnectionId' in target && vpcPeeringConnection?.VpcPeeringConnectionId === target.VpcPeeringConnectionId;
}

/** The endpoint itself adds its routes and removes them. */
function withActiveEndpoints(world: World): World {
  const gateways = world.vpcEndpoints.filter(({ VpcEndpointType }) => VpcEndpointType === 'Gateway').map(({ VpcEndpointId }) => VpcEndpointId);
  return withRoutes(world, routes => routes.map((route): Route => {
    const [target] = isHidden(route.Target) ? route.Target.among : [route.Target as RouteTarget];
    return 'GatewayId' in target && gateways.includes(target.GatewayId) ? { ...route, Target: target, State: 'active' } : route;
  }));
}

/** The ranges belong to the VPN connection and not to the tables. https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html */
function withEqualPropagation(world: World): World {
  const gateway = world.virtualPrivateGateway;
  const isPropagated = ({ Origin }: Route) => Origin === 'EnableVgwRoutePropagation';
  const ranges = new Set<string>();
  withRoutes(world, routes => {
    routes.filter(isPropagated).forEach(({ DestinationCidrBlock }) => ranges.add(DestinationCidrBlock!));
    return routes;
  });
  if (!gateway || ranges.size === 0) return world;
  const all = [...ranges].sort().map((DestinationCidrBlock): Route => ({
    DestinationCidrBlock, Target: { GatewayId: gateway.VpnGatewayId }, Origin: 'EnableVgwRoutePropagation', State: 'active',
  }));
  return withRoutes(world, routes => routes.some(isPropagated) ? [...routes.filter(route => !isPropagated(route)), ...all] : routes);
}

/**
 * AWS makes the table with a route to the internet gateway, and CloudFormation can only add others to it.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
 */
function withCreatedRoutes(world: World): World {
  const own = world.natGateways.map(({ RouteTableId }) => RouteTableId);
  const gateway = world.internetGateway;
  const created = gateway ? [defaultRoute(gateway)] : [];
  return withTables(world, table => {
    if (!own.includes(table.RouteTableId)) return table;
    const added = isHidden(table.Routes) ? [] : table.Routes as readonly Route[];
    return { ...table, Routes: [...created, ...added.filter(({ DestinationCidrBlock }) => DestinationCidrBlock !== '0.0.0.0/0')] };
  });
}

function defaultRoute({ InternetGatewayId, Attached }: NonNullable<World['internetGateway']>): Route {
  const State = Attached ? 'active' : 'blackhole';
  return { DestinationCidrBlock: '0.0.0.0/0', Target: { GatewayId: InternetGatewayId }, Origin: 'CreateRoute', State };
}

/** Their capacity provider has no setting for addresses. */
function withAddressesOfSubnets(world: World): World {
  const { task, subnets } = world;
  const { hostKind, networkMode, containerInstances } = task;
  if (hostKind !== 'MANAGED_INSTANCES' || networkMode === 'awsvpc') return world;
  const ipv6Of = new Map([...containerInstances].reverse()
    .map(({ SubnetId, Ipv6Address }) => [SubnetId, isHidden(Ipv6Address) ? null : Ipv6Address]));
  return {
    ...world,
    task: {
      ...task,
      containerInstances: containerInstances.map((instance, at): ContainerInstance => {
        const { MapPublicIpOnLaunch, Ipv6Native } = subnets.find(({ SubnetId }) => SubnetId === instance.SubnetId)!;
        const PublicIpAddress = MapPublicIpOnLaunch && !Ipv6Native ? `54.73.0.${at + 1}` : null;
        return { ...instance, PublicIpAddress, Ipv6Address: Ipv6Native ? instance.Ipv6Address : ipv6Of.get(instance.SubnetId)! };
      }),
    },
  };
}

/** The setting of a subnet that gives Managed Instances their IPv6 address. */
export function assignsIpv6({ task }: World, subnet: string): boolean {
  return task.hostKind === 'MANAGED_INSTANCES' && task.containerInstances.some(({ SubnetId, Ipv6Address }) => SubnetId === subnet
    && typeof Ipv6Address === 'string');
}

/** Two entries of one direction cannot have the same number. */
function withOwnNumbers(world: World): World {
  const renumbered = (entries: readonly NetworkAclEntry[]): readonly NetworkAclEntry[] => {
    const taken = new Set<string>();
    return entries.map(entry => {
      let number = entry.RuleNumber;
      if (isHidden(number)) return entry;
      const key = () => `${entry.Egress} ${number as number}`;
      while (taken.has(key())) number = number as number % 32766 + 1;
      taken.add(key());
      return { ...entry, RuleNumber: number };
    });
  };
  return { ...world, networkAcls: world.networkAcls.map((acl): NetworkAcl => ({ ...acl, Entries: mapped(acl.Entries, renumbered) })) };
}
