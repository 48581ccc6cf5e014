import { CfnResource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { hostKind, identitiesOf, instanceGroups } from './hosts';
import { NetworkResolver } from './network';
import { securityGroup } from './security-groups';
import { Properties } from './stage-index';
import { Destination, EgressFacts, Fact, HostKind, isUnknown, NetworkMode, StartupFacts, SubnetFacts } from '../egress';

/** A service as the checks see it: the construct, its resource, and the resource's final properties. */
export interface ServiceInTree {
  readonly service: ecs.BaseService;
  readonly resource: CfnResource;
  readonly properties: Properties;
  /** The final properties of its task definition. */
  readonly taskDefinition: Properties;
}

/** Where the interface that carries the agent's traffic stands, and which groups it is in. */
type Placement = Pick<EgressFacts, 'subnets' | 'securityGroups'> & { readonly vpc: string | undefined };

/** The network facts of a service's tasks, as the tree has them now. */
export function egressFacts(
  network: NetworkResolver, at: ServiceInTree, destination: Destination | undefined, startup: StartupFacts,
): EgressFacts {
  const kind = hostKind(network, at.resource, at.properties);
  const mode: NetworkMode = at.taskDefinition.NetworkMode ?? 'bridge';
  const { vpc, ...placement } = mode === 'host' ? instancePlacement(network, at) : taskPlacement(network, at, kind);
  return { hostKind: kind, networkMode: mode, ...placement, vpc: network.vpc(vpc, at.service.cluster.vpc), destination, startup };
}

/** `awsvpc`: each task has an interface of its own. */
function taskPlacement(network: NetworkResolver, at: ServiceInTree, kind: Fact<HostKind>): Placement {
  const configuration = at.properties.NetworkConfiguration?.AwsvpcConfiguration ?? {};
  const what = `service ${at.service.node.path}`;
  const subnets = identitiesOf(network, configuration.Subnets, at.resource, `the subnets of ${what}`);
  const groups = identitiesOf(network, configuration.SecurityGroups, at.resource, `the security groups of ${what}`);
  return {
    vpc: firstVpc(network, subnets, at.service.cluster.vpc),
    subnets: eachSubnet(network, subnets, at.service.cluster.vpc, () => publicAddress(configuration.AssignPublicIp, kind)),
    securityGroups: isUnknown(groups) ? groups : groups.map(group => securityGroup(network, group)),
  };
}

/** ECS gives the interfaces of EC2 tasks no public address; on Fargate the service says, and the default is no. */
function publicAddress(assignPublicIp: unknown, kind: Fact<HostKind>): Fact<boolean> {
  if (kind === 'EC2') return false;
  if (assignPublicIp === undefined || assignPublicIp === 'DISABLED') return false;
  return assignPublicIp === 'ENABLED' ? true : { unknown: 'AssignPublicIp is known only to CloudFormation' };
}

/** `host`: the tasks use the interface of the instance they run on. */
function instancePlacement(network: NetworkResolver, at: ServiceInTree): Placement {
  const groups = instanceGroups(network, at.resource, at.properties, at.service.cluster);
  const imported = at.service.cluster.vpc;
  if (isUnknown(groups)) return { subnets: groups, securityGroups: groups, vpc: undefined };
  const placed = groups.map(group => ({
    vpc: firstVpc(network, group.subnets, imported),
    subnets: eachSubnet(network, group.subnets, imported, subnet => group.publicIpv4 ?? subnet.mapPublicIpOnLaunch),
    securityGroups: isUnknown(group.securityGroups) ? group.securityGroups : group.securityGroups.map(id => securityGroup(network, id)),
  }));
  // Instances of several groups differ in their security groups; uniting those would be too kind, so only one group is judged.
  const [first] = placed;
  return placed.length === 1 ? first : {
    vpc: first.vpc,
    subnets: placed.map(({ subnets }) => subnets).find(isUnknown) ?? placed.flatMap(({ subnets }) => subnets as readonly SubnetFacts[]),
    securityGroups: { unknown: `instances of ${groups.map(({ name }) => name).join(' and ')} may have different security groups` },
  };
}

function eachSubnet(
  network: NetworkResolver, subnets: Fact<readonly string[]>, imported: ec2.IVpc,
  address: (subnet: ReturnType<NetworkResolver['subnet']>) => Fact<boolean>,
): Fact<readonly SubnetFacts[]> {
  if (isUnknown(subnets)) return subnets;
  return subnets.map(identity => {
    const subnet = network.subnet(identity, imported);
    const publicIpv4 = address(subnet);
    // One object for all who stand there alike: what is judged of it is remembered by it.
    return network.index.once(`placed ${identity} ${JSON.stringify(publicIpv4)}`, () => ({ ...subnet, publicIpv4 }));
  });
}

function firstVpc(network: NetworkResolver, subnets: Fact<readonly string[]>, imported: ec2.IVpc): string | undefined {
  return isUnknown(subnets) || subnets.length === 0 ? undefined : network.subnet(subnets[0], imported).vpc;
}
