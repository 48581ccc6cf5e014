import { hostKind } from './host-kind';
import { instanceGroups } from './instances';
import { located } from './proxies';
import { knownIdentities, knownOrNone, onlyCloudFormationKnows } from './references';
import { securityGroups } from './security-groups';
import { subnetFacts, Vouched, vpcOf } from './subnets';
import { vpcFacts } from './vpcs';
import { EgressCases, EgressFacts, Fact, InstanceFacts, isUnknown, NetworkMode, ServiceNetwork } from '../../egress';
import { hasPlaceholder } from '../tree/later';
import { isPlaceholder, pendingLookUps } from '../tree/non-public';
import { Properties } from '../tree/properties';
import { RunnerInTree } from '../tree/runners';
import { StageIndex } from '../tree/stage-index';

/** Where the agent sends to, and what ECS reads before the task starts. */
type Paths = Pick<EgressFacts, 'destination' | 'host' | 'startup'>;

/**
 * The network facts of a service's tasks, as the tree has them now, in each case that CloudFormation conditions allow.
 *
 * @param vouched  the subnets that a user vouches for
 */
export function egressCases(index: StageIndex, at: RunnerInTree, paths: Paths, vouched?: Vouched): EgressCases {
  const cases = index.cases(at.resource, () => egressFacts(index, at, paths, vouched));
  return 'tooMany' in cases ? cases : cases.map(({ when, value }) => ({ when, facts: value }));
}

/**
 * Whether the network of a service contains placeholders, since the CDK CLI has yet to look it up. The CLI synthesizes again with the
 * real values.
 */
export function awaitsLookUp(index: StageIndex, { vpc, stacks, properties, resource }: RunnerInTree): boolean {
  if ((vpc !== undefined && isPlaceholder(vpc)) || hasPlaceholder(properties.NetworkConfiguration)) return true;
  const pending = stacks.flatMap(pendingLookUps);
  if (pending.length === 0) return false;
  if (pending.some(({ key }) => key.includes('PrefixListName='))) return true;
  const { AwsvpcConfiguration } = properties.NetworkConfiguration ?? {};
  const groups = [AwsvpcConfiguration?.SecurityGroups ?? []].flat().map(value => index.identity(value, resource));
  // Without a configuration of its own, a task has the groups of the instances.
  const mayContain = AwsvpcConfiguration === undefined || groups.includes(PLACEHOLDER_GROUP);
  return mayContain && pending.some(({ provider }) => provider === 'security-group');
}

/** What `SecurityGroup.fromLookupById` and `fromLookupByName` give before the look-up. */
const PLACEHOLDER_GROUP = 'sg-12345678';

function egressFacts(index: StageIndex, at: RunnerInTree, paths: Paths, vouched: Vouched | undefined): EgressFacts {
  const { vpc } = at;
  const properties = index.settled(at.properties, at.resource);
  const mode = networkMode(index.settled(at.taskDefinition, at.definition).NetworkMode);
  const service = mode === 'awsvpc' || properties.NetworkConfiguration !== undefined ? serviceNetwork(index, at, properties, vouched) : undefined;
  const instances = mode === 'awsvpc' || mode === 'none' ? undefined : instanceNetworks(index, at, properties, vouched);
  const id = (mode === 'awsvpc' ? service?.vpc : instances?.vpc) ?? service?.vpc ?? instances?.vpc;
  return {
    hostKind: hostKind(index, at.resource, properties),
    networkMode: mode,
    ...service ? { service: service.network } : {},
    ...instances ? { instances: instances.facts } : {},
    vpc: vpcFacts(index, id, vpc),
    ...paths,
    destination: located(index, paths.destination, id),
  };
}

const MODES: readonly unknown[] = ['awsvpc', 'host', 'bridge', 'none'] satisfies NetworkMode[];

function networkMode(value: unknown): Fact<NetworkMode> {
  if (value === undefined) return 'bridge';
  return MODES.includes(value) ? value as NetworkMode : onlyCloudFormationKnows('the network mode of the task definition');
}

/** With the identity of the VPC, if the subnets tell it. */
function serviceNetwork(
  index: StageIndex, { name: what, resource, vpc }: RunnerInTree, { NetworkConfiguration }: Properties, vouched: Vouched | undefined,
): { readonly network: ServiceNetwork; readonly vpc: string | undefined } {
  const { Subnets, SecurityGroups, AssignPublicIp } = NetworkConfiguration?.AwsvpcConfiguration ?? {};
  const subnets = knownIdentities(index, Subnets, resource, `the subnets of ${what}`);
  const groups = NetworkConfiguration?.AwsvpcConfiguration === undefined
    ? onlyCloudFormationKnows(`the network configuration of ${what}`)
    : knownOrNone(index, SecurityGroups, resource, `the security groups of ${what}`);
  return {
    network: {
      subnets: subnetFacts(index, subnets, vpc, vouched),
      securityGroups: securityGroups(index, groups, resource),
      assignPublicIp: publicAddress(AssignPublicIp),
    },
    vpc: vpcOf(index, subnets),
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-awsvpcconfiguration.html */
function publicAddress(assignPublicIp: unknown): Fact<boolean> {
  if (assignPublicIp === undefined || assignPublicIp === 'DISABLED') return false;
  return assignPublicIp === 'ENABLED' ? true : onlyCloudFormationKnows('AssignPublicIp');
}

function instanceNetworks(
  index: StageIndex, at: RunnerInTree, properties: Properties, vouched: Vouched | undefined,
): { readonly facts: Fact<readonly InstanceFacts[]>; readonly vpc: string | undefined } {
  const groups = instanceGroups(index, at, properties);
  if (isUnknown(groups)) return { facts: groups, vpc: undefined };
  return {
    facts: groups.map(({ id, resource, subnets, securityGroups: names, publicIpv4, ipv6 }) => ({
      id,
      subnets: subnetFacts(index, subnets, at.vpc, vouched),
      securityGroups: securityGroups(index, names, resource),
      ...publicIpv4 === undefined ? {} : { publicIpv4 },
      ...ipv6 === undefined ? {} : { ipv6 },
    })),
    vpc: groups.map(({ subnets }) => vpcOf(index, subnets)).find(vpc => vpc !== undefined),
  };
}
