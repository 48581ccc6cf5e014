import { EcsState, Task } from './state';
import { JsonObject, objectIn, objectsIn, textIn } from '../json';

/** What a container logs when its task starts to run, by its definition as DescribeTaskDefinition returns it. */
export type LinesOf = (container: JsonObject) => readonly string[];

/** The awslogs driver makes a container's log stream when the container starts, also if the container logs nothing. */
export function logStart(state: EcsState, { arn, deployment: { taskDefinition } }: Task): void {
  for (const container of objectsIn(taskDefinition.described.containerDefinitions)) {
    const { logDriver, options } = objectIn(container.logConfiguration);
    const { 'awslogs-group': group, 'awslogs-region': region, 'awslogs-stream-prefix': prefix } = objectIn(options);
    if (logDriver !== 'awslogs' || typeof group !== 'string' || typeof prefix !== 'string') continue;
    const name = textIn(container.name)!;
    const lines = (state.linesOf.get(name) ?? state.linesOfOthers)(container);
    state.logsOf(textIn(region) ?? state.home.region).put(group, `${prefix}/${name}/${arn.split('/').pop()}`, ...lines);
  }
}
