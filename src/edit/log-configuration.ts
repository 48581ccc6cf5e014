import { isObject, JsonObject, textIn } from './json';
import { containersOf } from './task-definition';
import { LIVE_COLLECTION } from '../agent';

/** What says where a log goes; what says how its lines are read is the application's own. */
const KEPT_OPTIONS = ['awslogs-group', 'awslogs-create-group', 'awslogs-region', 'awslogs-endpoint', 'mode', 'max-buffer-size'];

/**
 * Where the agent's log goes: beside that of the first container that logs to CloudWatch, under the agent's own prefix, so
 * that neither a group nor a permission has to be made for it; undefined where none does.
 */
export function borrowedLog(body: JsonObject): { readonly logDriver: 'awslogs'; readonly options: { readonly [name: string]: string } } | undefined {
  for (const { logConfiguration } of containersOf(body)) {
    if (!isObject(logConfiguration) || logConfiguration.logDriver !== 'awslogs' || !isObject(logConfiguration.options)) continue;
    const { options } = logConfiguration;
    if (textIn(options['awslogs-group']) === undefined) continue;
    const kept = KEPT_OPTIONS.flatMap(name => {
      const value = textIn(options[name]);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { logDriver: 'awslogs', options: { ...Object.fromEntries(kept), 'awslogs-stream-prefix': LIVE_COLLECTION.containerName } };
  }
  return undefined;
}
