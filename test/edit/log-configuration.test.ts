import { described } from './described';
import { awsLogsOf, borrowedLog as borrowed, Json, JsonObject, logIn } from '../../src/edit';

const borrowedLog = (definition: JsonObject) => borrowed(definition, 'postman-lc-agent');

const body = (...logs: unknown[]): JsonObject => ({
  containerDefinitions: logs.map((logConfiguration, index) => ({ name: `c${index}`, ...logConfiguration === undefined ? {} : { logConfiguration } })) as never,
});
const awslogs = (options: object) => ({ logDriver: 'awslogs', options });

describe('the log of the agent', () => {
  test('the agent logs to the application\'s log group, with its own prefix', () => {
    expect(borrowedLog(described('fargate-plain'))).toEqual({
      logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'postman-lc-agent' },
    });
  });

  test('the agent\'s log takes the options that say where it goes, and not those that say how lines are read', () => {
    const destination = {
      'awslogs-group': 'g', 'awslogs-region': 'r', 'awslogs-create-group': 'true', 'awslogs-endpoint': 'https://logs.example.com',
      'mode': 'non-blocking', 'max-buffer-size': '25m',
    };
    const own = { 'awslogs-stream-prefix': 'web', 'awslogs-multiline-pattern': '^x', 'awslogs-datetime-format': '%Y' };
    expect(borrowedLog(body(awslogs({ ...destination, ...own })))?.options).toEqual({ ...destination, 'awslogs-stream-prefix': 'postman-lc-agent' });
  });

  test('the log group is that of the first container that logs to CloudWatch', () => {
    const logs = [
      undefined, null, { logDriver: 'splunk', options: { 'awslogs-group': 'no' } }, { logDriver: 'awslogs' }, awslogs({ 'awslogs-region': 'r' }),
      awslogs({ 'awslogs-group': 5 }), awslogs({ 'awslogs-group': 'g' }), awslogs({ 'awslogs-group': 'h' }),
    ];
    expect(borrowedLog(body(...logs))?.options['awslogs-group']).toBe('g');
  });

  test('the agent has no log configuration if no container logs to CloudWatch', () => {
    for (const definition of [body(undefined), body(), {}, described('log-secret-options')]) expect(borrowedLog(definition)).toBeUndefined();
  });
});

describe('where the log of a container is', () => {
  const container = (logConfiguration: unknown, name: Json = 'postman-insights-agent'): JsonObject => ({ name, logConfiguration: logConfiguration as Json });

  test('the stream of a task has the prefix, the name of the container and the id of the task', () => {
    const place = awsLogsOf(container(awslogs({ 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'agents' })))!;
    expect([place.group, place.region, place.stream('0123abcd')]).toEqual(['/ecs/web', 'eu-west-1', 'agents/postman-insights-agent/0123abcd']);
  });

  test('the log that this library gives an agent is found again', () => {
    const log = logIn('/ecs/agents', 'eu-west-1', 'postman-insights-agent');
    expect(log).toEqual({
      logDriver: 'awslogs',
      options: { 'awslogs-group': '/ecs/agents', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'postman-insights-agent' },
    });
    const place = awsLogsOf(container(log))!;
    expect([place.group, place.region, place.stream('t')]).toEqual(['/ecs/agents', 'eu-west-1', 'postman-insights-agent/postman-insights-agent/t']);
  });

  test('the region is not known if the log does not name one', () => {
    expect(awsLogsOf(container(awslogs({ 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' })))!.region).toBeUndefined();
  });

  test.each<[unknown]>([
    [undefined], [null], ['awslogs'], [{ logDriver: 'splunk', options: { 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' } }], [{ logDriver: 'awslogs' }],
    [awslogs({ 'awslogs-stream-prefix': 'p' })], [awslogs({ 'awslogs-group': 'g' })], [awslogs({ 'awslogs-group': 5, 'awslogs-stream-prefix': 'p' })],
  ])('it is not known for the log %j', logConfiguration => {
    expect(awsLogsOf(container(logConfiguration))).toBeUndefined();
  });
});
