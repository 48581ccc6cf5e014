import { isObject, JsonObject, textIn } from './json';
import { containersOf } from './task-definition';

/** The options that say where a log goes. Those that say how its lines are read are the application's own. */
const KEPT_OPTIONS = ['awslogs-group', 'awslogs-create-group', 'awslogs-region', 'awslogs-endpoint', 'mode', 'max-buffer-size'];

/**
 * Where the agent's log goes: to the log group of the first container that logs to CloudWatch, under a prefix of its own. So it
 * needs neither a new group nor a permission. Undefined if no container logs to CloudWatch.
 */
export function borrowedLog(body: JsonObject, streamPrefix: string): { readonly logDriver: 'awslogs'; readonly options: { readonly [name: string]: string } } | undefined {
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
