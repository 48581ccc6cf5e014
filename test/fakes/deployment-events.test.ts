import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { ecsClient } from './clients';
import { DeploymentEvent } from './ecs/state';
import { alarmGoesOff, essentialExited, JsonObject, Outcome, startFakeAws, succeeds, taskDefinitionBody, tasksFail } from './index';

const crash = tasksFail(essentialExited('web', 1));
const breaker = (rollback: boolean): JsonObject => ({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } } });
const alarms = { deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['errors'] } } };

test.each<[string, Outcome, JsonObject, readonly string[]]>([
  ['a rollout that succeeds', succeeds(1000), {}, ['IN_PROGRESS', 'COMPLETED']],
  ['a rollout that the circuit breaker ends', crash, breaker(false), ['IN_PROGRESS', 'FAILED']],
  ['a rollout that the circuit breaker rolls back', crash, breaker(true), ['IN_PROGRESS', 'FAILED', 'IN_PROGRESS', 'COMPLETED']],
  ['a rollout whose tasks fail without a circuit breaker', crash, {}, ['IN_PROGRESS']],
  ['a rollout that an alarm rolls back', alarmGoesOff(['errors']), alarms, ['IN_PROGRESS', 'IN_PROGRESS', 'COMPLETED']],
])('ECS sends the events of %s', async (_, outcome, members, expected) => {
  const events: DeploymentEvent[] = [];
  const aws = await startFakeAws({ callMs: 0, ecs: { onDeployment: event => { events.push(event); } } });
  try {
    const { arn } = aws.ecs.addService('s', { desiredCount: 2, members, outcomeOf: () => outcome });
    aws.ecs.registerTaskDefinition(taskDefinitionBody('s'));
    events.length = 0;
    const { service } = await ecsClient(aws).send(new UpdateServiceCommand({ service: 's', taskDefinition: 's:2' }));
    aws.advance(3_600_000);
    expect(events.map(({ eventName }) => eventName)).toEqual(expected.map(name => `SERVICE_DEPLOYMENT_${name}`));
    const [{ id }] = service!.deployments!;
    expect(events[0]).toMatchObject({ region: aws.regionName, serviceArn: arn, deploymentId: id, reason: `ECS deployment ${id} in progress.` });
  } finally {
    await aws.stop();
  }
});
