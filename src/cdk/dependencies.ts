import type { CfnResource } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { ApiKey } from './api-key';
import { isCfnResource } from './tree/loaded';
import { dependNoMore, dependOn, overridesOf, subjectsOf } from './tree/non-public';
import { StageIndex } from './tree/stage-index';

/** The execution role, which reads the API key. */
interface Grantee {
  readonly executionRole: iam.IRole;
  readonly apiKey: ApiKey;
}

/** CloudFormation creates the policy of the execution role before the service: otherwise the first tasks could not read the secret. */
export function waitForGrant(service: ecs.BaseService, grantee: Grantee): void {
  // Only on the resource: a dependency of the service construct spreads to its security groups, alarms and scaling targets.
  const resource = service.node.defaultChild as CfnResource;
  const policy = policyOf(grantee.executionRole);
  // From resource to resource if possible: the CDK searches for the resources of any other dependency at each synthesis.
  if (policy) dependOn(resource, policy);
  else grantee.apiKey.grant.applyBefore(resource);
}

/**
 * Takes the dependency back if the policy refers to the service, directly or through other resources: CloudFormation would refuse the
 * circle. ECS then repeats the start of tasks until the policy exists.
 */
export function avoidCircle(index: StageIndex, service: CfnResource, grantee: Grantee): void {
  const policy = policyOf(grantee.executionRole);
  if (policy?.stack === service.stack && leadsTo(index, policy, service)) dependNoMore(service, policy);
}

/** The policy in which the CDK writes the grants of a role. */
export function policyOf(executionRole: iam.IRole): CfnResource | undefined {
  // That of an imported role is called `Policy`.
  const policy = (executionRole.node.tryFindChild('DefaultPolicy') ?? executionRole.node.tryFindChild('Policy'))?.node.defaultChild;
  return isCfnResource(policy) ? policy : undefined;
}

/** The same for a service that was found at synthesis, if CloudFormation accepts it. */
export function waitIfPossible(index: StageIndex, service: CfnResource, grantee: Grantee): void {
  const policy = policyOf(grantee.executionRole);
  if (policy?.stack === service.stack && !leadsTo(index, policy, service)) dependOn(service, policy);
}

/** Types that refer to no service, or whose references would be circular without the agent, too. */
const ENDS: readonly string[] = ['AWS::IAM::Role', 'AWS::Logs::LogGroup'];

/** Through resources of the same stack. */
function leadsTo(index: StageIndex, from: CfnResource, to: CfnResource): boolean {
  const seen = new Set([from]);
  for (const resource of seen) {
    if (resource === to) return true;
    if (ENDS.includes(resource.cfnResourceType)) continue;
    const subjects = resource === from && Object.keys(overridesOf(from)).length === 0 ? subjectsOf(from) : undefined;
    for (const next of subjects ? index.mentionedBy(from, subjects) : index.mentioned(resource)) if (next.stack === from.stack) seen.add(next);
  }
  return false;
}
