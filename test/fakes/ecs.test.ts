import {
  DescribeClustersCommand, DescribeServicesCommand, DescribeTaskDefinitionCommand, DescribeTasksCommand, ListServicesCommand,
  ListTaskDefinitionsCommand, ListTasksCommand, RegisterTaskDefinitionCommand, TagResourceCommand, UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ecsClient, withFakeAws } from './clients';
import { FakeAws, parseJson, printJson, taskDefinitionBody } from './index';
import { JsonObject } from './json';

/** A call of a client that writes and reads the JSON itself. */
async function raw(aws: FakeAws, action: string, body: string): Promise<string> {
  const response = await fetch(aws.endpoint, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
      'authorization': 'AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=0',
    },
  });
  return response.text();
}

describe('task definitions', () => {
  test('every registered member is described, also unknown members and numbers that JavaScript would change', withFakeAws(async aws => {
    const body = { ...taskDefinitionBody('web'), futureMember: { deep: [{ unknown: parseJson('9007199254740993123') }], spelled: parseJson('1.50') } };
    await raw(aws, 'RegisterTaskDefinition', printJson(body));
    const described = await raw(aws, 'DescribeTaskDefinition', '{"taskDefinition":"web"}');
    expect(described).toContain('"futureMember":{"deep":[{"unknown":9007199254740993123}],"spelled":1.50}');
  }));

  test('a registered task definition is returned with the defaults that AWS adds and the members that it derives', withFakeAws(async aws => {
    const body = taskDefinitionBody('web') as object as { family: string; containerDefinitions: [] };
    const { taskDefinition, tags } = await ecsClient(aws).send(new RegisterTaskDefinitionCommand({ ...body, tags: [{ key: 'team', value: 'a' }] }));
    expect(taskDefinition).toMatchObject({
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:1', revision: 1, status: 'ACTIVE', volumes: [],
      placementConstraints: [], compatibilities: expect.arrayContaining(['FARGATE']),
      containerDefinitions: [{
        cpu: 0, essential: true, environment: [], mountPoints: [], volumesFrom: [], systemControls: [],
        portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
      }],
    });
    expect(taskDefinition!.registeredAt).toBeInstanceOf(Date);
    expect(taskDefinition).not.toHaveProperty('tags');
    expect(tags).toEqual([{ key: 'team', value: 'a' }]);
  }));

  test('a family means its newest active revision, tags come only if asked for, and an inactive revision is still described', withFakeAws(async aws => {
    const ecs = ecsClient(aws);
    for (const value of ['1', '2']) aws.ecs.registerTaskDefinition({ ...taskDefinitionBody('web'), tags: [{ key: 'n', value }] });
    aws.ecs.deregisterTaskDefinition('web:2');
    expect(await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web', include: ['TAGS'] }))).toMatchObject({
      taskDefinition: { revision: 1 }, tags: [{ key: 'n', value: '1' }],
    });
    const inactive = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:2' }));
    expect(inactive).toMatchObject({ taskDefinition: { status: 'INACTIVE', deregisteredAt: expect.any(Date) } });
    expect(inactive.tags).toBeUndefined();
    await expect(ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web:3' }))).rejects.toMatchObject({
      name: 'ClientException', message: 'Unable to describe task definition.',
    });
    const { taskDefinitionArns } = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'web', sort: 'DESC' }));
    expect(taskDefinitionArns).toEqual([expect.stringMatching(/web:1$/)]);
  }));

  test.each<[string, JsonObject, string]>([
    ['tags of AWS', { tags: [{ key: 'aws:cloudformation:stack-name', value: 's' }] }, 'InvalidParameterException'],
    ['no containers', { containerDefinitions: [] }, 'ClientException'],
    ['two containers with the same name', { containerDefinitions: [{ name: 'a', image: 'a' }, { name: 'a', image: 'a' }] }, 'ClientException'],
    ['secrets without an execution role',
      { executionRoleArn: undefined, containerDefinitions: [{ name: 'a', image: 'a', secrets: [{ name: 'K', valueFrom: 'k' }] }] }, 'ClientException'],
    ['members of an answer', { revision: 3 }, 'InvalidParameterException'],
    ['a wrong type', { cpu: 512 }, 'SerializationException'],
    ['a size that Fargate does not have', { memory: '700' }, 'ClientException'],
  ])('a task definition is not registered with %s', (_name, members, code) => withFakeAws(async aws => {
    expect(await raw(aws, 'RegisterTaskDefinition', printJson({ ...taskDefinitionBody('web'), ...members }))).toContain(`"__type":"${code}"`);
    expect(aws.ecs.revisionsOf('web')).toHaveLength(0);
  })());
});

describe('services', () => {
  test('services are listed in pages of ten, and described by name and by ARN of either form', withFakeAws(async aws => {
    const ecs = ecsClient(aws);
    for (let index = 1; index <= 11; index++) aws.ecs.addService(`s${index}`, { cluster: 'c' });
    aws.ecs.addService('old', { cluster: 'c', arnFormat: 'short' });
    const first = await ecs.send(new ListServicesCommand({ cluster: 'c' }));
    expect(first.serviceArns).toHaveLength(10);
    const second = await ecs.send(new ListServicesCommand({ cluster: 'c', nextToken: first.nextToken }));
    expect(second).toMatchObject({ serviceArns: [expect.stringMatching(/service\/c\/s11$/), 'arn:aws:ecs:eu-west-1:123456789012:service/old'] });
    expect(second.nextToken).toBeUndefined();

    const { services, failures } = await ecs.send(new DescribeServicesCommand({
      cluster: 'c', services: ['s1', first.serviceArns![1], second.serviceArns![1], 'gone'],
    }));
    expect(services!.map(({ serviceName }) => serviceName)).toEqual(['s1', 's2', 'old']);
    expect(failures).toEqual([{ arn: 'arn:aws:ecs:eu-west-1:123456789012:service/c/gone', reason: 'MISSING' }]);
    expect(services![0].tags).toBeUndefined();
  }));

  test('eleven services in one call are refused, and an unknown cluster is an error or a failure', withFakeAws(async aws => {
    const ecs = ecsClient(aws);
    await expect(ecs.send(new DescribeServicesCommand({ services: Array(11).fill('s') }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(ecs.send(new DescribeServicesCommand({ cluster: 'gone', services: ['s'] }))).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
    expect(await ecs.send(new DescribeClustersCommand({ clusters: ['gone'] }))).toMatchObject({ clusters: [], failures: [{ reason: 'MISSING' }] });
  }));

  test('UpdateService changes only what is given, and the same task definition starts no rollout', withFakeAws(async aws => {
    const ecs = ecsClient(aws);
    aws.ecs.addService('s', { hidden: { volumeConfigurations: [{ name: 'v' }] }, members: { loadBalancers: [{ containerName: 'web', containerPort: 80 }] } });
    const before = aws.ecs.describeService('s');
    const same = await ecs.send(new UpdateServiceCommand({ service: 's', taskDefinition: 's:1', healthCheckGracePeriodSeconds: 7 }));
    expect(same.service!.deployments).toHaveLength(1);
    expect(aws.ecs.describeService('s')).toEqual({ ...before, healthCheckGracePeriodSeconds: 7 });
    const { arn } = aws.ecs.registerTaskDefinition(taskDefinitionBody('s'));
    const { service } = await ecs.send(new UpdateServiceCommand({ service: 's', taskDefinition: arn }));
    expect(service!.deployments!.map(({ status, taskDefinition, rolloutState }) => [status, taskDefinition!.split('/')[1], rolloutState])).toEqual([
      ['PRIMARY', 's:2', 'IN_PROGRESS'], ['ACTIVE', 's:1', 'COMPLETED'],
    ]);
    expect(service!.loadBalancers).toHaveLength(1);
    expect(service!.deployments![0].volumeConfigurations).toEqual([{ name: 'v' }]);
  }));

  test.each<[string, Parameters<FakeAws['ecs']['addService']>[1], string]>([
    ['a service with the CODE_DEPLOY controller', { members: { deploymentController: { type: 'CODE_DEPLOY' } } }, 'InvalidParameterException'],
    ['a service with the EXTERNAL controller', { members: { deploymentController: { type: 'EXTERNAL' } } }, 'InvalidParameterException'],
    ['a service that is not active', { status: 'INACTIVE' }, 'ServiceNotActiveException'],
  ])('UpdateService refuses a new task definition for %s', (_name, options, code) => withFakeAws(async aws => {
    aws.ecs.addService('s', options);
    aws.ecs.registerTaskDefinition(taskDefinitionBody('s'));
    await expect(ecsClient(aws).send(new UpdateServiceCommand({ service: 's', taskDefinition: 's:2' }))).rejects.toMatchObject({ name: code });
  })());

  test('UpdateService refuses a task definition that was deregistered', withFakeAws(async aws => {
    aws.ecs.addService('s');
    aws.ecs.registerTaskDefinition(taskDefinitionBody('s'));
    aws.ecs.deregisterTaskDefinition('s:2');
    await expect(ecsClient(aws).send(new UpdateServiceCommand({ service: 's', taskDefinition: 's:2' }))).rejects.toMatchObject({
      name: 'ClientException', message: 'TaskDefinition is inactive',
    });
  }));

  test('a deleted service is DRAINING, then INACTIVE, then missing', withFakeAws(async aws => {
    const ecs = ecsClient(aws);
    const describe = async () => ecs.send(new DescribeServicesCommand({ services: ['s'] }));
    aws.ecs.addService('s', { desiredCount: 2 });
    aws.ecs.deleteService('s', 'DRAINING');
    expect((await describe()).services).toMatchObject([{ status: 'DRAINING', desiredCount: 0, runningCount: 2, deployments: [{ status: 'PRIMARY' }] }]);
    aws.ecs.deleteService('s', 'INACTIVE');
    expect((await describe()).services).toMatchObject([{ status: 'INACTIVE', desiredCount: 0, runningCount: 0, deployments: [] }]);
    await expect(ecs.send(new UpdateServiceCommand({ service: 's', desiredCount: 1 }))).rejects.toMatchObject({ name: 'ServiceNotActiveException' });
    aws.ecs.deleteService('s', 'MISSING');
    expect(await describe()).toMatchObject({ services: [], failures: [{ reason: 'MISSING' }] });
  }));

  test('a service of an external controller has a task set, which says what runs and where, and no task definition of its own', withFakeAws(async aws => {
    aws.ecs.addService('s', { desiredCount: 2, members: { deploymentController: { type: 'EXTERNAL' } } });
    const { services: [service] = [] } = await ecsClient(aws).send(new DescribeServicesCommand({ services: ['s'] }));
    expect(service).toMatchObject({
      deployments: [], runningCount: 2,
      taskSets: [{ status: 'PRIMARY', taskDefinition: expect.stringContaining('s:1'), launchType: 'FARGATE', computedDesiredCount: 2, runningCount: 2 }],
    });
    for (const member of ['taskDefinition', 'launchType', 'networkConfiguration'] as const) expect(service[member]).toBeUndefined();
  }));

  test('tags are added by ARN and returned if asked for, and tags of AWS are refused', withFakeAws(async aws => {
    const ecs = ecsClient(aws);
    const { arn } = aws.ecs.addService('s', { tags: { team: 'a' } });
    await ecs.send(new TagResourceCommand({ resourceArn: arn, tags: [{ key: 'postman:x', value: 'y' }] }));
    expect((await ecs.send(new DescribeServicesCommand({ services: ['s'], include: ['TAGS'] }))).services![0].tags).toEqual([
      { key: 'team', value: 'a' }, { key: 'postman:x', value: 'y' },
    ]);
    await expect(ecs.send(new TagResourceCommand({ resourceArn: arn, tags: [{ key: 'aws:x' }] }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }));
});

test('running tasks have their containers, and one container may have stopped while its task runs', withFakeAws(async aws => {
  const ecs = ecsClient(aws);
  aws.ecs.addService('s', {
    desiredCount: 3,
    taskDefinition: taskDefinitionBody('s', { containerDefinitions: [{ name: 'web', image: 'w' }, { name: 'side', image: 's', essential: false }] }),
  });
  aws.ecs.stopContainer('s', { name: 'side', exitCode: 1, reason: 'gone' }, 1);
  const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: 's' }));
  const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: taskArns }));
  expect(tasks!.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
  const sides = tasks!.flatMap(({ containers }) => containers!).filter(({ name }) => name === 'side');
  expect(sides.map(({ lastStatus, exitCode, reason }) => ({ lastStatus, exitCode, reason })))
    .toEqual([{ lastStatus: 'STOPPED', exitCode: 1, reason: 'gone' }, { lastStatus: 'RUNNING' }, { lastStatus: 'RUNNING' }]);
}));

test('an action that AWS does not have is unknown, and one that only the fakes do not have is an error that says so', withFakeAws(async aws => {
  expect(await raw(aws, 'DescribeEverything', '{}')).toContain('UnknownOperationException');
  expect(await raw(aws, 'RunTask', '{"taskDefinition":"s"}')).toContain('The fakes do not have ecs:RunTask.');
}));

test('another region is an empty account', withFakeAws(async aws => {
  aws.ecs.addCluster('c');
  const elsewhere = ecsClient(aws, { region: 'us-east-1' });
  await expect(elsewhere.send(new ListServicesCommand({ cluster: 'c' }))).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
  expect(aws.calls).toMatchObject([{
    service: 'ecs', action: 'ListServices', region: 'us-east-1', input: { cluster: 'c' }, outcome: 'ClusterNotFoundException',
  }]);
}));

test('a request without a signature is refused and recorded', withFakeAws(async aws => {
  expect((await fetch(aws.endpoint, { method: 'POST', body: '{}' })).status).toBe(403);
  expect(aws.calls).toMatchObject([{ service: 'unknown', outcome: 'MissingAuthenticationToken' }]);
}));
