import type { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Attachment } from './attachment';
import { policyOf } from './dependencies';
import { pullImage, Statement, statementText, writeLog } from '../permissions';
import { RoleFacts } from '../preflight';
import { readable, resolveIdentities } from './tree/identities';
import { isCfnResource, stackOf, Token, TokenComparison } from './tree/loaded';
import { finalValue } from './tree/properties';
import { StageIndex } from './tree/stage-index';

/** Whether a template has the grants of the execution role that the task definition names. */
export function roleFacts(index: StageIndex, attachment: Attachment): RoleFacts {
  const { executionRole: role, container } = attachment;
  const resource = container.taskDefinition.node.defaultChild as CfnTaskDefinition;
  const [named, own] = [roleInTemplate(resource), role.roleArn].map(value => index.resolved(resource, value));
  const isOurs = named === own || JSON.stringify(named) === JSON.stringify(own);
  if (isOurs && isWritten(role, container.taskDefinition.stack.account)) return { access: 'granted' };
  return {
    access: 'notGranted',
    role: isOurs ? role.node.path : readable(named),
    container: container.containerName,
    statements: needed(attachment).map(statement => readable(resolveIdentities(resource, statementText(statement)))),
  };
}

/** The execution role as the template has it; undefined if an override has removed it. */
export function roleInTemplate(resource: CfnTaskDefinition): unknown {
  return finalValue(resource, 'ExecutionRoleArn', resource.executionRoleArn);
}

/**
 * Whether a policy of the role is in a template. The CDK says "granted" also for roles that it does not write to: imported ones that
 * are immutable or of another account, and those of `Role.customizeRoles`.
 */
function isWritten(role: iam.IRole, account: string): boolean {
  if (Token.compareStrings(role.env.account, account) === TokenComparison.DIFFERENT) return false;
  return policyOf(role) !== undefined || role.node.findAll().some(child => isCfnResource(child) && child.cfnResourceType !== 'AWS::IAM::Role');
}

/** What the role needs for the agent's container. */
function needed({ apiKey, container }: Attachment): Statement[] {
  const { partition, account } = stackOf(container.taskDefinition);
  const { logDriver, options = {} } = container.logDriverConfig ?? {};
  const { 'awslogs-group': name, 'awslogs-region': region } = options;
  const logs = logDriver === 'awslogs' && name !== undefined ? [writeLog({ partition, region, account, name })] : [];
  return [...apiKey.statements, ...logs, ...pullImage(readable(resolveIdentities(container, container.imageName)), partition)];
}
