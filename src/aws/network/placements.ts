import { commonGroups, InstanceInterface, interfaceOf, isUp } from './instances';
import { Network } from './network';
import { unseenSubnet } from './subnets';
import { found } from './unread';
import {
  Destination, EgressFacts, Fact, HostKind, isUnknown, NetworkMode, SecurityGroupFacts, StartupFacts, SubnetFacts, Unknown, VpcFacts,
} from '../../egress';

/** Where one service's tasks are placed. */
export interface TaskPlacement {
  /** The service's name in messages. */
  readonly service: string;
  readonly hostKind: Fact<HostKind>;
  readonly networkMode: Fact<NetworkMode>;
  /** The service's own network configuration. Without a security group, the VPC's default group applies. */
  readonly awsvpc?: { readonly subnets: readonly string[]; readonly securityGroups: readonly string[]; readonly assignPublicIp: boolean };
  /** The EC2 instances that its tasks may run on, for network modes `host` and `bridge`. */
  readonly instances?: Fact<readonly string[]>;
  /** @default - the public internet on TCP 443 */
  readonly destination?: Destination;
  /** Postman's host that the agent sends to. */
  readonly host: string;
  readonly startup?: StartupFacts;
}

/** The place of the interface that carries the agent's traffic, and its security groups. */
type InterfaceFacts = Pick<EgressFacts, 'subnets' | 'securityGroups' | 'vpc'>;

export async function placementFacts(network: Network, placement: TaskPlacement): Promise<EgressFacts> {
  const { hostKind, networkMode, destination, host, startup } = placement;
  const path = { host, ...destination ? { destination } : {}, ...startup ? { startup } : {} };
  return { hostKind, networkMode, ...await interfaceFacts(network, placement), ...path };
}

async function interfaceFacts(network: Network, placement: TaskPlacement): Promise<InterfaceFacts> {
  const { service, hostKind, networkMode, awsvpc, instances } = placement;
  // Their verdict does not depend on the network.
  if (networkMode === 'none' || hostKind === 'EXTERNAL') return unseenInterface({ unknown: `the network of service ${service} is not read` });
  if (networkMode === 'awsvpc' || isUnknown(networkMode) && awsvpc) {
    return awsvpc ? taskInterface(network, service, awsvpc, hostKind) : unseenInterface({ unknown: `service ${service} has no network configuration` });
  }
  return instanceInterface(network, service, instances ?? { unknown: `the container instances of service ${service} cannot be seen` });
}

function unseenInterface(unknown: Unknown): InterfaceFacts {
  return { subnets: unknown, securityGroups: unknown, vpc: unknown };
}

/** `awsvpc`: each task has its own interface. */
async function taskInterface(
  network: Network, service: string, awsvpc: NonNullable<TaskPlacement['awsvpc']>, hostKind: Fact<HostKind>,
): Promise<InterfaceFacts> {
  const { subnets, securityGroups, assignPublicIp } = awsvpc;
  const vpc = vpcOfSubnets(network, service, subnets);
  // ECS gives the interfaces of EC2 tasks no public address, also if the service asks for one.
  const publicIpv4 = hostKind !== 'EC2' && assignPublicIp;
  const [placed, groups, facts] = await Promise.all([
    Promise.all(subnets.map(id => network.subnet(id, publicIpv4))),
    securityGroups.length > 0 ? network.securityGroups(securityGroups) : vpc.then(id => defaultGroups(network, id)),
    vpc.then(id => vpcOf(network, id)),
  ]);
  return { subnets: placed, securityGroups: groups, vpc: facts };
}

/** `host` and `bridge`: tasks use the interface of their container instance. */
async function instanceInterface(network: Network, service: string, instances: Fact<readonly string[]>): Promise<InterfaceFacts> {
  if (isUnknown(instances)) return unseenInterface(instances);
  const reads = await Promise.all(instances.map(async id => ({ id, read: await network.account.instance.of(id) })));
  const up = reads.flatMap(({ read }) => read.items.filter(isUp).map(interfaceOf));
  const lost = reads.filter(({ read }) => read.items.length === 0);
  if (up.length + lost.length === 0) return unseenInterface({ unknown: `no container instance of service ${service} is running` });
  const unseen = (what: string) => lost.map(({ id, read }) => found(read, `${what} of instance ${id}`)).filter(isUnknown);
  const groups = up.length === 0 ? unseen('the network interface')[0] : commonGroups(up, service);
  const [placed, securityGroups, vpc] = await Promise.all([
    Promise.all(up.map(at => instanceSubnet(network, at))),
    isUnknown(groups) ? groups : network.securityGroups(groups),
    vpcOf(network, oneVpc(service, up.map(at => at.vpc), unseen('the VPC')[0] ?? { unknown: `EC2 did not return the VPC of service ${service}` })),
  ]);
  const places = unseen('the subnet').map((unknown, index) => unseenInstanceSubnet(lost[index].id, unknown));
  return { subnets: [...new Set(placed), ...places], securityGroups, vpc };
}

async function instanceSubnet(network: Network, { instance, subnet, publicIpv4, ipv6 }: InstanceInterface): Promise<SubnetFacts> {
  return subnet === undefined
    ? unseenInstanceSubnet(instance, { unknown: `EC2 did not return the subnet of instance ${instance}` })
    : network.subnet(subnet, publicIpv4, ipv6);
}

/** Stands for the subnet of an instance that cannot be seen. */
function unseenInstanceSubnet(instance: string, unknown: Unknown): SubnetFacts {
  return { ...unseenSubnet(`of instance ${instance}`, unknown), publicIpv4: unknown };
}

async function vpcOfSubnets(network: Network, service: string, ids: readonly string[]): Promise<Fact<string>> {
  const subnets = await Promise.all(ids.map(async id => found(await network.account.subnet.of(id), `the VPC of subnet ${id}`)));
  return oneVpc(service, subnets.map(subnet => isUnknown(subnet) ? undefined : subnet.VpcId),
    subnets.find(isUnknown) ?? { unknown: `the VPC of service ${service} is not known, because it names no subnet` });
}

/** @param otherwise  the result if no VPC is known */
function oneVpc(service: string, ids: readonly (string | undefined)[], otherwise: Unknown): Fact<string> {
  const [first, second] = new Set(ids.filter(id => id !== undefined));
  if (first === undefined) return otherwise;
  return second === undefined ? first : { unknown: `service ${service} is in several VPCs (${first} and ${second}), which cannot be judged together` };
}

async function vpcOf(network: Network, id: Fact<string>): Promise<Fact<VpcFacts>> {
  return isUnknown(id) ? id : network.vpc(id);
}

async function defaultGroups(network: Network, vpc: Fact<string>): Promise<Fact<readonly SecurityGroupFacts[]>> {
  return isUnknown(vpc) ? vpc : [await network.defaultGroup(vpc)];
}
