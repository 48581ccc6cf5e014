import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
new CfnOutput(stack, 'Verdict', { value: agent.egressVerdict });
new CfnOutput(stack, 'TaskDefinition', { value: agent.taskDefinitionArn });
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
    writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'node app.js' }));
    made = await makeServiceByHand(local.aws);
    before = await runs();
  }, 2 * MINUTE);

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
    for (const end = Date.now() + 2 * MINUTE; ; await setTimeout(200)) {
      const [deployment, ...others] = await deployments();
      if (deployment.id !== id && deployment.rolloutState === 'COMPLETED' && others.length === 0) return deployment;
      if (Date.now() > end) throw new Error(`No deployment has replaced ${id} within two minutes: ${JSON.stringify(deployment)}`);
    }
  }

  async function run(command: readonly string[], props: object = {}): Promise<Result> {
    const environment = {
      NODE_PATH: join(ROOT, 'node_modules'), PROPS: JSON.stringify({ serviceArn: made.serviceArn, executionRoleArn: made.executionRoleArn, ...props }),
    };
    return cdk({ folder, environment }, command, local.aws.environment);
  }

  const deploy = async (props?: object) => run(['deploy', '--require-approval', 'never', '--method', 'direct'], props);
  const agentIn = ({ containerDefinitions }: TaskDefinition) => containerDefinitions!.find(({ name }) => name === 'postman-insights-agent');

  test('is deployed and updated, starts new tasks if the key changes, and is destroyed: the service runs what it ran before', async () => {
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

    const destroyed = await run(['destroy', '--force']);
    expect([destroyed.code, destroyed.code === 0 ? '' : destroyed.output]).toEqual([0, '']);
    expect(await runs()).toEqual(before);
  }, 10 * MINUTE);

  test('whose rollout fails is rolled back, and the reason is in the event', async () => {
    // ECS cannot pull this image.
    const { code, output } = await deploy({ imageUri: 'public.ecr.aws/postman/postman-insights-agent:missing' });
    expect(code).not.toBe(0);
    expect(output).toMatch(/The rollout of service orders failed, and the service runs orders:1 again[^]*CannotPullContainerError/);
    expect(await runs()).toEqual(before);
  }, 10 * MINUTE);
});
