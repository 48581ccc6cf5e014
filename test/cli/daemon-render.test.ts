import { parse } from 'yaml';
import { addInstances, BRIDGE, DAEMON, DAEMON_ADD } from './daemon-given';
import { CAPTURING } from './log-lines';
import { renderHere } from './render-here';
import { INSIGHTS_AGENT, openShop, PROJECT } from './shop';
import { SECRET } from '../edit/asked';
import { FakeAws } from '../fakes';

const ROLE = 'arn:aws:iam::123456789012:role/own';
const PLAIN = ['--daemon', '--project', PROJECT, '--api-key-secret', SECRET];
const RENDER = [...PLAIN, '--execution-role', ROLE, '--region', 'eu-west-1', '--log-group', '/ecs/agents'];

test('the task definition is that of ecs daemon add, without the tags of what this program has made', async () => {
  const shop = await openShop(BRIDGE);
  addInstances(shop, 'i-1');
  shop.aws.iam.addRole('own');
  shop.aws.logs.addGroup('/ecs/agents');
  const secret = shop.aws.secrets.find('postman/api-key')!.arn;
  const { service } = await shop.json([...DAEMON_ADD, '--execution-role', 'own', '--grant-secret-access', '--log-group', '/ecs/agents', '--dry-run']);
  const rendered = await renderHere([...RENDER.map(arg => arg === SECRET ? secret : arg), '--cluster', 'shop']);
  const { tags, ...definition } = service.taskDefinition;
  expect(JSON.parse(rendered.stdout)).toEqual(definition);
  expect(tags).toHaveLength(2);
  expect(rendered).toMatchObject({ status: 0, stderr: expect.stringContaining('`ecs daemon add`') });
});

test('ECS accepts it, and runs it as a daemon', async () => {
  const aws = new FakeAws({});
  aws.ecs.addContainerInstance('shop', 'i-1');
  aws.ecs.logs(INSIGHTS_AGENT, CAPTURING);
  const definition = aws.ecs.registerTaskDefinition(JSON.parse((await renderHere(RENDER)).stdout));
  expect(aws.ecs.addService('agents', { cluster: 'shop', schedulingStrategy: 'DAEMON', taskDefinition: definition.arn }).desiredCount).toBe(1);
});

test('each format says the same', async () => {
  const rendered = async (format: string) => (await renderHere([...RENDER, '--format', format])).stdout;
  const definition = JSON.parse(await rendered('json'));
  expect(parse(await rendered('yaml'))).toEqual(definition);
  const { PostmanInsightsDaemon: resource } = parse(await rendered('cloudformation'));
  expect(resource).toMatchObject({
    Type: 'AWS::ECS::TaskDefinition',
    Properties: {
      Family: DAEMON, NetworkMode: 'host', ExecutionRoleArn: ROLE, RequiresCompatibilities: ['EC2'],
      PlacementConstraints: [{ Type: 'memberOf', Expression: 'attribute:ecs.os-type == linux' }],
      ContainerDefinitions: [{ Name: INSIGHTS_AGENT, Essential: true, LogConfiguration: { Options: { 'awslogs-group': '/ecs/agents' } } }],
    },
  });
  const terraform = await rendered('terraform');
  for (const text of [
    'resource "aws_ecs_task_definition" "postman_insights_daemon" {', `family                   = "${DAEMON}"`, `execution_role_arn       = "${ROLE}"`,
    'network_mode             = "host"', 'requires_compatibilities = ["EC2"]', 'placement_constraints {', 'expression = "attribute:ecs.os-type == linux"',
    'container_definitions = jsonencode([',
  ]) expect(terraform).toContain(text);
  const cdk = await rendered('cdk');
  for (const text of [
    "import * as iam from 'aws-cdk-lib/aws-iam';", 'new ecs.Ec2TaskDefinition(this', 'networkMode: ecs.NetworkMode.HOST', 'essential: true',
    "ecs.PlacementConstraint.memberOf('attribute:ecs.os-type == linux')", `iam.Role.fromRoleArn(this, 'PostmanDaemonRole', '${ROLE}')`,
  ]) expect(cdk).toContain(text);
});

test('its family is the name of the service', async () => {
  expect(JSON.parse((await renderHere([...RENDER, '--service', 'watchers'])).stdout).family).toBe('watchers');
});

test.each<[string, readonly string[], string]>([
  ['no role', PLAIN, '`--execution-role` must be the ARN of a role here'],
  ['the name of a role', [...PLAIN, '--execution-role', 'own'], 'got: own'],
  ['no secret', RENDER.filter(arg => arg !== SECRET && arg !== '--api-key-secret'), 'Name the secret of the API key'],
  ['a file', [...RENDER, '--task-definition', 'web.json'], '`--daemon` prints a task definition of its own'],
  ['a format that there is not', [...RENDER, '--format', 'xml'], '`--format` must be one of'],
  ['no destination', RENDER.filter(arg => arg !== PROJECT && arg !== '--project'), 'The agent needs a destination'],
])('%s is an error of usage', async (_name, args, text) => {
  expect(await renderHere(args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(text) });
});
