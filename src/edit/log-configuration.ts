import { isObject, Json, JsonObject, textIn } from './json';
import { containersOf } from './task-definition';

/** The options that say where a log goes. Options that say how lines are read fit only the application's own log. */
const KEPT_OPTIONS = ['awslogs-group', 'awslogs-create-group', 'awslogs-region', 'awslogs-endpoint', 'mode', 'max-buffer-size'];

export interface AwsLogs {
  readonly logDriver: 'awslogs';
  readonly options: { readonly [name: string]: string };
}

/** A log in a group that exists. */
export function logIn(group: string, region: string, streamPrefix: string): AwsLogs {
  return { logDriver: 'awslogs', options: { 'awslogs-group': group, 'awslogs-region': region, 'awslogs-stream-prefix': streamPrefix } };
}

/** The options of a log driver that logs to a group of CloudWatch Logs; undefined for any other. */
function optionsOfAwsLogs(logConfiguration: Json | undefined): JsonObject | undefined {
  if (!isObject(logConfiguration) || logConfiguration.logDriver !== 'awslogs') return undefined;
  const { options } = logConfiguration;
  return isObject(options) && textIn(options['awslogs-group']) !== undefined ? options : undefined;
}

/** A log in CloudWatch. */
export interface LogPlace {
  readonly group: string;
  readonly region?: string;
  /** The stream of the container in a task, by the task's id. */
  readonly stream: (task: string) => string;
}

/** Where the log of a container is in CloudWatch; undefined if it is not there. */
export function awsLogsOf({ name, logConfiguration }: JsonObject): LogPlace | undefined {
  const options = optionsOfAwsLogs(logConfiguration);
  const prefix = textIn(options?.['awslogs-stream-prefix']);
  // Without a prefix the stream has the name of the Docker container, which ECS does not tell.
  if (options === undefined || prefix === undefined) return undefined;
  return { group: textIn(options['awslogs-group'])!, region: textIn(options['awslogs-region']), stream: task => `${prefix}/${textIn(name) ?? ''}/${task}` };
}

/**
 * Where the agent's log goes: to the log group of the first container that logs to CloudWatch, under the agent's own prefix. So
 * it needs no new group and no new permission. Undefined if no container logs to CloudWatch.
 */
export function borrowedLog(body: JsonObject, streamPrefix: string): AwsLogs | undefined {
  for (const { logConfiguration } of containersOf(body)) {
    const options = optionsOfAwsLogs(logConfiguration);
    if (options === undefined) continue;
    const kept = KEPT_OPTIONS.flatMap(name => {
      const value = textIn(options[name]);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { logDriver: 'awslogs', options: { ...Object.fromEntries(kept), 'awslogs-stream-prefix': streamPrefix } };
  }
  return undefined;
}
