import {
  CreateServiceCommand, CreateServiceCommandInput, DeleteServiceCommand, DescribeServicesCommand, DescribeTasksCommand, ECSClient, ListTasksCommand,
  RegisterTaskDefinitionCommand, Service, UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ecsClient, withFakeAws } from './clients';
import { essentialExited, FakeAws, taskDefinitionBody, tasksFail } from './index';

const DEFINITION = {
  networkMode: 'host', requiresCompatibilities: ['EC2'], cpu: undefined, memory: undefined,
  placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.os-type == linux' }],
  containerDefinitions: [{ name: 'agent', image: 'agent', memoryReservation: 300, restartPolicy: { enabled: true, restartAttemptPeriod: 60 } }],
};
const SERVICE: CreateServiceCommandInput = { serviceName: 'agent', taskDefinition: 'agent', launchType: 'EC2', schedulingStrategy: 'DAEMON' };

/** Runs a test in an account with two Linux instances, a Windows instance and a task definition. */
const onInstances = (test: (aws: FakeAws, ecs: ECSClient) => Promise<void>) => withFakeAws(async aws => {
  for (const id of ['i-1', 'i-2']) aws.ecs.addContainerInstance('default', id);
  aws.ecs.addContainerInstance('default', 'i-3', { attributes: [{ name: 'ecs.os-type', value: 'windows' }] });
  aws.ecs.registerTaskDefinition(taskDefinitionBody('agent', DEFINITION));
  await test(aws, ecsClient(aws));
});

async function create(ecs: ECSClient, members: Partial<CreateServiceCommandInput> = {}): Promise<Service> {
  return (await ecs.send(new CreateServiceCommand({ ...SERVICE, ...members }))).service!;
}

async function read(ecs: ECSClient): Promise<Service> {
  return (await ecs.send(new DescribeServicesCommand({ services: ['agent'] }))).services![0];
}

/** The instances of the running tasks, by the last characters of their ARNs. */
async function places(ecs: ECSClient): Promise<(string | undefined)[]> {
  const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: 'agent' }));
  if (taskArns!.length === 0) return [];
  return (await ecs.send(new DescribeTasksCommand({ tasks: taskArns }))).tasks!.map(({ containerInstanceArn }) => containerInstanceArn);
}

test('a daemon runs one task on each instance that fits its constraints', onInstances(async (aws, ecs) => {
  expect(await create(ecs)).toMatchObject({ desiredCount: 2, pendingCount: 2, deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 } });
  aws.advance(300);
  expect(await read(ecs)).toMatchObject({ schedulingStrategy: 'DAEMON', runningCount: 2, deployments: [{ desiredCount: 2, rolloutState: 'COMPLETED' }] });
  expect(new Set(await places(ecs)).size).toBe(2);
}));

test('a new instance gets a task, and a terminated one takes its task along', onInstances(async (aws, ecs) => {
  await create(ecs);
  aws.advance(300);
  aws.ecs.addContainerInstance('default', 'i-4');
  expect(await read(ecs)).toMatchObject({ desiredCount: 3, runningCount: 3 });
  aws.ecs.removeContainerInstance('i-1');
  expect(await read(ecs)).toMatchObject({ desiredCount: 2, runningCount: 2, deployments: [{ rolloutState: 'COMPLETED' }] });
}));

test('an update replaces the task on each instance, and never runs two on one', onInstances(async (aws, ecs) => {
  await create(ecs);
  aws.advance(300);
  await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionBody('agent', DEFINITION) as never));
  await ecs.send(new UpdateServiceCommand({ service: 'agent', taskDefinition: 'agent:2' }));
  aws.advance(150);
  expect(await read(ecs)).toMatchObject({ runningCount: 2, pendingCount: 1, deployments: [{ runningCount: 1 }, { runningCount: 1 }] });
  aws.advance(150);
  expect(await read(ecs)).toMatchObject({ runningCount: 2, deployments: [{ runningCount: 2, rolloutState: 'COMPLETED' }] });
  expect(new Set(await places(ecs)).size).toBe(2);
}));

test('without a circuit breaker, a rollout whose tasks fail stays in progress', onInstances(async (aws, ecs) => {
  aws.ecs.state.outcomeOf = () => tasksFail(essentialExited('agent', 1));
  await create(ecs);
  aws.advance(1000);
  expect((await read(ecs)).deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS', desiredCount: 2 }]);
}));

test('an instance that lacks what the task definition requires is left out', onInstances(async (aws, ecs) => {
  const placementConstraints = [{ type: 'memberOf', expression: 'attribute:gpu exists' }];
  aws.ecs.registerTaskDefinition(taskDefinitionBody('agent', { ...DEFINITION, placementConstraints }));
  expect(await create(ecs)).toMatchObject({ desiredCount: 0 });
}));

test.each<[string, Partial<CreateServiceCommandInput>, string]>([
  ['a desired count', { desiredCount: 1 }, 'does not support a desired count'],
  ['Fargate', { launchType: 'FARGATE' }, 'not supported'],
  ['a placement strategy', { placementStrategy: [{ type: 'random' }] }, 'placement strategy'],
  ['more than 100 %', { deploymentConfiguration: { maximumPercent: 200 } }, 'values above 100 for maximumPercent'],
])('no daemon is created with %s', (_name, members, message) => onInstances(async (_aws, ecs) => {
  await expect(create(ecs, members)).rejects.toMatchObject({ name: 'InvalidParameterException', message: expect.stringContaining(message) });
})());

test('a daemon has no desired count to update', onInstances(async (_aws, ecs) => {
  await create(ecs);
  await expect(ecs.send(new UpdateServiceCommand({ service: 'agent', desiredCount: 1 }))).rejects.toThrow('does not support a desired count');
}));

test('the same request with the same token creates nothing more, and another one is refused', onInstances(async (_aws, ecs) => {
  const first = await create(ecs, { clientToken: 'a' });
  expect((await create(ecs, { clientToken: 'a' })).deployments![0].id).toBe(first.deployments![0].id);
  await expect(create(ecs, { clientToken: 'b' })).rejects.toThrow('Creation of service was not idempotent.');
}));

test('a daemon is deleted without force, and without being scaled down', onInstances(async (aws, ecs) => {
  await create(ecs);
  aws.advance(300);
  await ecs.send(new DeleteServiceCommand({ service: 'agent' }));
  aws.advance(300);
  expect(await read(ecs)).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
  expect(await places(ecs)).toEqual([]);
}));
