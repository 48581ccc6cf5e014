import { isObject, JsonObject, textIn } from './json';
import { containersOf } from './task-definition';

/** The options that say where a log goes. Options that say how lines are read fit only the application's own log. */
const KEPT_OPTIONS = ['awslogs-group', 'awslogs-create-group', 'awslogs-region', 'awslogs-endpoint', 'mode', 'max-buffer-size'];

export interface AwsLogs {
  readonly logDriver: 'awslogs';
  readonly options: { readonly [name: string]: string };
}

/**
 * Where the agent's log goes: to the log group of the first container that logs to CloudWatch, under the agent's own prefix. So
 * it needs no new group and no new permission. Undefined if no container logs to CloudWatch.
 */
export function borrowedLog(body: JsonObject, streamPrefix: string): AwsLogs | undefined {
  for (const { logConfiguration } of containersOf(body)) {
    if (!isObject(logConfiguration) || logConfiguration.logDriver !== 'awslogs' || !isObject(logConfiguration.options)) continue;
    const { options } = logConfiguration;
    if (textIn(options['awslogs-group']) === undefined) continue;
    const kept = KEPT_OPTIONS.flatMap(name => {
      const value = textIn(options[name]);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { logDriver: 'awslogs', options: { ...Object.fromEntries(kept), 'awslogs-stream-prefix': streamPrefix } };
  }
  return undefined;
}
