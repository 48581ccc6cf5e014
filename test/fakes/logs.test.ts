import {
  CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand, GetLogEventsCommand, GetLogEventsCommandInput, GetLogEventsCommandOutput,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { clientOptions, withFakeAws } from './clients';
import {
  accessDenied, changedAnswer, essentialExited, expiredToken, FakeAws, JsonObject, neverSettles, Outcome, secretOutOfReach, serverError, succeeds,
  taskDefinitionBody, tasksFail, throttled,
} from './index';

const logsClient = (aws: FakeAws, region?: string) => new CloudWatchLogsClient(clientOptions(aws, region === undefined ? {} : { region }));

/** Reads the stream `s` of the group `g`. */
async function read(aws: FakeAws, input: Partial<GetLogEventsCommandInput> = {}): Promise<GetLogEventsCommandOutput> {
  return logsClient(aws).send(new GetLogEventsCommand({ logGroupName: 'g', logStreamName: 's', ...input }));
}

const messages = ({ events }: GetLogEventsCommandOutput) => events!.map(({ message }) => message);
const linesOf = async (aws: FakeAws, input?: Partial<GetLogEventsCommandInput>) => messages(await read(aws, input));

describe('GetLogEvents', () => {
  test('the events of a stream are returned, oldest first, with the times of the account in milliseconds', withFakeAws(async aws => {
    aws.logs.put('g', 's', 'one', 'two');
    aws.advance(1500);
    aws.logs.put('g', 's', 'three');
    const { events } = await read(aws);
    expect(events!.map(({ message }) => message)).toEqual(['one', 'two', 'three']);
    const [{ timestamp: first, ingestionTime }, , { timestamp: last }] = events!;
    expect([Number.isInteger(first), ingestionTime, last! - first!]).toEqual([true, first, 1500]);
  }));

  test('a limit returns the newest events, and with startFromHead the oldest', withFakeAws(async aws => {
    aws.logs.put('g', 's', '1', '2', '3', '4');
    expect(await linesOf(aws, { limit: 2 })).toEqual(['3', '4']);
    expect(await linesOf(aws, { limit: 2, startFromHead: true })).toEqual(['1', '2']);
  }));

  test('without a limit at most 10000 events are returned, and no greater limit is accepted', withFakeAws(async aws => {
    aws.logs.put('g', 's', ...Array.from({ length: 10_001 }, (_, index) => String(index)));
    const lines = await linesOf(aws);
    expect([lines.length, lines[0], lines[9999]]).toEqual([10_000, '1', '10000']);
    for (const limit of [0, 10_001]) await expect(read(aws, { limit })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }));

  test('the time range contains its start and not its end', withFakeAws(async aws => {
    for (const line of ['1', '2', '3']) {
      aws.logs.put('g', 's', line);
      aws.advance(1000);
    }
    const [, second, third] = (await read(aws)).events!.map(({ timestamp }) => timestamp!);
    expect(await linesOf(aws, { startTime: second, endTime: third })).toEqual(['2']);
    expect(await linesOf(aws, { startTime: second })).toEqual(['2', '3']);
    expect(await linesOf(aws, { endTime: second })).toEqual(['1']);
  }));

  test('the forward tokens lead to the newest event, where the same token comes back', withFakeAws(async aws => {
    aws.logs.put('g', 's', '1', '2', '3');
    const first = await read(aws, { limit: 2, startFromHead: true });
    const second = await read(aws, { limit: 2, startFromHead: true, nextToken: first.nextForwardToken });
    expect(messages(second)).toEqual(['3']);
    const end = await read(aws, { startFromHead: true, nextToken: second.nextForwardToken });
    expect(end).toMatchObject({ events: [], nextForwardToken: second.nextForwardToken });
    aws.logs.put('g', 's', '4');
    expect(await linesOf(aws, { startFromHead: true, nextToken: end.nextForwardToken })).toEqual(['4']);
  }));

  test('the backward tokens lead to the oldest event, where the same token comes back', withFakeAws(async aws => {
    aws.logs.put('g', 's', '1', '2', '3');
    const first = await read(aws, { limit: 2 });
    const second = await read(aws, { limit: 2, nextToken: first.nextBackwardToken });
    expect(messages(second)).toEqual(['1']);
    expect(await read(aws, { nextToken: second.nextBackwardToken })).toMatchObject({ events: [], nextBackwardToken: second.nextBackwardToken });
  }));

  test('a forward token without startFromHead is a defect of the caller, and a token that was made up is refused', withFakeAws(async aws => {
    aws.logs.put('g', 's', '1');
    const { nextForwardToken } = await read(aws);
    await expect(read(aws, { nextToken: nextForwardToken })).rejects.toMatchObject({ $metadata: { httpStatusCode: 418 } });
    await expect(read(aws, { nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }));

  test('a test can make the first page empty, as it may be on AWS, and the tokens still lead to the events', withFakeAws(async aws => {
    aws.logs.put('g', 's', '1', '2');
    aws.inject('logs:GetLogEvents', changedAnswer(({ nextForwardToken }) => ({
      events: [], nextForwardToken, nextBackwardToken: (nextForwardToken as string).replace('f', 'b'),
    })));
    const empty = await read(aws);
    expect(messages(empty)).toEqual([]);
    expect(await linesOf(aws, { nextToken: empty.nextBackwardToken })).toEqual(['1', '2']);
  }));

  test('a group or a stream that is missing is not found, in the words of AWS', withFakeAws(async aws => {
    await expect(read(aws)).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: 'The specified log group does not exist.' });
    aws.logs.addGroup('g');
    await expect(read(aws)).rejects.toMatchObject({ name: 'ResourceNotFoundException', message: 'The specified log stream does not exist.' });
  }));

  test('a stream without events is empty, and not missing', withFakeAws(async aws => {
    aws.logs.put('g', 's');
    expect(await read(aws)).toMatchObject({ events: [], nextForwardToken: expect.any(String), nextBackwardToken: expect.any(String) });
  }));

  test('other regions of the account have their own groups', withFakeAws(async aws => {
    aws.region('us-east-1').logs.put('g', 's', 'there');
    await expect(read(aws)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(messages(await logsClient(aws, 'us-east-1').send(new GetLogEventsCommand({ logGroupName: 'g', logStreamName: 's' })))).toEqual(['there']);
  }));

  test('a parameter that the fakes do not know fails the call', withFakeAws(async aws => {
    aws.logs.put('g', 's', '1');
    await expect(read(aws, { unmask: true })).rejects.toMatchObject({ $metadata: { httpStatusCode: 418 } });
  }));
});

describe('DescribeLogGroups', () => {
  const describing = async (aws: FakeAws, input = {}) => logsClient(aws).send(new DescribeLogGroupsCommand(input));

  test('the groups with a prefix are described, by name', withFakeAws(async aws => {
    aws.logs.put('/ecs/web', 's', 'four');
    for (const name of ['/ecs/api', '/other', '/ecs/api']) aws.logs.addGroup(name);
    const { logGroups, nextToken } = await describing(aws, { logGroupNamePrefix: '/ecs/' });
    expect(logGroups!.map(({ logGroupName }) => logGroupName)).toEqual(['/ecs/api', '/ecs/web']);
    expect(nextToken).toBeUndefined();
    expect(logGroups![1]).toEqual({
      logGroupName: '/ecs/web', creationTime: expect.any(Number), metricFilterCount: 0, storedBytes: 4, logGroupClass: 'STANDARD',
      arn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/web:*', logGroupArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/web',
    });
  }));

  test('a prefix that no group has gives an empty list', withFakeAws(async aws => {
    expect((await describing(aws, { logGroupNamePrefix: 'x' })).logGroups).toEqual([]);
  }));

  test('pages have at most the limit, and the token leads to the next one', withFakeAws(async aws => {
    for (const name of ['a', 'b', 'c']) aws.logs.addGroup(name);
    const { logGroups, nextToken } = await describing(aws, { limit: 2 });
    expect(logGroups!.map(({ logGroupName }) => logGroupName)).toEqual(['a', 'b']);
    expect(await describing(aws, { limit: 2, nextToken })).toMatchObject({ logGroups: [{ logGroupName: 'c' }] });
    await expect(describing(aws, { nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(describing(aws, { limit: 51 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  }));
});

describe('a policy', () => {
  const allow = (aws: FakeAws, Action: string, Resource: string) => aws.allowOnly({ Statement: { Effect: 'Allow', Action, Resource } });
  const denied = (action: string, resource: string) => ({
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::123456789012:user/operator is not authorized to perform: ${action} on resource: `
      + `arn:aws:logs:eu-west-1:123456789012:${resource} because no identity-based policy allows the ${action} action`,
  });

  test('must allow GetLogEvents on the stream', withFakeAws(async aws => {
    aws.logs.put('g', 's', '1');
    allow(aws, 'logs:GetLogEvents', 'arn:aws:logs:eu-west-1:123456789012:log-group:g:log-stream:agent/*');
    await expect(read(aws)).rejects.toMatchObject(denied('logs:GetLogEvents', 'log-group:g:log-stream:s'));
    allow(aws, 'logs:GetLogEvents', 'arn:aws:logs:*:*:log-group:g:*');
    expect(await linesOf(aws)).toEqual(['1']);
  }));

  test('is checked before the group is looked for', withFakeAws(async aws => {
    allow(aws, 'ecs:*', '*');
    await expect(read(aws)).rejects.toMatchObject(denied('logs:GetLogEvents', 'log-group:g:log-stream:s'));
  }));

  test('must allow DescribeLogGroups on all groups, also for a prefix', withFakeAws(async aws => {
    const describing = async () => logsClient(aws).send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'g' }));
    allow(aws, 'logs:DescribeLogGroups', 'arn:aws:logs:eu-west-1:123456789012:log-group:g*');
    await expect(describing()).rejects.toMatchObject(denied('logs:DescribeLogGroups', 'log-group::log-stream:'));
    allow(aws, 'logs:DescribeLogGroups', 'arn:aws:logs:eu-west-1:123456789012:log-group:*');
    expect((await describing()).logGroups).toEqual([]);
  }));
});

test.each([
  ['throttled', throttled(), { name: 'ThrottlingException' }],
  ['made with an expired token', expiredToken(), { name: 'ExpiredTokenException' }],
  ['denied', accessDenied(), { name: 'AccessDeniedException' }],
  ['answered with a server error', serverError(503), { $metadata: { httpStatusCode: 503 } }],
])('a call can be %s', (_name, fault, error) => withFakeAws(async aws => {
  aws.inject('logs:GetLogEvents', fault);
  await expect(read(aws)).rejects.toMatchObject(error);
  expect(aws.callsOf('logs:GetLogEvents')).toMatchObject([{ input: { logGroupName: 'g', logStreamName: 's' }, applied: false }]);
})());

describe('the logs of containers', () => {
  const awslogs = (options: JsonObject = {}): JsonObject => ({
    logDriver: 'awslogs', options: { 'awslogs-group': 'g', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'shop', ...options },
  });
  const definition = (logConfiguration?: JsonObject) => taskDefinitionBody('web', {
    containerDefinitions: [{ name: 'web', image: 'web' }, { name: 'agent', image: 'agent', ...logConfiguration && { logConfiguration } }],
  });
  const tasks = (aws: FakeAws) => [...aws.ecs.state.clusters.values()].flatMap(cluster => cluster.tasks);
  const streams = (aws: FakeAws) => tasks(aws).map(({ arn }) => `shop/agent/${arn.split('/').pop()}`);

  /** A service `s` that rolls out a task definition whose agent has awslogs. */
  function rollOut(aws: FakeAws, outcome: Outcome): void {
    aws.ecs.addService('s', { desiredCount: 0, taskDefinition: definition(), outcomeOf: () => outcome });
    aws.ecs.registerTaskDefinition(definition(awslogs()));
    aws.ecs.updateService('s', { taskDefinition: 'web:2', desiredCount: 1 });
  }

  test('go to the stream with the prefix, the container and the task', withFakeAws(async aws => {
    aws.ecs.logs('agent', ['started', 'ready']);
    aws.ecs.addService('s', { desiredCount: 2, taskDefinition: definition(awslogs()) });
    expect(streams(aws)).toHaveLength(2);
    for (const logStreamName of streams(aws)) expect(await linesOf(aws, { logStreamName })).toEqual(['started', 'ready']);
  }));

  test('come once, when the task starts to run in a rollout', withFakeAws(async aws => {
    aws.ecs.logs('agent', ['started']);
    rollOut(aws, succeeds(1000));
    await expect(read(aws)).rejects.toMatchObject({ message: 'The specified log group does not exist.' });
    const { createdAt } = tasks(aws)[0];
    aws.advance(2000);
    const { events } = await read(aws, { logStreamName: streams(aws)[0] });
    expect(events).toMatchObject([{ message: 'started', timestamp: createdAt + 500 }]);
  }));

  test('can depend on the definition of the container', withFakeAws(async aws => {
    aws.ecs.logs('agent', ({ image }) => [`this is ${String(image)}`]);
    aws.ecs.addService('s', { taskDefinition: definition(awslogs()) });
    expect(await linesOf(aws, { logStreamName: streams(aws)[0] })).toEqual(['this is agent']);
  }));

  test('are empty for a container that logs nothing, whose stream is there', withFakeAws(async aws => {
    aws.ecs.addService('s', { taskDefinition: definition(awslogs()) });
    expect(await linesOf(aws, { logStreamName: streams(aws)[0] })).toEqual([]);
  }));

  test('contain the lines of an essential container that exits', withFakeAws(async aws => {
    aws.ecs.logs('agent', ['cannot go on']);
    rollOut(aws, tasksFail(essentialExited('agent', 1), { everyMs: 1000 }));
    aws.advance(1500);
    expect(tasks(aws).map(({ lastStatus }) => lastStatus)).toEqual(['STOPPED', 'PENDING']);
    expect(await linesOf(aws, { logStreamName: streams(aws)[0] })).toEqual(['cannot go on']);
    await expect(read(aws, { logStreamName: streams(aws)[1] })).rejects.toMatchObject({ message: 'The specified log stream does not exist.' });
  }));

  test.each<[string, Outcome]>([
    ['fails to start', tasksFail(secretOutOfReach)],
    ['stays pending', neverSettles()],
  ])('are missing if the task %s', (_name, outcome) => withFakeAws(async aws => {
    aws.ecs.logs('agent', ['started']);
    rollOut(aws, outcome);
    aws.advance(10_000);
    await expect(read(aws, { logStreamName: streams(aws)[0] })).rejects.toMatchObject({ message: 'The specified log group does not exist.' });
  })());

  test.each<[string, JsonObject | undefined]>([
    ['no log configuration', undefined],
    ['another log driver', { logDriver: 'splunk', options: { 'awslogs-group': 'g', 'awslogs-stream-prefix': 'shop' } }],
    ['no stream prefix', { logDriver: 'awslogs', options: { 'awslogs-group': 'g' } }],
  ])('are missing for a container with %s', (_name, logConfiguration) => withFakeAws(async aws => {
    aws.ecs.logs('agent', ['started']);
    aws.ecs.addService('s', { taskDefinition: definition(logConfiguration) });
    expect(tasks(aws)).toMatchObject([{ lastStatus: 'RUNNING' }]);
    expect((await logsClient(aws).send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
  })());

  test('go to the region of the log configuration', withFakeAws(async aws => {
    aws.ecs.logs('agent', ['started']);
    aws.ecs.addService('s', { taskDefinition: definition(awslogs({ 'awslogs-region': 'us-east-1' })) });
    const reading = new GetLogEventsCommand({ logGroupName: 'g', logStreamName: streams(aws)[0] });
    expect(messages(await logsClient(aws, 'us-east-1').send(reading))).toEqual(['started']);
    await expect(logsClient(aws).send(reading)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  }));
});

test('a log group is created once, and keeps its events for as long as its policy says', withFakeAws(async aws => {
  const sdk = logsClient(aws);
  const retain = async (retentionInDays: number, logGroupName = 'g') => sdk.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
  await sdk.send(new CreateLogGroupCommand({ logGroupName: 'g' }));
  await expect(sdk.send(new CreateLogGroupCommand({ logGroupName: 'g' }))).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
  expect((await sdk.send(new DescribeLogGroupsCommand({}))).logGroups![0].retentionInDays).toBeUndefined();
  await retain(30);
  expect((await sdk.send(new DescribeLogGroupsCommand({}))).logGroups).toMatchObject([{ retentionInDays: 30 }]);
  await expect(retain(31)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(retain(30, 'other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
}));
