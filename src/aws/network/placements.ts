import { interfaceOf, isUp } from './instances';
import { Network } from './network';
import { found } from './unread';
import { Destination, EgressFacts, Fact, HostKind, InstanceFacts, isUnknown, NetworkMode, SecurityGroupFacts, StartupFacts, Unknown } from '../../egress';

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

type NetworkFacts = Pick<EgressFacts, 'service' | 'instances' | 'vpc'>;

export async function placementFacts(network: Network, placement: TaskPlacement): Promise<EgressFacts> {
  const { hostKind, networkMode, destination, host, startup } = placement;
  const facts = await networkFacts(network, placement);
  const path = { host, ...destination ? { destination: await located(network, destination, facts.vpc) } : {}, ...startup ? { startup } : {} };
  return { hostKind, networkMode, ...facts, ...path };
}

/** With the subnet of a proxy, if it is in one of the service's VPC. */
async function located(network: Network, destination: Destination, vpc: EgressFacts['vpc']): Promise<Destination> {
  if (destination.kind !== 'address' || isUnknown(vpc)) return destination;
  const subnet = await network.subnetOf(destination.address, vpc);
  return subnet === undefined ? destination : { ...destination, subnet };
}

async function networkFacts(network: Network, { service, hostKind, networkMode, awsvpc, instances }: TaskPlacement): Promise<NetworkFacts> {
  // Their verdict does not depend on the network.
  if (networkMode === 'none' || hostKind === 'EXTERNAL') return { vpc: { unknown: `the network of service ${service} is not read` } };
  if (awsvpc && (networkMode === 'awsvpc' || isUnknown(networkMode))) return serviceNetwork(network, service, awsvpc);
  if (networkMode === 'awsvpc') return { vpc: { unknown: `service ${service} has no network configuration` } };
  return instanceNetwork(network, service, instances ?? { unknown: `the container instances of service ${service} cannot be seen` });
}

async function serviceNetwork(network: Network, service: string, awsvpc: NonNullable<TaskPlacement['awsvpc']>): Promise<NetworkFacts> {
  const { subnets, securityGroups, assignPublicIp } = awsvpc;
  const vpc = vpcOfSubnets(network, service, subnets);
  const [placed, groups, facts] = await Promise.all([
    Promise.all(subnets.map(id => network.subnet(id))),
    securityGroups.length > 0 ? network.securityGroups(securityGroups) : vpc.then(id => defaultGroups(network, id)),
    vpc.then(async id => isUnknown(id) ? id : network.vpc(id)),
  ]);
  return { service: { subnets: placed, securityGroups: groups, assignPublicIp }, vpc: facts };
}

async function instanceNetwork(network: Network, service: string, ids: Fact<readonly string[]>): Promise<NetworkFacts> {
  if (isUnknown(ids)) return { instances: ids, vpc: ids };
  const all = await Promise.all(ids.map(id => readInstance(network, id)));
  const running = all.filter(instance => instance !== undefined);
  const none = { unknown: `no container instance of service ${service} is running` };
  if (running.length === 0) return { instances: none, vpc: none };
  const vpc = oneVpc(service, running.map(instance => instance.vpc), { unknown: `EC2 did not return the VPC of service ${service}` });
  return { instances: running.map(({ facts }) => facts), vpc: isUnknown(vpc) ? vpc : await network.vpc(vpc) };
}

interface Placed {
  readonly facts: InstanceFacts;
  readonly vpc: Fact<string | undefined>;
}

/** @returns undefined for an instance that does not run */
async function readInstance(network: Network, id: string): Promise<Placed | undefined> {
  const read = await network.account.instance.of(id);
  const [instance] = read.items;
  if (instance === undefined) return unseenInstance(id, what => found(read, `${what} of instance ${id}`) as Unknown);
  if (!isUp(instance)) return undefined;
  const { subnet, vpc, securityGroups, publicIpv4, ipv6 } = interfaceOf(instance);
  const notReturned = (what: string) => ({ unknown: `EC2 did not return the ${what} of instance ${id}` });
  const [subnets, groups] = await Promise.all([
    subnet === undefined ? notReturned('subnet') : network.subnet(subnet).then(facts => [facts]),
    securityGroups.length === 0 ? notReturned('security groups') : network.securityGroups(securityGroups),
  ]);
  return { facts: { id, subnets, securityGroups: groups, publicIpv4, ipv6 }, vpc };
}

function unseenInstance(id: string, unseen: (what: string) => Unknown): Placed {
  return {
    facts: {
      id, subnets: unseen('the subnet'), securityGroups: unseen('the security groups'), publicIpv4: unseen('the address'), ipv6: unseen('the IPv6 address'),
    },
    vpc: unseen('the VPC'),
  };
}

async function vpcOfSubnets(network: Network, service: string, ids: readonly string[]): Promise<Fact<string>> {
  const subnets = await Promise.all(ids.map(async id => found(await network.account.subnet.of(id), `the VPC of subnet ${id}`)));
  const vpcs = subnets.map(subnet => isUnknown(subnet) ? subnet : subnet.VpcId);
  return oneVpc(service, vpcs, { unknown: `the VPC of service ${service} is not known, because it names no subnet` });
}

/** @param otherwise  the result if no VPC is named */
function oneVpc(service: string, ids: readonly Fact<string | undefined>[], otherwise: Unknown): Fact<string> {
  const [first, second] = new Set(ids.filter(id => typeof id === 'string'));
  if (first === undefined) return ids.find(isUnknown) ?? otherwise;
  return second === undefined ? first : { unknown: `service ${service} is in several VPCs (${first} and ${second}), which cannot be judged together` };
}

async function defaultGroups(network: Network, vpc: Fact<string>): Promise<Fact<readonly SecurityGroupFacts[]>> {
  return isUnknown(vpc) ? vpc : [await network.defaultGroup(vpc)];
}
