import { Deployment, EcsService } from '../../src/aws/reads/services';
import { Rollout, RolloutState, ServiceDeployment, stateOfRollout, stateOfWayBack } from '../../src/aws/rollout/state';

const revision = (number: number) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:${number}`;
const ROLLOUT: Rollout = { deploymentId: 'ecs-svc/2', target: revision(2), previous: revision(1) };

const service = (...deployments: Partial<Deployment>[]): EcsService => ({ deployments }) as unknown as EcsService;
const record = (status: string, more: Partial<ServiceDeployment> = {}): ServiceDeployment => ({ serviceDeploymentArn: 'arn', status, ...more });

const deployment = (id: number, status: string, number: number, rolloutState: string, rolloutStateReason?: string): Partial<Deployment> =>
  ({ id: `ecs-svc/${id}`, status, taskDefinition: revision(number), rolloutState, rolloutStateReason, desiredCount: 2, runningCount: 1, failedTasks: 0 });
const MINE = (rolloutState: string, reason?: string) => deployment(2, 'PRIMARY', 2, rolloutState, reason);
const MINE_ROLLED_BACK = (rolloutState: string, reason?: string) => deployment(2, 'ACTIVE', 2, rolloutState, reason);
const BACK = (rolloutState: string, reason?: string) => deployment(3, 'PRIMARY', 1, rolloutState, reason);
const FORMER_AGAIN = deployment(1, 'PRIMARY', 1, 'COMPLETED', 'ECS deployment ecs-svc/1 completed.');
const THEIRS = deployment(4, 'PRIMARY', 7, 'IN_PROGRESS');

interface Case {
  readonly service: EcsService;
  readonly record?: ServiceDeployment;
  readonly before?: RolloutState;
  readonly is: Partial<RolloutState>;
}

const CASES: Readonly<Record<string, Case>> = {
  'in progress, with its tasks counted': { service: service(MINE('IN_PROGRESS')), is: { state: 'inProgress', detail: '1 of 2 tasks running' } },
  'in progress, with its failed tasks counted': {
    service: service({ ...MINE('IN_PROGRESS'), failedTasks: 3 }),
    is: { state: 'inProgress', detail: '1 of 2 tasks running, 3 failed' },
  },
  'completed': { service: service(MINE('COMPLETED')), is: { state: 'completed' } },
  'failed, with ECS\' reason': { service: service(MINE('FAILED', 'breaker')), is: { state: 'failed', reason: 'breaker' } },
  'failed, without a reason': { service: service(MINE('FAILED')), is: { state: 'failed' } },
  'in progress without a primary deployment': { service: service(), is: { state: 'inProgress' } },
  'being rolled back, by a new deployment': {
    service: service(BACK('IN_PROGRESS', 'rolling back'), MINE_ROLLED_BACK('FAILED', 'breaker')),
    is: { state: 'rollingBack', detail: 'breaker' },
  },
  'being rolled back before ECS says that it failed': {
    service: service(BACK('IN_PROGRESS'), MINE_ROLLED_BACK('IN_PROGRESS')),
    is: { state: 'rollingBack', detail: 'returning to orders:1' },
  },
  'rolled back': { service: service(BACK('COMPLETED', 'done'), MINE_ROLLED_BACK('FAILED', 'breaker')), is: { state: 'rolledBack', reason: 'breaker' } },
  'rolled back, and no longer listed': {
    service: service(BACK('COMPLETED', 'ECS deployment ecs-svc/3 completed.')),
    is: { state: 'rolledBack', reason: 'ECS went back to the previous revision' },
  },
  'rolled back, with the reason of the last look': {
    service: service(BACK('COMPLETED', 'done')), before: { state: 'rollingBack', detail: 'breaker' }, is: { state: 'rolledBack', reason: 'breaker' },
  },
  'rolled back to the former deployment itself': {
    service: service(FORMER_AGAIN, MINE_ROLLED_BACK('FAILED', 'breaker')),
    is: { state: 'rolledBack', reason: 'breaker' },
  },
  'superseded by another revision': {
    service: service(THEIRS, MINE_ROLLED_BACK('IN_PROGRESS')),
    is: { state: 'superseded', reason: 'another deployment replaced it: ecs-svc/4 with orders:7' },
  },
  'superseded, and no longer listed': { service: service(THEIRS), is: { state: 'superseded' } },

  'by its record, succeeded': { service: service(MINE('COMPLETED')), record: record('SUCCESSFUL'), is: { state: 'completed' } },
  'by its record, succeeded and replaced since': { service: service(THEIRS), record: record('SUCCESSFUL'), is: { state: 'superseded' } },
  'by its record, succeeded, and replaced by the previous revision': {
    service: service(BACK('COMPLETED')),
    record: record('SUCCESSFUL'),
    is: { state: 'superseded' },
  },
  'by its record, succeeded, while no deployment is listed': { service: service(), record: record('SUCCESSFUL'), is: { state: 'inProgress' } },
  'by its record, still in progress while the deployment has completed': {
    service: service(MINE('COMPLETED')),
    record: record('IN_PROGRESS', { lifecycleStage: 'BAKE_TIME' }),
    is: { state: 'inProgress', detail: 'bake time: the old tasks are kept' },
  },
  'by its record, in an unknown stage': {
    service: service(MINE('IN_PROGRESS')),
    record: record('IN_PROGRESS', { lifecycleStage: 'NEW_STAGE' }),
    is: { state: 'inProgress', detail: 'NEW_STAGE' },
  },
  'by its record, waiting at a hook': {
    service: service(MINE('IN_PROGRESS')),
    record: record('IN_PROGRESS', { lifecycleStage: 'POST_SCALE_UP', lifecycleHookDetails: [{ targetType: 'PAUSE', status: 'AWAITING_ACTION' }] }),
    is: { state: 'inProgress', detail: 'paused by a hook at POST_SCALE_UP: call ContinueServiceDeployment to continue' },
  },
  'by its record, past a hook': {
    service: service(MINE('IN_PROGRESS')),
    record: record('IN_PROGRESS', { lifecycleStage: 'SCALE_UP', lifecycleHookDetails: [{ targetType: 'PAUSE', status: 'SUCCEEDED' }] }),
    is: { state: 'inProgress', detail: 'starting tasks' },
  },
  'by its record, in progress, but replaced by another deployment': { service: service(THEIRS), record: record('IN_PROGRESS'), is: { state: 'superseded' } },
  'by its record, rolling back': {
    service: service(BACK('IN_PROGRESS')),
    record: record('ROLLBACK_IN_PROGRESS', { rollback: { reason: 'breaker' } }),
    is: { state: 'rollingBack', detail: 'breaker' },
  },
  'by its record, about to roll back': { service: service(MINE('FAILED')), record: record('ROLLBACK_REQUESTED'), is: { state: 'rollingBack' } },
  'by its record, rolled back by an alarm': {
    service: service(BACK('COMPLETED')),
    record: record('ROLLBACK_SUCCESSFUL', { alarms: { triggeredAlarmNames: ['errors', 'latency'] } }),
    is: { state: 'rolledBack', reason: 'alarms errors, latency are in ALARM' },
  },
  'by its record, rolled back by the circuit breaker': {
    service: service(BACK('COMPLETED')),
    record: record('ROLLBACK_SUCCESSFUL', { rollback: { reason: 'too many' }, deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3 } }),
    is: { state: 'rolledBack', reason: 'too many (3 failed tasks)' },
  },
  'by its record, failed and not rolled back': {
    service: service(BACK('FAILED')),
    record: record('ROLLBACK_FAILED', { statusReason: 'no way' }),
    is: { state: 'failed', reason: 'no way, and ECS could not roll it back' },
  },
  'by its record, stopped': {
    service: service(MINE('FAILED')),
    record: record('STOPPED', { statusReason: 'stopped' }),
    is: { state: 'failed', reason: 'stopped' },
  },
  'by its record, stopped, while the service was read before that': {
    service: service(MINE('IN_PROGRESS')),
    record: record('STOPPED'),
    is: { state: 'inProgress', detail: 'being stopped' },
  },
  'by its record, stopped, and the service is the same at the next look': {
    service: service(MINE('IN_PROGRESS')), record: record('STOPPED', { statusReason: 'stopped' }), before: { state: 'inProgress', detail: 'being stopped' },
    is: { state: 'failed', reason: 'stopped' },
  },
  'by its record, stopped by another deployment': { service: service(THEIRS), record: record('STOPPED'), is: { state: 'superseded' } },
  'by its record, stopped by an update to the previous revision': {
    service: service(BACK('COMPLETED')),
    record: record('STOPPED'),
    is: { state: 'rolledBack' },
  },
  'by its record, about to be stopped': {
    service: service(MINE('IN_PROGRESS')),
    record: record('STOP_REQUESTED'),
    is: { state: 'inProgress', detail: 'being stopped' },
  },
  'what its deployments say, if its record has an unknown status': {
    service: service(MINE('COMPLETED')),
    record: record('NEW_STATUS'),
    is: { state: 'completed' },
  },
};

test.each(Object.entries(CASES))('a rollout is %s', (_, { service: seen, record: of, before, is }) => {
  expect(stateOfRollout(ROLLOUT, seen, of, before)).toMatchObject(is);
});

test('a rollout is never completed while another revision is the primary one', () => {
  const statuses = [undefined, 'PENDING', 'IN_PROGRESS', 'SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED', 'ROLLBACK_IN_PROGRESS'];
  for (const status of statuses) {
    for (const others of [[BACK('COMPLETED')], [BACK('IN_PROGRESS')], [THEIRS], [FORMER_AGAIN, MINE_ROLLED_BACK('COMPLETED')]]) {
      expect(stateOfRollout(ROLLOUT, service(...others), status === undefined ? undefined : record(status)).state).not.toBe('completed');
    }
  }
});

test.each([
  ['done, on the previous revision', service(BACK('COMPLETED')), 'done'],
  ['in progress, while that is rolled out', service(BACK('IN_PROGRESS')), 'inProgress'],
  ['in progress, while no deployment is listed', service(), 'inProgress'],
  ['superseded, on any other revision', service(THEIRS), 'superseded'],
] as const)('the way back is %s', (_, seen, is) => {
  expect(stateOfWayBack(revision(1), seen)).toBe(is);
});
