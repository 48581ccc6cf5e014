import { ContainerEnd } from './outcomes';
import { rollBack } from './rollbacks';
import { complete } from './rollouts';
import { EcsState, ServiceDeployment } from './state';
import { run, tasksOf } from './tasks';
import { hexId } from '../home';
import { JsonObject, numberIn, objectIn, objectsIn, textIn, textsIn } from '../json';
import { seconds } from '../timeline';

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html */
export const STAGES = [
  'RECONCILE_SERVICE', 'PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP',
] as const;

interface Staging {
  /** For all stages, without the bake time and the time that a hook waits. */
  readonly afterMs: number;
  readonly later: (ms: number, happen: () => void) => void;
  readonly containers?: readonly ContainerEnd[];
}

/** A rollout of the strategies that shift traffic: stage by stage, with a wait at each PAUSE hook. */
export function playStages(state: EcsState, rollout: ServiceDeployment, staging: Staging): void {
  enter(state, rollout, staging, 0);
}

function enter(state: EcsState, rollout: ServiceDeployment, staging: Staging, index: number): void {
  const { service, deployment } = rollout;
  if (index === STAGES.length) {
    complete(state, rollout);
    return;
  }
  const stage = STAGES[index];
  const configuration = objectIn(service.members.deploymentConfiguration);
  rollout.lifecycleStage = stage;
  rollout.updatedAt = state.home.timeline.now();
  if (stage === 'POST_SCALE_UP') for (const task of tasksOf(service, deployment)) run(state, task, staging.containers);
  const goOn = () => enter(state, rollout, staging, index + 1);
  const bakeMs = (numberIn(configuration.bakeTimeInMinutes) ?? 0) * state.times.minuteMs;
  const shiftMs = stage === 'PRODUCTION_TRAFFIC_SHIFT' ? shiftMinutes(configuration) * state.times.minuteMs : 0;
  const lastsMs = stage === 'BAKE_TIME' ? bakeMs : staging.afterMs / STAGES.length + shiftMs;
  const pause = objectsIn(configuration.lifecycleHooks).find(hook => hook.targetType === 'PAUSE' && textsIn(hook.lifecycleStages).includes(stage));
  if (pause) wait(state, rollout, staging, { pause, goOn });
  else staging.later(lastsMs, goOn);
}

/** How long the traffic is shifted in steps. A canary has one step, and the linear strategy waits after each of its steps. */
function shiftMinutes({ strategy, canaryConfiguration, linearConfiguration }: JsonObject): number {
  if (strategy === 'CANARY') return numberIn(objectIn(canaryConfiguration).canaryBakeTimeInMinutes) ?? 0;
  if (strategy !== 'LINEAR') return 0;
  const { stepPercent, stepBakeTimeInMinutes } = objectIn(linearConfiguration);
  return Math.ceil(100 / (numberIn(stepPercent) ?? 100)) * (numberIn(stepBakeTimeInMinutes) ?? 0);
}

/** Waits until ContinueServiceDeployment is called, or until the hook times out. */
function wait(state: EcsState, rollout: ServiceDeployment, staging: Staging, { pause, goOn }: { pause: JsonObject; goOn: () => void }): void {
  const { timeoutInMinutes, action } = objectIn(pause.timeoutConfiguration);
  const minutes = numberIn(timeoutInMinutes);
  const expiresAt = minutes === undefined ? undefined : seconds(state.home.timeline.now() + minutes * state.times.minuteMs);
  const timeoutAction = textIn(action) ?? 'ROLLBACK';
  rollout.hook = { hookId: hexId(16), targetType: 'PAUSE', status: 'AWAITING_ACTION', expiresAt, timeoutAction };
  rollout.resume = () => {
    rollout.hook = undefined;
    rollout.resume = undefined;
    goOn();
  };
  const { hook } = rollout;
  if (minutes === undefined) return;
  staging.later(minutes * state.times.minuteMs, () => {
    if (rollout.hook !== hook) return;
    if (timeoutAction === 'CONTINUE') {
      rollout.resume?.();
      return;
    }
    const reason = 'Service deployment rolled back because a lifecycle hook timed out.';
    rollBack(state, rollout, { reason, words: 'ECS deployment lifecycle hook: rolling back to deploymentId' });
  });
}
