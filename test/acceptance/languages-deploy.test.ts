import { deployExample, exampleApp } from '../../demo/cdk';
import { readBack } from '../../demo/deployed';
import { agentOf, bootstrappedAws } from '../local-aws';
import { reported } from '../reported';

const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';

/** `make prove` deploys three examples in each language, and `make test` one. */
const ofAll = process.env.EXAMPLES === 'all' ? test : () => {};

// deploy.test.ts checks more of what is deployed, in TypeScript. languages.test.ts checks that all languages give the same template.
describe.each(['python', 'java'] as const)('cdk deploy in %s', language => {
  const local = bootstrappedAws();

  test(`cdk deploy of the Fargate example in ${language} runs the agent`, () => reported({ language, example: 'fargate', step: 'deployed' }, async () => {
    const { verdicts } = await deployExample(local.aws, exampleApp(language, 'fargate'), { collectionId: COLLECTION });
    const deployed = await readBack(local.aws, 'HelloFargate');
    expect(verdicts).toEqual([expect.objectContaining({ path: 'HelloFargate/Lca', verdict: 'reachable' })]);
    expect(deployed.service).toMatchObject({ launchType: 'FARGATE', status: 'ACTIVE' });
    expect(agentOf(deployed)).toMatchObject({
      essential: false,
      entryPoint: ['/postman-lc-agent', 'apidump', '--collection', COLLECTION],
      secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: local.secret.replace(/-\w{6}$/, '') }],
    });
  }));

  ofAll(`cdk deploy of the Insights example in ${language} runs the agent`, () => reported({ language, example: 'insights', step: 'deployed' }, async () => {
    const { verdicts } = await deployExample(local.aws, exampleApp(language, 'insights'), {});
    const deployed = await readBack(local.aws, 'HelloInsights');
    const valueFrom = local.secret.replace(/-\w{6}$/, '');
    expect(verdicts).toEqual([expect.objectContaining({ path: 'HelloInsights/Insights', verdict: 'reachable' })]);
    expect(agentOf(deployed)).toMatchObject({
      essential: false,
      entryPoint: ['/postman-insights-agent', 'apidump', '--discovery-mode'],
      environment: expect.arrayContaining([{ name: 'POSTMAN_INSIGHTS_CLUSTER_NAME', value: deployed.service.clusterArn!.split('/').pop() }]),
      secrets: [{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom }, { name: 'POSTMAN_API_KEY', valueFrom }],
    });
  }));

  ofAll(`cdk deploy of the EC2 example in ${language} runs the agent`, () => reported({ language, example: 'ec2', step: 'deployed' }, async () => {
    await deployExample(local.aws, exampleApp(language, 'ec2'), { collectionId: COLLECTION, apiKeySecretArn: local.secret });
    const deployed = await readBack(local.aws, 'HelloEc2');
    expect(deployed.taskDefinition).toMatchObject({ networkMode: 'awsvpc' });
    expect(agentOf(deployed)).toMatchObject({ essential: false, memoryReservation: 300, secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: local.secret }] });
  }));
});
