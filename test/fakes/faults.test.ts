import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeServicesCommand, DescribeTaskDefinitionCommand, ListClustersCommand, RegisterTaskDefinitionCommand, RegisterTaskDefinitionCommandInput,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { clientOptions, ecsClient, withFakeAws } from './clients';
import { AWS_RATES, Rates } from './faults/rates';
import {
  accessDenied, changedAnswer, connectionReset, cutAnswer, expiredToken, FakeAws, hanging, Hold, JsonObject, late, meanwhile, serverError, taskDefinitionBody,
  throttled,
} from './index';
import { ServiceName } from './wire/shapes';

const registering = (family: string, members: JsonObject = {}) =>
  new RegisterTaskDefinitionCommand({ ...taskDefinitionBody(family), ...members } as unknown as RegisterTaskDefinitionCommandInput);
const outcomes = (aws: FakeAws) => aws.calls.map(({ outcome }) => outcome);

test('calls beyond the budget are throttled, and the budget refills with time', withFakeAws(async aws => {
  const ecs = ecsClient(aws);
  for (let index = 0; index < 20; index++) await ecs.send(registering('web'));
  await expect(ecs.send(registering('web'))).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
  expect(aws.ecs.revisionsOf('web')).toHaveLength(20);
  aws.advance(1000);
  await ecs.send(registering('web'));
}));

test.each([
  [['ecs:ListTasks', 'ecs:DescribeTasks', 'ecs:ListContainerInstances'], 100, 20], [['iam:SimulatePrincipalPolicy'], 5, 5],
] as const)('%p share a budget', (actions, burst, perSecond) => {
  let now = 0;
  const rates = new Rates(() => now, AWS_RATES);
  const admitted = (count: number) => Array.from({ length: count }, (_, index) => {
    const [service, action] = actions[index % actions.length].split(':') as [ServiceName, string];
    return rates.admits('eu-west-1', service, action);
  }).filter(Boolean).length;
  expect(admitted(burst + 10)).toBe(burst);
  now = 1000;
  expect(admitted(burst)).toBe(perSecond);
});

test('without budgets nothing is throttled', withFakeAws(async aws => {
  const ecs = ecsClient(aws);
  for (let index = 0; index < 25; index++) await ecs.send(registering('web'));
}, { rates: [] }));

test('a fault hits only the calls that it names, and the SDK retries after two throttles', withFakeAws(async aws => {
  aws.ecs.addService('s');
  aws.inject('ecs:DescribeServices', throttled(), { from: 2, times: 2 });
  const ecs = ecsClient(aws, { maxAttempts: 3 });
  for (let index = 0; index < 2; index++) await ecs.send(new DescribeServicesCommand({ services: ['s'] }));
  await ecs.send(new ListClustersCommand({}));
  expect(outcomes(aws)).toEqual(['ok', 'ThrottlingException', 'ThrottlingException', 'ok', 'ok']);
}));

test.each([500, 503] as const)('an injected server error has the status %i', status => withFakeAws(async aws => {
  aws.inject('*', serverError(status));
  await expect(ecsClient(aws).send(new ListClustersCommand({}))).rejects.toMatchObject({ $metadata: { httpStatusCode: status } });
})());

test('a connection can break before the call is carried out, or after it', withFakeAws(async aws => {
  const ecs = ecsClient(aws);
  aws.inject('ecs:RegisterTaskDefinition', connectionReset('before'));
  await expect(ecs.send(registering('web'))).rejects.toThrow(/ECONNRESET/);
  expect(aws.ecs.revisionsOf('web')).toHaveLength(0);
  aws.inject('ecs:RegisterTaskDefinition', connectionReset('after'));
  await expect(ecs.send(registering('web'))).rejects.toThrow(/ECONNRESET/);
  expect(aws.ecs.revisionsOf('web')).toHaveLength(1);
  expect(aws.calls.map(({ outcome, applied }) => [outcome, applied])).toEqual([['reset', false], ['reset', true]]);
}));

test('a hanging call is never answered, and the fakes can still be stopped', withFakeAws(async aws => {
  aws.inject('ecs:ListClusters', hanging());
  const abort = new AbortController();
  const sent = expect(ecsClient(aws).send(new ListClustersCommand({}), { abortSignal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
  await new Promise<void>(arrived => aws.onCall('ListClusters', 1, arrived));
  abort.abort();
  await sent;
  expect(outcomes(aws)).toEqual(['hanging']);
}));

test('an answer may be late', withFakeAws(async aws => {
  aws.inject('ecs:ListClusters', late(150));
  const startedAt = Date.now();
  await ecsClient(aws).send(new ListClustersCommand({}));
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(140);
}));

test('a call may be held until something else has happened', withFakeAws(async aws => {
  const hold = new Hold();
  aws.inject('ecs:ListClusters', hold.fault);
  const sent = ecsClient(aws).send(new ListClustersCommand({}));
  await hold.arrived;
  await new Promise(setImmediate);
  expect(outcomes(aws)).toEqual([undefined]);
  hold.release();
  await sent;
  expect(outcomes(aws)).toEqual(['ok']);
}));

test('denied access has the words of each service, and lasts', withFakeAws(async aws => {
  aws.inject('*', accessDenied());
  for (let index = 0; index < 2; index++) {
    await expect(ecsClient(aws).send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'User: arn:aws:iam::123456789012:user/operator is not authorized to perform: ecs:ListClusters on resource: * '
        + 'because no identity-based policy allows the ecs:ListClusters action',
    });
  }
  await expect(new EC2Client(clientOptions(aws)).send(new DescribeSubnetsCommand({}))).rejects.toMatchObject({
    name: 'UnauthorizedOperation',
    message: 'You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/operator is not authorized to perform: '
      + 'ec2:DescribeSubnets because no identity-based policy allows the ec2:DescribeSubnets action',
  });
}));

test('an expired token fails every call from the given one', withFakeAws(async aws => {
  aws.inject('*', expiredToken(), { from: 2 });
  const ecs = ecsClient(aws);
  await ecs.send(new ListClustersCommand({}));
  for (let index = 0; index < 2; index++) await expect(ecs.send(new ListClustersCommand({}))).rejects.toMatchObject({ name: 'ExpiredTokenException' });
}));

test('the answer of a call can be changed', withFakeAws(async aws => {
  aws.inject('ecs:RegisterTaskDefinition', changedAnswer(({ taskDefinition }) => ({ taskDefinition: { ...taskDefinition as JsonObject, memory: undefined } })));
  const { taskDefinition } = await ecsClient(aws).send(registering('web'));
  expect(taskDefinition).toMatchObject({ cpu: '512' });
  expect(taskDefinition).not.toHaveProperty('memory');
}));

test('an answer can be cut, after the call was carried out', withFakeAws(async aws => {
  aws.inject('ecs:RegisterTaskDefinition', cutAnswer());
  await expect(ecsClient(aws).send(registering('web'))).rejects.toThrow(/JSON/);
  expect(aws.ecs.revisionsOf('web')).toHaveLength(1);
  expect(aws.calls.map(({ outcome, applied }) => [outcome, applied])).toEqual([['cut', true]]);
}));

test('another deployment can happen just before a call, or just after it', withFakeAws(async aws => {
  aws.ecs.addService('s');
  for (let index = 0; index < 2; index++) aws.ecs.registerTaskDefinition(taskDefinitionBody('s'));
  const ecs = ecsClient(aws);
  aws.inject('ecs:UpdateService', meanwhile(() => aws.ecs.updateService('s', { taskDefinition: 's:3' })));
  const { service } = await ecs.send(new UpdateServiceCommand({ service: 's', taskDefinition: 's:2' }));
  expect(service!.deployments!.map(({ taskDefinition }) => taskDefinition!.split('/')[1])).toEqual(['s:2', 's:3', 's:1']);
  aws.inject('ecs:DescribeTaskDefinition', meanwhile(() => aws.ecs.updateService('s', { taskDefinition: 's:1' }), 'after'));
  await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 's' }));
  expect(aws.ecs.service('s').taskDefinition.revision).toBe(1);
}));
