import { linesOf, outcomeOf } from '../../emulator/ecs/images';
import { withFakeAws } from '../fakes/clients';
import { JsonObject } from '../fakes/index';

const containers = (web: string, agent: string): JsonObject => ({
  containerDefinitions: [{ name: 'web', image: web, essential: true }, { name: 'agent', image: agent, essential: false }],
});

test.each<[string, JsonObject, object]>([
  ['images run until they are stopped', containers('nginx', 'agent:1.2'), { kind: 'succeeds' }],
  ['a digest has no tag', containers('nginx@sha256:crash', 'agent'), { kind: 'succeeds' }],
  ['the port of a registry is not a tag', containers('registry:5000/nginx', 'agent'), { kind: 'succeeds' }],
  ['an essential container that crashes fails its tasks', containers('registry:5000/nginx:crash', 'agent'),
    { kind: 'tasksFail', end: { stopCode: 'EssentialContainerExited', containers: [{ name: 'web', exitCode: 1 }] } }],
  ['a container that is not essential crashes alone', containers('nginx', 'agent:crash'), { kind: 'succeeds', containers: [{ name: 'agent', exitCode: 1 }] }],
  ['an image that is missing fails its tasks, also that of a container that is not essential', containers('nginx', 'agent:missing'),
    { kind: 'tasksFail', end: { stopCode: 'TaskFailedToStart', stoppedReason: expect.stringMatching(/^CannotPull\w+: .* agent:missing: not found$/) } }],
  ['a container that has room only alone is killed beside another', containers('nginx:tight', 'agent'),
    { kind: 'tasksFail', end: { stopCode: 'EssentialContainerExited', containers: [{ name: 'web', exitCode: 137 }] } }],
  ['a container that has room only alone runs alone', { containerDefinitions: [{ name: 'web', image: 'nginx:tight' }] }, { kind: 'succeeds' }],
  ['a slow image takes half a minute', containers('nginx:slow', 'agent'), { kind: 'succeeds', afterMs: 30_000 }],
])('%s', (_name, registered, expected) => {
  expect(outcomeOf(registered)).toMatchObject(expected);
});

test.each([
  ['registry/postman-insights-agent:v0.40.1', '[INFO] Send SIGINT (Ctrl-C) to stop...'],
  ['registry/postman-insights-agent:rejected-key', 'This process will not exit, to avoid boot loops.'],
  ['postman-lc-agent@sha256:0', '[INFO] Send SIGINT (Ctrl-C) to stop...'],
  ['nginx', 'nginx was not run: this rollout is simulated.'],
])('the last line that a container of %s logs', (image, last) => {
  expect(linesOf({ name: 'agent', image }).slice(-1)).toEqual([last]);
});

test('what containers have logged is taken out of the account once, with an empty stream for a container that logs nothing', withFakeAws(async aws => {
  const options = { 'awslogs-group': 'group', 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'prefix' };
  const container = { name: 'agent', image: 'nginx', memory: 512, logConfiguration: { logDriver: 'awslogs', options } };
  aws.ecs.addService('web', { taskDefinition: { family: 'web', executionRoleArn: 'role', containerDefinitions: [container] } });
  const stream = expect.stringMatching(/^prefix\/agent\/[0-9a-f]{32}$/);
  expect(aws.takeLogs()).toEqual([{ region: 'us-east-1', group: 'group', stream, events: [{ timestamp: expect.any(Number), message: 'nginx' }] }]);
  expect(aws.takeLogs()).toEqual([]);
  aws.ecs.logs('agent', []);
  aws.ecs.addService('silent', { taskDefinition: 'web:1' });
  expect(aws.takeLogs()).toMatchObject([{ group: 'group', stream, events: [] }]);
}, { ecs: { linesOf: ({ image }) => [String(image)] } }));
