import {
  ContinueServiceDeploymentCommand, DescribeServiceDeploymentsCommand, DescribeServiceRevisionsCommand, DescribeServicesCommand, DescribeTasksCommand,
  ListServiceDeploymentsCommand, ListTasksCommand, Service, ServiceDeployment, StopServiceDeploymentCommand, UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ecsClient, withFakeAws } from './clients';
import {
  alarmGoesOff, essentialExited, FakeAws, FakeAwsOptions, JsonObject, neverSettles, Outcome, secretOutOfReach, succeeds, superseded,
  taskDefinitionBody, tasksFail,
} from './index';

/** A rollout of `s:2` on a service that ran `s:1`. */
class Rollout {
  constructor(readonly aws: FakeAws, readonly id: string) {}

  async service(): Promise<Service> {
    return (await ecsClient(this.aws).send(new DescribeServicesCommand({ services: ['s'] }))).services![0];
  }

  /** Each deployment as `status task-definition state`. */
  async deployments(): Promise<string[]> {
    return (await this.service()).deployments!.map(({ status, taskDefinition, rolloutState }) => `${status} ${taskDefinition!.split('/')[1]} ${rolloutState}`);
  }

  async serviceDeployment(): Promise<ServiceDeployment> {
    const ecs = ecsClient(this.aws);
    const { serviceDeployments } = await ecs.send(new ListServiceDeploymentsCommand({ service: 's' }));
    const summary = serviceDeployments!.find(({ targetServiceRevisionArn }) => targetServiceRevisionArn!.endsWith(`/${this.id.split('/')[1]}`))!;
    return (await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [summary.serviceDeploymentArn!] }))).serviceDeployments![0];
  }
}

const breaker = (rollback: boolean): JsonObject => ({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } } });

function rolling(outcome: Outcome, test: (rollout: Rollout) => Promise<void>, members: JsonObject = {}, options: FakeAwsOptions = {}): () => Promise<void> {
  return withFakeAws(async aws => {
    aws.ecs.addService('s', { desiredCount: 2, members, outcomeOf: () => outcome });
    aws.ecs.registerTaskDefinition(taskDefinitionBody('s'));
    const { service } = await ecsClient(aws).send(new UpdateServiceCommand({ service: 's', taskDefinition: 's:2' }));
    await test(new Rollout(aws, service!.deployments![0].id!));
  }, options);
}

test('a rollout takes time: new tasks start beside the old ones, which stop when it completes', rolling(succeeds(1000), async rollout => {
  expect(await rollout.deployments()).toEqual(['PRIMARY s:2 IN_PROGRESS', 'ACTIVE s:1 COMPLETED']);
  expect(await rollout.service()).toMatchObject({ runningCount: 2, pendingCount: 2, deployments: [{ pendingCount: 2, runningCount: 0 }, { runningCount: 2 }] });
  rollout.aws.advance(600);
  expect((await rollout.service()).deployments![0]).toMatchObject({ pendingCount: 1, runningCount: 1 });
  expect((await rollout.serviceDeployment()).status).toBe('IN_PROGRESS');
  rollout.aws.advance(600);
  expect(await rollout.deployments()).toEqual(['PRIMARY s:2 COMPLETED']);
  expect(await rollout.service()).toMatchObject({
    runningCount: 2, pendingCount: 0, deployments: [{ id: rollout.id, rolloutStateReason: `ECS deployment ${rollout.id} completed.` }],
  });
  expect(await rollout.serviceDeployment()).toMatchObject({
    status: 'SUCCESSFUL', finishedAt: expect.any(Date), targetServiceRevision: { runningTaskCount: 2 },
  });
}));

test('a rollout lasts as many calls as its time says, however long they take', rolling(succeeds(100), async rollout => {
  const states: string[] = [];
  for (let look = 0; look < 3; look++) states.push((await rollout.deployments())[0]);
  expect(states).toEqual(['PRIMARY s:2 IN_PROGRESS', 'PRIMARY s:2 COMPLETED', 'PRIMARY s:2 COMPLETED']);
}, {}, { callMs: 50 }));

test('tasks that fail trigger the circuit breaker, which rolls back; the service then looks stable', rolling(tasksFail(secretOutOfReach), async rollout => {
  const ecs = ecsClient(rollout.aws);
  rollout.aws.advance(160);
  expect(await rollout.deployments()).toEqual(['PRIMARY s:1 IN_PROGRESS', 'ACTIVE s:2 FAILED']);
  const [back, failed] = (await rollout.service()).deployments!;
  expect(failed).toMatchObject({ id: rollout.id, failedTasks: 3, rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.' });
  expect(back.rolloutStateReason).toMatch(/^ECS deployment circuit breaker: rolling back to deploymentId ecs-svc\/\d+\.$/);
  const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: 's', desiredStatus: 'STOPPED' }));
  expect((await ecs.send(new DescribeTasksCommand({ tasks: taskArns }))).tasks![0]).toMatchObject({
    lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart', stoppedReason: expect.stringContaining('ResourceInitializationError'), startedBy: rollout.id,
  });
  expect(await rollout.serviceDeployment()).toMatchObject({
    status: 'ROLLBACK_IN_PROGRESS', deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
  });
  rollout.aws.advance(400);
  expect(await rollout.deployments()).toEqual(['PRIMARY s:1 COMPLETED']);
  const { rollback, status, statusReason } = await rollout.serviceDeployment();
  expect({ status, statusReason }).toEqual({
    status: 'ROLLBACK_SUCCESSFUL', statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
  });
  const { serviceRevisions } = await ecs.send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [rollback!.serviceRevisionArn!] }));
  expect(serviceRevisions![0].taskDefinition).toMatch(/s:1$/);
}, breaker(true)));

test('a rollback that resumes the former deployment has its ID', withFakeAws(async aws => {
  aws.ecs.addService('s', { members: breaker(true), outcomeOf: () => tasksFail(secretOutOfReach) });
  const { id } = aws.ecs.service('s').deployments[0];
  aws.ecs.updateService('s', { forceNewDeployment: true });
  aws.advance(1000);
  expect(aws.ecs.service('s').deployments).toMatchObject([{ id, rolloutState: 'COMPLETED' }]);
}, { ecs: { rollbackId: 'previous' } }));

test('a circuit breaker without rollback leaves the failed deployment', rolling(tasksFail(essentialExited('web', 1)), async rollout => {
  rollout.aws.advance(5000);
  expect(await rollout.deployments()).toEqual(['PRIMARY s:2 FAILED', 'ACTIVE s:1 COMPLETED']);
  expect(await rollout.serviceDeployment()).toMatchObject({ status: 'STOPPED', statusReason: expect.stringContaining('circuit breaker') });
}, breaker(false)));

test('without a circuit breaker tasks fail again and again', rolling(tasksFail(secretOutOfReach), async rollout => {
  rollout.aws.advance(3_600_000);
  expect(await rollout.deployments()).toEqual(['PRIMARY s:2 IN_PROGRESS', 'ACTIVE s:1 COMPLETED']);
  expect((await rollout.service()).deployments![0].failedTasks).toBeGreaterThan(20);
}));

test('a rollback may fail, too', rolling(tasksFail(secretOutOfReach, { rollbackFails: true }), async rollout => {
  rollout.aws.advance(1000);
  expect((await rollout.serviceDeployment()).status).toBe('ROLLBACK_FAILED');
  expect(await rollout.deployments()).toEqual(['PRIMARY s:1 FAILED', 'ACTIVE s:2 FAILED']);
}, breaker(true)));

test('an alarm rolls the service back', rolling(alarmGoesOff(['errors']), async rollout => {
  rollout.aws.advance(1000);
  expect(await rollout.deployments()).toEqual(['PRIMARY s:1 COMPLETED']);
  expect(await rollout.serviceDeployment()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL', alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] } });
}, { deploymentConfiguration: { alarms: { alarmNames: ['errors'], enable: true, rollback: true } } }));

test('a rollout that never settles is in progress until it is stopped', rolling(neverSettles(), async rollout => {
  rollout.aws.advance(3_600_000);
  const { serviceDeploymentArn, status } = await rollout.serviceDeployment();
  expect(status).toBe('IN_PROGRESS');
  await ecsClient(rollout.aws).send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
  expect((await rollout.serviceDeployment()).status).toBe('ROLLBACK_REQUESTED');
  rollout.aws.advance(100);
  expect((await rollout.serviceDeployment()).status).toBe('ROLLBACK_IN_PROGRESS');
  rollout.aws.advance(300);
  expect((await rollout.serviceDeployment()).status).toBe('ROLLBACK_SUCCESSFUL');
  expect(await rollout.deployments()).toEqual(['PRIMARY s:1 COMPLETED']);
  await expect(ecsClient(rollout.aws).send(new StopServiceDeploymentCommand({ serviceDeploymentArn }))).rejects.toMatchObject({
    name: 'ConflictException', resourceIds: [serviceDeploymentArn],
  });
}));

test('a rollout that is stopped without a rollback keeps its deployment', rolling(neverSettles(), async rollout => {
  rollout.aws.ecs.stopRollout('s', 'ABORT');
  expect((await rollout.serviceDeployment()).status).toBe('STOP_REQUESTED');
  rollout.aws.advance(100);
  expect((await rollout.serviceDeployment()).status).toBe('STOPPED');
  expect((await rollout.service()).deployments![0]).toMatchObject({ id: rollout.id, status: 'PRIMARY', rolloutState: 'FAILED' });
}));

test('another deployment replaces a rollout that is in progress', rolling(superseded(), async rollout => {
  rollout.aws.advance(160);
  expect(await rollout.deployments()).toEqual(['PRIMARY s:1 IN_PROGRESS', 'ACTIVE s:2 IN_PROGRESS', 'ACTIVE s:1 COMPLETED']);
  expect((await rollout.serviceDeployment()).status).toBe('STOPPED');
  rollout.aws.advance(400);
  expect(await rollout.deployments()).toEqual(['PRIMARY s:1 COMPLETED']);
  expect((await rollout.service()).deployments![0].id).not.toBe(rollout.id);
}));

const stopped = { name: 'web', exitCode: 1, reason: 'bad flag' };

test('a rollout completes even if containers have stopped by then', rolling(succeeds(100, [stopped]), async rollout => {
  rollout.aws.advance(200);
  const ecs = ecsClient(rollout.aws);
  const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: 's' }));
  const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: taskArns }));
  expect(tasks!.map(({ lastStatus, containers }) => [
    lastStatus, containers![0].lastStatus, containers![0].exitCode,
  ])).toEqual([['RUNNING', 'STOPPED', 1], ['RUNNING', 'STOPPED', 1]]);
}));

describe('strategies that shift traffic', () => {
  const blueGreen = (more: JsonObject = {}): JsonObject => ({ deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10, ...more } });

  test('a rollout that shifts traffic goes through its stages and the bake time', rolling(succeeds(1000), async rollout => {
    expect(await rollout.serviceDeployment()).toMatchObject({
      lifecycleStage: 'RECONCILE_SERVICE', targetServiceRevision: { requestedProductionTrafficWeight: 0 },
      sourceServiceRevisions: [{ requestedProductionTrafficWeight: 100 }],
    });
    rollout.aws.advance(850);
    expect(await rollout.serviceDeployment()).toMatchObject({
      status: 'IN_PROGRESS', lifecycleStage: 'BAKE_TIME', targetServiceRevision: { requestedProductionTrafficWeight: 100 },
    });
    expect(await rollout.deployments()).toEqual(['PRIMARY s:2 IN_PROGRESS', 'ACTIVE s:1 COMPLETED']);
    rollout.aws.advance(1200);
    expect(await rollout.serviceDeployment()).toMatchObject({ status: 'SUCCESSFUL' });
  }, blueGreen()));

  const pause = (timeout?: JsonObject) => blueGreen({
    lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'], ...timeout && { timeoutConfiguration: timeout } }],
  });

  test.each<[string, JsonObject, number]>([
    ['a canary bakes after its one step', { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 7 } }, 7],
    ['the linear strategy bakes after each of its steps', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 30, stepBakeTimeInMinutes: 2 } }, 8],
  ])('%s, before the bake time', async (_, configuration, minutes) => rolling(succeeds(1000), async ({ aws }) => {
    aws.advance((minutes + 3) * 60_000 - 1);
    expect((aws.ecs.describeService('s').deployments as JsonObject[])[0].rolloutState).toBe('IN_PROGRESS');
    aws.advance(1000);
    expect((aws.ecs.describeService('s').deployments as JsonObject[])[0].rolloutState).toBe('COMPLETED');
  }, { deploymentConfiguration: { ...configuration, bakeTimeInMinutes: 3 } }, { ecs: { times: { minuteMs: 60_000 } } })());

  test('a PAUSE hook waits for ContinueServiceDeployment', rolling(succeeds(1000), async rollout => {
    rollout.aws.advance(3_600_000);
    const { serviceDeploymentArn, lifecycleStage, lifecycleHookDetails } = await rollout.serviceDeployment();
    expect({ lifecycleStage, lifecycleHookDetails }).toEqual({
      lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT', lifecycleHookDetails: [expect.objectContaining({ targetType: 'PAUSE', status: 'AWAITING_ACTION' })],
    });
    await ecsClient(rollout.aws).send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId: lifecycleHookDetails![0].hookId }));
    rollout.aws.advance(10_000);
    expect((await rollout.serviceDeployment()).status).toBe('SUCCESSFUL');
  }, pause()));

  test('a PAUSE hook can time out and roll back', rolling(succeeds(1000), async rollout => {
    rollout.aws.advance(10_000);
    expect((await rollout.serviceDeployment()).status).toBe('ROLLBACK_SUCCESSFUL');
  }, pause({ timeoutInMinutes: 5, action: 'ROLLBACK' })));
});

test('an account without service deployments returns none', rolling(succeeds(), async rollout => {
  const ecs = ecsClient(rollout.aws);
  expect((await ecs.send(new ListServiceDeploymentsCommand({ service: 's' }))).serviceDeployments).toEqual([]);
  const { deployments, currentServiceDeployment } = await rollout.service();
  expect(deployments).toHaveLength(2);
  expect(currentServiceDeployment).toBeUndefined();
}, {}, { ecs: { serviceDeployments: 'empty' } }));

test('a rollback restores everything that the rollout changed beside the task definition', withFakeAws(async aws => {
  aws.ecs.addService('s', { members: breaker(true), hidden: { volumeConfigurations: [{ name: 'v' }] }, outcomeOf: () => tasksFail(secretOutOfReach) });
  const { networkConfiguration, deployments } = aws.ecs.describeService('s');
  aws.ecs.updateService('s', {
    volumeConfigurations: [], loadBalancers: [{ containerName: 'web' }], networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-2'] } },
  });
  aws.advance(1000);
  const after = aws.ecs.describeService('s');
  expect(after).toMatchObject({ networkConfiguration, loadBalancers: [], deployments: [{ volumeConfigurations: [{ name: 'v' }] }] });
  expect(after).not.toHaveProperty('volumeConfigurations');
  expect(deployments).toHaveLength(1);
}));

test('a rollout can appear in the list with a delay', rolling(succeeds(), async rollout => {
  const list = async () => (await ecsClient(rollout.aws).send(new ListServiceDeploymentsCommand({ service: 's' }))).serviceDeployments!.length;
  rollout.aws.advance(600);
  expect(await list()).toBe(1);
  rollout.aws.advance(600);
  expect(await list()).toBe(2);
}, {}, { ecs: { times: { listedMs: 1000 } } }));
