import { described } from './described';
import { borrowedLog as borrowed, JsonObject } from '../../src/edit';

const borrowedLog = (definition: JsonObject) => borrowed(definition, 'postman-lc-agent');

const body = (...logs: unknown[]): JsonObject => ({ containerDefinitions: logs.map((logConfiguration, index) => ({ name: `c${index}`, ...logConfiguration === undefined ? {} : { logConfiguration } })) as never });
const awslogs = (options: object) => ({ logDriver: 'awslogs', options });

describe('the agent\'s log goes beside the application\'s', () => {
  test('under a prefix of its own', () => {
    expect(borrowedLog(described('fargate-plain'))).toEqual({
      logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'postman-lc-agent' },
    });
  });

  test('with what says where it goes, and not how its lines are read', () => {
    const where = { 'awslogs-group': 'g', 'awslogs-region': 'r', 'awslogs-create-group': 'true', 'awslogs-endpoint': 'https://logs.example.com', 'mode': 'non-blocking', 'max-buffer-size': '25m' };
    expect(borrowedLog(body(awslogs({ ...where, 'awslogs-stream-prefix': 'web', 'awslogs-multiline-pattern': '^x', 'awslogs-datetime-format': '%Y' })))?.options).toEqual({ ...where, 'awslogs-stream-prefix': 'postman-lc-agent' });
  });

  test('that of the first container which logs to CloudWatch', () => {
    const logs = [undefined, null, { logDriver: 'splunk', options: { 'awslogs-group': 'no' } }, { logDriver: 'awslogs' }, awslogs({ 'awslogs-region': 'r' }), awslogs({ 'awslogs-group': 5 }), awslogs({ 'awslogs-group': 'g' }), awslogs({ 'awslogs-group': 'h' })];
    expect(borrowedLog(body(...logs))?.options['awslogs-group']).toBe('g');
  });

  test('or nowhere that is named, where no container logs to CloudWatch', () => {
    for (const definition of [body(undefined), body(), {}, described('log-secret-options')]) expect(borrowedLog(definition)).toBeUndefined();
  });
});
