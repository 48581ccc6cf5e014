import { described } from './described';
import { borrowedLog as borrowed, JsonObject } from '../../src/edit';

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
