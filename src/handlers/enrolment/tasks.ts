import { begin } from './begin';
import { TaskEvent } from './contract';
import { discover } from './discover';
import { finish } from './finish';
import { step } from './step';
import { Here } from './tools';

/** What the state machine asks for. */
export async function task(event: TaskEvent, here: Here): Promise<object> {
  switch (event.task) {
    case 'begin': return begin(event, here);
    case 'discover': return discover(event, here);
    case 'step': return step(event, here);
    case 'finish': return finish(event, here);
  }
}
