import type { CfnResource } from 'aws-cdk-lib';
import { isFargate, providerOf, strategyOf } from './capacity-providers';
import { describeReference } from './references';
import { Fact, HostKind, isUnknown } from '../../egress';
import { Properties } from '../tree/properties';
import { StageIndex } from '../tree/stage-index';

const KINDS: readonly unknown[] = ['FARGATE', 'EC2', 'MANAGED_INSTANCES', 'EXTERNAL'] satisfies HostKind[];

/** What runs the tasks of a service. */
export function hostKind(index: StageIndex, service: CfnResource, properties: Properties): Fact<HostKind> {
  const strategy = strategyOf(index, service, properties);
  if (!strategy) {
    const launchType = properties.LaunchType ?? 'EC2';
    return KINDS.includes(launchType) ? launchType : { unknown: `the launch type of ${service.node.path} is known only to CloudFormation` };
  }
  const kinds = new Set(strategy.map(item => kindOfProvider(index, item.CapacityProvider, service)));
  const unknown = [...kinds].find(isUnknown);
  if (unknown) return unknown;
  return kinds.size === 1
    ? [...kinds][0]
    : { unknown: `service ${service.node.path} mixes capacity providers of several kinds (${[...kinds].join(', ')})` };
}

function kindOfProvider(index: StageIndex, value: unknown, from: CfnResource): Fact<HostKind> {
  if (isFargate(value)) return 'FARGATE';
  const provider = providerOf(index, value, from);
  if (provider) {
    const { AutoScalingGroupProvider, ManagedInstancesProvider } = index.read(provider);
    if (AutoScalingGroupProvider !== undefined) return 'EC2';
    if (ManagedInstancesProvider !== undefined) return 'MANAGED_INSTANCES';
  }
  return { unknown: `capacity provider ${describeReference(index, value, from)} is not part of this app` };
}
