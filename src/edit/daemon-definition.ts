import { toJson } from './agent-container';
import { JsonObject } from './json';
import { AgentContainer, DAEMON } from '../agent';

/** What the task definition of a daemon has besides the agent's container. */
export interface DaemonDefinition {
  readonly family: string;
  readonly executionRoleArn?: string;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

/** The body for RegisterTaskDefinition of a daemon that runs only the agent. @param container undefined if it is added later */
export function daemonDefinition(container: AgentContainer | undefined, { family, executionRoleArn, tags }: DaemonDefinition): JsonObject {
  return {
    family,
    ...executionRoleArn === undefined ? {} : { executionRoleArn },
    networkMode: DAEMON.networkMode,
    requiresCompatibilities: ['EC2'],
    placementConstraints: [{ type: 'memberOf', expression: DAEMON.placementConstraint }],
    containerDefinitions: container === undefined ? [] : [toJson(container)],
    ...tags === undefined ? {} : { tags: tags.map(({ key, value }) => ({ key, value })) },
  };
}
