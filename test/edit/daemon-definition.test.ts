import { agentContainer, daemonOptions, INSIGHTS } from '../../src/agent';
import { daemonDefinition, parseJson, printJson } from '../../src/edit';
import type { JsonObject } from '../../src/edit/json';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-a1fp5a';
const ROLE = 'arn:aws:iam::111122223333:role/execution';

const container = agentContainer(INSIGHTS, daemonOptions(INSIGHTS, { discovery: true }), {
  apiKey: SECRET, taskSetsMemory: false, place: { region: 'eu-west-1', taskFamily: 'agents', cluster: 'shop' }, isAlone: true,
});

const plain = (value: ReturnType<typeof daemonDefinition>) => JSON.parse(printJson(value));

test('the task definition of a daemon runs the agent alone, in host mode, on EC2 with Linux', () => {
  const { containerDefinitions, ...rest } = plain(daemonDefinition(container, { family: 'agents', executionRoleArn: ROLE }));
  expect(rest).toEqual({
    family: 'agents',
    executionRoleArn: ROLE,
    networkMode: 'host',
    requiresCompatibilities: ['EC2'],
    placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.os-type == linux' }],
  });
  expect(containerDefinitions).toEqual([JSON.parse(JSON.stringify(container))]);
});

test('tags are copied, and without a role or tags these members are left out', () => {
  const tags = [{ key: 'team', value: 'shop' }];
  expect(plain(daemonDefinition(container, { family: 'agents', tags }))).toMatchObject({ tags });
  expect(Object.keys(daemonDefinition(container, { family: 'agents' }))).toEqual(
    ['family', 'networkMode', 'requiresCompatibilities', 'placementConstraints', 'containerDefinitions']);
});

test('each number of the definition is written as it is', () => {
  const { containerDefinitions } = parseJson(printJson(daemonDefinition(container, { family: 'agents' }))) as JsonObject;
  const [agent] = containerDefinitions as JsonObject[];
  expect([agent.memory, agent.cpu].map(String)).toEqual(['700', '256']);
});
