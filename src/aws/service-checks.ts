import { parseRevision } from './arns';
import { Revision } from './revisions';
import { EcsService, isRollingOut } from './services';
import type { Finding } from '../agent';

/** CloudFormation puts it on what it manages. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html */
const STACK_TAG = 'aws:cloudformation:stack-name';

export interface ServiceCheckOptions {
  readonly allowManaged: boolean;
}

/** Why a service must not be edited, whatever its task definition says, and what is worth a word. */
export function checkService(service: EcsService, current: Revision, { allowManaged }: ServiceCheckOptions): Finding[] {
  const error = (id: string, message: string): Finding => ({ severity: 'error', id, message });
  const warning = (id: string, message: string): Finding => ({ severity: 'warning', id, message });
  const { serviceName: name, deploymentController, tags = [] } = service;
  const findings: Finding[] = [];

  const controller = deploymentController?.type ?? 'ECS';
  if (controller === 'CODE_DEPLOY') {
    findings.push(error('codeDeploy', `Service ${name} is deployed by CodeDeploy, which ECS lets nobody else do. Register a task definition with the agent and deploy it with CodeDeploy.`));
  } else if (controller !== 'ECS') {
    findings.push(error('externalController', `Service ${name} has the ${controller} deployment controller: its task sets say what runs. Add the agent where the task sets are made.`));
  }
  const stack = tags.find(({ key }) => key === STACK_TAG)?.value;
  if (stack !== undefined) {
    const managed = `Service ${name} is managed by the CloudFormation stack ${stack}, whose next deployment would undo the change`;
    findings.push(allowManaged ? warning('managed', `${managed}.`)
      : error('managed', `${managed}. Add the agent in the stack (with the AWS CDK: PostmanLiveCollectionSidecar), or use \`--allow-managed\`.`));
  }
  if (service.resourceManagementType === 'ECS') {
    findings.push(warning('expressMode', `Service ${name} is an Express Mode service: a later update of it may undo the change.`));
  }
  if (isRollingOut(service)) {
    const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
    findings.push(error('rolloutInProgress', `A rollout of service ${name} is in progress${primary ? ` (${parseRevision(primary.taskDefinition).short})` : ''}. Wait until it ends, or use \`--wait-for-rollout\`.`));
  }
  if (!current.isActive) {
    findings.push(warning('revisionInactive', `Service ${name} runs ${parseRevision(current.arn).short}, which has been deregistered: to go back, a copy of it would be registered.`));
  }
  return findings;
}

/** The services that take no update at all. */
export function checkStatus({ serviceName, status }: EcsService): Finding[] {
  return status === 'ACTIVE' ? [] : [{
    severity: 'error',
    id: 'notActive',
    message: `Service ${serviceName} is ${status}: ${status === 'DRAINING' ? 'it is being deleted' : 'it has been deleted'}. Create it again, or select another.`,
  }];
}
