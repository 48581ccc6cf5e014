import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { Attachment, attachTo } from './attachment';
import { describeValue } from './kinds';
import { requireVersions } from './requirements';
import { selectionOf, TaskNetwork } from './runners';
import { agentOf, AgentProps, refuseCircleWith, requireSubnetsOf, stoppedPattern } from './sidecar';
import { EgressReaction, validateTaskAtSynthesis } from './synthesis';
import { StageIndex } from './tree/stage-index';
import { inUsersLanguage } from './users-language';
import { Generation } from '../agent';

export interface TaskSidecarProps extends AgentProps, TaskNetwork {
  readonly taskDefinition: ecs.TaskDefinition;
}

/**
 * Adds the agent of a generation to a task definition, and the checks of both to the sidecar's validations.
 *
 * @throws if a property is wrong; the error names it
 */
export function addTaskSidecar(sidecar: Construct, generation: Generation, props: TaskSidecarProps, reaction: EgressReaction): Attachment {
  requireVersions();
  const taskDefinition = requireTaskDefinition(props.taskDefinition, sidecar.node.path);
  const { agent, apiKey } = agentOf(sidecar, generation, props);
  if (agent.discovery === true && props.cluster === undefined) {
    throw new Error(inUsersLanguage(`${sidecar.node.path}: \`discovery\` needs \`cluster\`, since tasks are registered under the name of their cluster. Set \`cluster\`, too.`));
  }
  requireNetwork(sidecar, props);
  refuseCircleWith(sidecar, taskDefinition.node.defaultChild as ecs.CfnTaskDefinition, `task definition ${taskDefinition.node.path}`, agent);
  if (reaction.knownEgress && props.vpc) requireSubnetsOf(sidecar, 'knownEgress', props.vpc, reaction.knownEgress);
  const attachment = attachTo(sidecar, taskDefinition, {
    generation,
    agent,
    place: { region: taskDefinition.stack.region, taskFamily: taskDefinition.family, cluster: props.cluster?.clusterName },
    apiKey,
    image: props.image,
    logging: props.logging,
  });
  StageIndex.expect(sidecar);
  sidecar.node.addValidation({ validate: () => validateTaskAtSynthesis(sidecar, taskDefinition, attachment, props, reaction) });
  return attachment;
}

/** The pattern of the ECS task state changes in which the agent's container of a task definition has stopped. */
export function agentStoppedInTaskPattern(container: ecs.ContainerDefinition): events.EventPattern {
  return stoppedPattern(container, { taskDefinitionArn: [container.taskDefinition.taskDefinitionArn] });
}

function requireTaskDefinition(taskDefinition: ecs.TaskDefinition, path: string): ecs.TaskDefinition {
  if (ecs.TaskDefinition.prototype.isPrototypeOf(taskDefinition)) return taskDefinition;
  const inner = (taskDefinition as { readonly taskDefinition?: object } | undefined)?.taskDefinition ?? {};
  const hasOne = ecs.TaskDefinition.prototype.isPrototypeOf(inner);
  throw new Error(inUsersLanguage(`${path}: \`taskDefinition\` must be a FargateTaskDefinition, an Ec2TaskDefinition or a TaskDefinition of this app, `
    + `got: ${describeValue(taskDefinition)}${hasOne ? '; pass its `taskDefinition`' : '; imported task definitions cannot be changed'}.`));
}

/** Subnets and groups are those of a VPC. */
function requireNetwork(sidecar: Construct, network: TaskNetwork): void {
  const { vpc, subnets, securityGroups, assignPublicIp } = network;
  if (vpc) return requireSubnetsOf(sidecar, subnets ? 'subnets' : 'vpc', vpc, selectionOf(network));
  const [given] = Object.entries({ subnets, securityGroups, assignPublicIp }).filter(([, value]) => value !== undefined);
  if (given) throw new Error(inUsersLanguage(`${sidecar.node.path}: \`${given[0]}\` has a meaning only with \`vpc\`. Set \`vpc\`, too, or leave \`${given[0]}\` out.`));
}
