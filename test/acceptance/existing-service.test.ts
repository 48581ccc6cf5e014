import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Deployment, DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient, TaskDefinition } from '@aws-sdk/client-ecs';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { cdk, Result } from '../../demo/cdk';
import { HandMadeService, makeServiceByHand } from '../../demo/hand-made-service';
import { bootstrappedAws } from '../local-aws';

const ROOT = resolve(__dirname, '../..');
const MINUTE = 60_000;

/** A stack with the construct, whose properties are in the environment. Without properties it is an empty stack. */
const APP = `
const { App, CfnOutput, Stack } = require('aws-cdk-lib');
const iam = require('aws-cdk-lib/aws-iam');
const secretsmanager = require('aws-cdk-lib/aws-secretsmanager');
const { PostmanInsightsExistingService } = require(${JSON.stringify(ROOT)});
const { executionRoleArn, ...props } = JSON.parse(process.env.PROPS);
const stack = new Stack(new App(), 'Agents');
const apiKeySecret = secretsmanager.Secret.fromSecretNameV2(stack, 'ApiKey', 'postman/api-key');
const mayRead = apiKeySecret.grantRead(iam.Role.fromRoleArn(stack, 'ExecutionRole', executionRoleArn));
const agent = new PostmanInsightsExistingService(stack, 'Orders', { discovery: true, apiKeySecret, ...props });
mayRead.applyBefore(agent);
const handler = agent.node.findAll().find(({ node }) => /HandlerOf[^/]*[/]Function[/]Resource$/.test(node.path));
// A process that has been ended is waited for as long as it could run.
handler.addPropertyOverride('Timeout', 20);
for (const [name, value] of Object.entries(JSON.parse(process.env.VARIABLES))) handler.addPropertyOverride('Environment.Variables.' + name, value);
new CfnOutput(stack, 'Verdict', { value: agent.egressVerdict });
new CfnOutput(stack, 'TaskDefinition', { value: agent.taskDefinitionArn });
`;

/** Ends its own process when ECS has carried out the update of a service, once. */
const ENDS_ITSELF = `
const fs = require('node:fs');
const http = require('node:http');
const { request } = http;
http.request = (options, ...more) => {
  const sent = request(options, ...more);
  const isUpdate = Object.entries(options.headers ?? {}).some(([name, value]) => name.toLowerCase() === 'x-amz-target' && /[.]UpdateService$/.test(value));
  if (isUpdate) sent.prependListener('response', () => {
    if (fs.existsSync(process.env.ENDED)) return;
    fs.writeFileSync(process.env.ENDED, String(process.pid));
    process.kill(process.pid, 'SIGKILL');
  });
  return sent;
};
`;

// The real CDK CLI, CloudFormation and the provider framework of the local AWS, with the bundled handler in a process of Node.
describe('a stack for an existing service, on the local AWS', () => {
  const local = bootstrappedAws();
  let folder: string;
  let made: HandMadeService;
  let before: TaskDefinition;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'existing-service-'));
    writeFileSync(join(folder, 'app.js'), APP);
    writeFileSync(join(folder, 'ends-itself.js'), ENDS_ITSELF);
    writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'node app.js' }));
    made = await makeServiceByHand(local.aws);
    before = await runs();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function configuration() {
    const { endpoint, environment } = local.aws;
    const credentials = { accessKeyId: environment.AWS_ACCESS_KEY_ID!, secretAccessKey: environment.AWS_SECRET_ACCESS_KEY! };
    return { endpoint, region: environment.AWS_REGION, credentials };
  }

  async function deployments(): Promise<Deployment[]> {
    const command = new DescribeServicesCommand({ cluster: made.clusterArn, services: [made.serviceArn] });
    const { services } = await new ECSClient(configuration()).send(command);
    return services![0].deployments!;
  }

  async function runs(): Promise<TaskDefinition> {
    const [deployment, ...others] = await deployments();
    expect(others).toEqual([]);
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: deployment.taskDefinition, include: ['TAGS'] });
    const { taskDefinition, tags } = await new ECSClient(configuration()).send(command);
    return { ...taskDefinition!, ...{ tags } };
  }

  /** New tasks run, by another deployment than this one. The queue keeps a message for ten seconds first. */
  async function rolledOutAfter(id: string): Promise<Deployment> {
    for (const end = Date.now() + 15 * MINUTE; ; await setTimeout(200)) {
      const [deployment, ...others] = await deployments();
      if (deployment.id !== id && deployment.rolloutState === 'COMPLETED' && others.length === 0) return deployment;
      if (Date.now() > end) throw new Error(`No deployment has replaced ${id} within 15 minutes: ${JSON.stringify(deployment)}`);
    }
  }

  /** @param variables  of the handler */
  async function run(command: readonly string[], props: object = {}, variables: object = {}): Promise<Result> {
    const environment = {
      NODE_PATH: join(ROOT, 'node_modules'),
      VARIABLES: JSON.stringify(variables),
      PROPS: JSON.stringify({ serviceArn: made.serviceArn, executionRoleArn: made.executionRoleArn, ...props }),
    };
    return cdk({ folder, environment }, command, local.aws.environment);
  }

  const deploy = async (props?: object, variables?: object) => run(['deploy', '--require-approval', 'never', '--method', 'direct'], props, variables);
  const agentIn = ({ containerDefinitions }: TaskDefinition) => containerDefinitions!.find(({ name }) => name === 'postman-insights-agent');

  test('is deployed, updated, also with its process ended in between, starts new tasks if the key changes, and is destroyed: all is as before', async () => {
    const created = await deploy();
    expect([created.code, created.code === 0 ? '' : created.output]).toEqual([0, '']);
    const added = await runs();
    expect(agentIn(added)).toMatchObject({ essential: false, entryPoint: ['/postman-insights-agent', 'apidump', '--discovery-mode'] });
    expect(created.output).toMatch(/Agents\.Verdict = reachable/);
    expect(created.output).toContain(`Agents.TaskDefinition = ${added.taskDefinitionArn}`);

    const updated = await deploy({ rateLimitPerMinute: 500, rotateTasks: true });
    expect([updated.code, updated.code === 0 ? '' : updated.output]).toEqual([0, '']);
    const limited = await runs();
    expect(agentIn(limited)!.entryPoint).toContain('500');

    // Everything here is the local AWS: Secrets Manager sends its event, a rule and a queue hand it on, and the bundled function updates the service.
    const [{ id }] = await deployments();
    await new SecretsManagerClient(configuration()).send(new PutSecretValueCommand({ SecretId: 'postman/api-key', SecretString: 'not-a-key-2' }));
    expect((await rolledOutAfter(id!)).taskDefinition).toBe(limited.taskDefinitionArn);
    expect(await runs()).toEqual(limited);

    // The process of the handler ends after it has updated the service, and before it could note that.
    const ended = join(folder, 'ended');
    const killed = await deploy({ rateLimitPerMinute: 600, rotateTasks: true }, { NODE_OPTIONS: `--require ${join(folder, 'ends-itself.js')}`, ENDED: ended });
    expect(existsSync(ended)).toBe(true);
    expect([killed.code, killed.output]).toEqual([1, expect.stringMatching(/UPDATE_ROLLBACK_COMPLET/)]);
    expect(agentIn(await runs())!.entryPoint).toContain('500');

    const destroyed = await run(['destroy', '--force']);
    expect([destroyed.code, destroyed.code === 0 ? '' : destroyed.output]).toEqual([0, '']);
    expect(await runs()).toEqual(before);
  });

  test('whose rollout fails is rolled back, and the reason is in the event', async () => {
    // ECS cannot pull this image.
    const { code, output } = await deploy({ imageUri: 'public.ecr.aws/postman/postman-insights-agent:missing' });
    expect(code).not.toBe(0);
    expect(output).toMatch(/The rollout of service orders failed, and the service runs orders:1 again[^]*CannotPullContainerError/);
    expect(await runs()).toEqual(before);
  });

  test.each<[string, (arn: string) => string, RegExp]>([
    ['a cluster that does not exist', arn => arn.replace('/orders/', '/none/'), /There is no ECS cluster none in us-east-1/],
    ['another region', arn => arn.replace('us-east-1', 'us-west-2'), /`serviceArn` is of region us-west-2, and the stack is of us-east-1/],
  ])('for a service of %s is not created, and the reason is in the event', async (_, changed, reason) => {
    const { code, output } = await deploy({ serviceArn: changed(made.serviceArn) });
    expect(code).not.toBe(0);
    expect(output).toMatch(reason);
    expect(output).toMatch(/ROLLBACK_COMPLETE/);
    expect(await runs()).toEqual(before);
  });
});
