import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { hostKind } from './host-kind';
import { instanceGroups } from './instances';
import { knownIdentities, onlyCloudFormationKnows } from './references';
import { securityGroups } from './security-groups';
import { subnetFacts, SubnetNetwork, subnetNetwork } from './subnets';
import { vpcFacts } from './vpcs';
import { EgressFacts, Fact, HostKind, isUnknown, NetworkMode, SubnetFacts } from '../../egress';
import { ServiceInTree } from '../tree/services';
import { StageIndex } from '../tree/stage-index';

/** The network facts of a service's tasks, as the tree has them now. */
export function egressFacts(
  index: StageIndex, at: ServiceInTree, { destination, host, startup }: Pick<EgressFacts, 'destination' | 'host' | 'startup'>,
): EgressFacts {
  const kind = hostKind(index, at.resource, at.properties);
  const mode: NetworkMode = at.taskDefinition.NetworkMode ?? 'bridge';
  const { vpc, ...facts } = mode === 'host' ? instanceInterfaces(index, at) : taskInterface(index, at, kind);
  return { hostKind: kind, networkMode: mode, ...facts, vpc: vpcFacts(index, vpc, at.service.cluster.vpc), destination, host, startup };
}

/** The subnets, the security groups and the identity of the VPC of the interface that carries the agent's traffic. */
type InterfaceFacts = Pick<EgressFacts, 'subnets' | 'securityGroups'> & { readonly vpc: string | undefined };

/** In `awsvpc` mode, each task has its own interface. */
function taskInterface(index: StageIndex, { service, resource, properties }: ServiceInTree, kind: Fact<HostKind>): InterfaceFacts {
  const configuration = properties.NetworkConfiguration?.AwsvpcConfiguration ?? {};
  const what = `service ${service.node.path}`;
  const subnets = knownIdentities(index, configuration.Subnets, resource, `the subnets of ${what}`);
  const groups = knownIdentities(index, configuration.SecurityGroups, resource, `the security groups of ${what}`);
  return {
    vpc: firstVpc(index, subnets, service.cluster.vpc),
    subnets: eachSubnet(index, subnets, service.cluster.vpc, () => publicAddress(configuration.AssignPublicIp, kind)),
    securityGroups: securityGroups(index, groups),
  };
}

/** ECS gives the interfaces of EC2 tasks no public address. On Fargate the service decides, and the default is no public address. */
function publicAddress(assignPublicIp: unknown, kind: Fact<HostKind>): Fact<boolean> {
  if (kind === 'EC2') return false;
  if (assignPublicIp === undefined || assignPublicIp === 'DISABLED') return false;
  return assignPublicIp === 'ENABLED' ? true : onlyCloudFormationKnows('AssignPublicIp');
}

/** In `host` mode, the tasks use the interface of the instance that they run on. */
function instanceInterfaces(index: StageIndex, at: ServiceInTree): InterfaceFacts {
  const groups = instanceGroups(index, at);
  const { vpc } = at.service.cluster;
  if (isUnknown(groups)) return { subnets: groups, securityGroups: groups, vpc: undefined };
  const each = groups.map((group): InterfaceFacts => ({
    vpc: firstVpc(index, group.subnets, vpc),
    subnets: eachSubnet(index, group.subnets, vpc, subnet => group.publicIpv4 ?? subnet.mapPublicIpOnLaunch),
    securityGroups: securityGroups(index, group.securityGroups),
  }));
  const [first] = each;
  return each.length === 1 ? first : {
    vpc: first.vpc,
    subnets: each.map(({ subnets }) => subnets).find(isUnknown) ?? each.flatMap(({ subnets }) => subnets as readonly SubnetFacts[]),
    // The rules of one interface's groups are united. Those of several interfaces must not be: a task runs on one of the instances.
    securityGroups: { unknown: `instances of ${groups.map(({ name }) => name).join(' and ')} may have different security groups` },
  };
}

function eachSubnet(
  index: StageIndex, subnets: Fact<readonly string[]>, vpc: ec2.IVpc, publicIpv4: (subnet: SubnetNetwork) => Fact<boolean>,
): Fact<readonly SubnetFacts[]> {
  return isUnknown(subnets) ? subnets : subnets.map(identity => subnetFacts(index, identity, vpc, publicIpv4));
}

function firstVpc(index: StageIndex, subnets: Fact<readonly string[]>, vpc: ec2.IVpc): string | undefined {
  return isUnknown(subnets) || subnets.length === 0 ? undefined : subnetNetwork(index, subnets[0], vpc).vpc;
}
