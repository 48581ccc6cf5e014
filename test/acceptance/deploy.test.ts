import { execFile, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { deployExample, destroyExample, exampleApp, synthesizeExample } from '../../demo/cdk';
import { Deployed, instancesOfTasks, joinInstance, readBack } from '../../demo/deployed';
import { jsonCall, requireLoopback } from '../../demo/local-aws';
import { agentOf, bootstrappedAws } from '../local-aws';
import { reported } from '../reported';

const ROOT = resolve(__dirname, '../..');
const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';

const INSIGHTS_DEPLOYED = { language: 'typescript', example: 'insights', step: 'deployed' };

const local = bootstrappedAws();

describe('the Fargate example, deployed by the CDK CLI', () => {
  let deployed: Deployed;
  let verdicts: Awaited<ReturnType<typeof deployExample>>['verdicts'];

  beforeAll(async () => {
    ({ verdicts } = await deployExample(local.aws, exampleApp('typescript', 'fargate'), { collectionId: COLLECTION }));
    deployed = await readBack(local.aws, 'HelloFargate');
  });

  test('the agent is deployed as the last container, not essential', () => reported({ language: 'typescript', example: 'fargate', step: 'deployed' }, () => {
    expect(deployed.service).toMatchObject({ launchType: 'FARGATE', status: 'ACTIVE', desiredCount: 1 });
    expect(deployed.taskDefinition.containerDefinitions!.map(({ name, essential }) => [name, essential])).toEqual([['web', true], ['postman-lc-agent', false]]);
    expect(agentOf(deployed).entryPoint).toEqual(['/postman-lc-agent', 'apidump', '--collection', COLLECTION]);
  }));

  test('the deployed agent gets the key from the secret with the default name, and not from a variable', () => {
    expect(agentOf(deployed).secrets).toEqual([{ name: 'POSTMAN_API_KEY', valueFrom: local.secret.replace(/-\w{6}$/, '') }]);
    expect(agentOf(deployed).environment!.map(({ name }) => name)).not.toContain('POSTMAN_API_KEY');
  });

  test('the deployed agent has a restart policy and a log', () => {
    expect(agentOf(deployed).restartPolicy).toEqual({ enabled: true, restartAttemptPeriod: 60 });
    expect(agentOf(deployed).logConfiguration).toMatchObject({
      logDriver: 'awslogs', options: { 'awslogs-stream-prefix': 'postman-lc-agent', 'awslogs-region': 'us-east-1' },
    });
  });

  test('the deployed roles can read the secret and write to the log group, and nothing else', () => {
    expect(deployed.grants.map(({ actions }) => actions).sort()).toEqual([['logs:CreateLogStream', 'logs:PutLogEvents'], ['secretsmanager:GetSecretValue']]);
    const [{ resources }] = deployed.grants.filter(({ actions }) => actions.includes('secretsmanager:GetSecretValue'));
    expect(resources).toEqual([local.secret.replace(/\w{6}$/, '??????')]);
  });

  test('the verdict at synthesis is reachable, through the NAT gateway', () => {
    const finding = expect.stringMatching(/PrivateSubnet1: 0\.0\.0\.0\/0 -> NAT gateway .* internet gateway/);
    const evidence = expect.arrayContaining([expect.objectContaining({ verdict: 'reachable', path: 'agent', finding })]);
    expect(verdicts).toEqual([{ path: 'HelloFargate/Lca', verdict: 'reachable', host: 'api.observability.postman.com', evidence }]);
  });

  test('the deployed example can be updated and destroyed', async () => {
    await deployExample(local.aws, exampleApp('typescript', 'fargate'), { collectionId: COLLECTION.toUpperCase() });
    const updated = await readBack(local.aws, 'HelloFargate');
    expect(updated.taskDefinition.revision).toBe(deployed.taskDefinition.revision! + 1);
    expect(updated.service.taskDefinition).toBe(updated.taskDefinition.taskDefinitionArn);
    await destroyExample(local.aws, exampleApp('typescript', 'fargate'), { collectionId: COLLECTION });
    await expect(readBack(local.aws, 'HelloFargate')).rejects.toThrow();
  });
});

test('the EC2 example is deployed with a complete secret ARN', () => reported({ language: 'typescript', example: 'ec2', step: 'deployed' }, async () => {
  await deployExample(local.aws, exampleApp('typescript', 'ec2'), { collectionId: COLLECTION, apiKeySecretArn: local.secret });
  const deployed = await readBack(local.aws, 'HelloEc2');
  expect(deployed.taskDefinition).toMatchObject({ networkMode: 'awsvpc' });
  expect(agentOf(deployed)).toMatchObject({ memoryReservation: 300, secrets: [{ name: 'POSTMAN_API_KEY', valueFrom: local.secret }] });
  expect(deployed.grants.flatMap(({ resources }) => resources)).toContain(local.secret);
}));

const DAEMON_DEPLOYED = { language: 'typescript', example: 'daemon', step: 'deployed' };

test('the daemon example runs one agent on each instance, also on one that comes later', () => reported(DAEMON_DEPLOYED, async () => {
  const { verdicts } = await deployExample(local.aws, exampleApp('typescript', 'daemon'), {});
  expect(verdicts).toEqual([expect.objectContaining({ path: 'HelloDaemon/Agents', verdict: 'reachable' })]);
  const { service, taskDefinition, grants } = await readBack(local.aws, 'HelloDaemon', 'Agents');
  const deploymentConfiguration = { minimumHealthyPercent: 0, maximumPercent: 100 };
  expect(service).toMatchObject({ schedulingStrategy: 'DAEMON', launchType: 'EC2', deploymentConfiguration });
  const placementConstraints = [{ type: 'memberOf', expression: 'attribute:ecs.os-type == linux' }];
  expect(taskDefinition).toMatchObject({ networkMode: 'host', placementConstraints });
  expect(taskDefinition.containerDefinitions).toMatchObject([{
    name: 'postman-insights-agent', essential: true, memory: 700,
    entryPoint: ['/postman-insights-agent', 'apidump', '--discovery-mode', '--interfaces', 'docker0', '--filter', 'tcp port 80'],
  }]);
  expect(grants.map(({ actions }) => actions).sort()).toEqual([['logs:CreateLogStream', 'logs:PutLogEvents'], ['secretsmanager:GetSecretValue']]);

  for (const instance of ['i-1', 'i-2']) await joinInstance(local.aws, service.clusterArn!, instance);
  expect((await instancesOfTasks(local.aws, service)).sort()).toEqual(['i-1', 'i-2']);
  await joinInstance(local.aws, service.clusterArn!, 'i-3');
  expect((await instancesOfTasks(local.aws, service)).sort()).toEqual(['i-1', 'i-2', 'i-3']);
}));

describe('the Insights example, deployed by the CDK CLI', () => {
  let deployed: Deployed;
  let verdicts: Awaited<ReturnType<typeof deployExample>>['verdicts'];

  beforeAll(async () => {
    ({ verdicts } = await deployExample(local.aws, exampleApp('typescript', 'insights'), {}));
    deployed = await readBack(local.aws, 'HelloInsights');
  });

  test('the Insights agent is deployed as the last container, in discovery mode', () => reported(INSIGHTS_DEPLOYED, () => {
    const containers = deployed.taskDefinition.containerDefinitions!.map(({ name, essential }) => [name, essential]);
    expect(containers).toEqual([['web', true], ['postman-insights-agent', false]]);
    expect(agentOf(deployed)).toMatchObject({ entryPoint: ['/postman-insights-agent', 'apidump', '--discovery-mode'], readonlyRootFilesystem: true });
    expect(verdicts).toEqual([expect.objectContaining({ path: 'HelloInsights/Insights', verdict: 'reachable', host: 'api.observability.postman.com' })]);
  }));

  test('the deployed agent has the name of the real cluster, and the key in both variables from one secret', () => {
    const cluster = deployed.service.clusterArn!.split('/').pop();
    const valueFrom = local.secret.replace(/-\w{6}$/, '');
    expect(agentOf(deployed).environment).toEqual(expect.arrayContaining([
      { name: 'POSTMAN_INSIGHTS_CLUSTER_NAME', value: cluster },
      { name: 'POSTMAN_K8S_NAMESPACE', value: cluster },
      { name: 'POSTMAN_INSIGHTS_WORKLOAD_NAME', value: 'hello' },
    ]));
    expect(agentOf(deployed).secrets).toEqual([{ name: 'POSTMAN_INSIGHTS_API_KEY', valueFrom }, { name: 'POSTMAN_API_KEY', valueFrom }]);
    expect(deployed.grants.map(({ actions }) => actions).sort()).toEqual([['logs:CreateLogStream', 'logs:PutLogEvents'], ['secretsmanager:GetSecretValue']]);
  });
});

const EVERY_SERVICE_DEPLOYED = { language: 'typescript', example: 'every-service', step: 'deployed' };

describe('the example for every service, deployed by the CDK CLI', () => {
  const cloudwatch = (action: string, input: object) => jsonCall(local.aws, 'monitoring', `GraniteServiceVersion20100801.${action}`, input);
  let widgets: readonly any[];
  let alarms: readonly any[];

  beforeAll(async () => {
    await deployExample(local.aws, exampleApp('typescript', 'every-service'), {});
    const { DashboardEntries } = await cloudwatch('ListDashboards', {});
    const { DashboardBody } = await cloudwatch('GetDashboard', { DashboardName: DashboardEntries[0].DashboardName });
    ({ widgets } = JSON.parse(DashboardBody));
    ({ MetricAlarms: alarms } = await cloudwatch('DescribeAlarms', {}));
    alarms = alarms.filter(({ AlarmName }) => AlarmName.startsWith('HelloEveryService'));
  });

  const graph = (title: string): any[] => widgets.find(({ properties }) => properties.title === title).properties.metrics;

  test('the deployed dashboard shows both services with an agent, and the one without an agent nowhere', () => reported(EVERY_SERVICE_DEPLOYED, () => {
    const labels = ({ properties: { title, metrics } }: any) => [title, metrics.map((metric: any[]) => metric.at(-1).label)];
    const names = ['HelloEveryService/Orders', 'HelloEveryService/Cart'];
    expect(widgets.filter(({ type }) => type === 'metric').map(labels)).toEqual([
      ['Agents that stopped', names], ['Agents that do not capture', names], ['Memory of the agents', names], ['Restarts of the agents', names],
    ]);
    expect(JSON.stringify(widgets)).not.toContain('Batch');
  }));

  test('the deployed dashboard shows rules, log groups and services that exist', async () => {
    const { Rules } = await jsonCall(local.aws, 'events', 'AWSEvents.ListRules', {});
    const { metricFilters } = await jsonCall(local.aws, 'logs', 'Logs_20140328.DescribeMetricFilters', {});
    const filters = metricFilters.filter((filter: any) => filter.metricTransformations[0].metricName === `NotCapturing-${filter.logGroupName}`);
    const { service } = await readBack(local.aws, 'HelloEveryService', 'Orders');
    expect(Rules.map(({ Name }: any) => Name)).toEqual(expect.arrayContaining(graph('Agents that stopped').map(metric => metric[3])));
    const filtered = filters.map((filter: any) => filter.metricTransformations[0].metricName);
    expect(filtered).toEqual(expect.arrayContaining(graph('Agents that do not capture').map(metric => metric[1])));
    expect(graph('Memory of the agents')[0]).toEqual(expect.arrayContaining([service.serviceName, service.clusterArn!.split('/').pop()]));
  });

  test('the deployed alarms notify the topic, and the dashboard shows their states', () => {
    expect(alarms.map(({ MetricName, Threshold }) => [MetricName.replace(/-.*/, ''), Threshold]).sort()).toEqual([
      ['MatchedEvents', 1], ['MatchedEvents', 1], ['NotCapturing', 1], ['NotCapturing', 1],
    ]);
    expect(alarms.every(({ AlarmActions }) => AlarmActions.length === 1 && /^arn:aws:sns:us-east-1:\d+:HelloEveryService/.test(AlarmActions[0]))).toBe(true);
    const [{ properties }] = widgets.filter(({ type }) => type === 'alarm');
    expect([...properties.alarms].sort()).toEqual(alarms.map(({ AlarmArn }) => AlarmArn).sort());
  });

  test('the deployed dashboard and alarms are deleted with their stack', async () => {
    await destroyExample(local.aws, exampleApp('typescript', 'every-service'), {});
    expect((await cloudwatch('ListDashboards', {})).DashboardEntries).toEqual([]);
    expect((await cloudwatch('DescribeAlarms', {})).MetricAlarms.filter(({ AlarmName }: any) => AlarmName.startsWith('HelloEveryService'))).toEqual([]);
  });
});

describe('cdk synth', () => {
  test('cdk synth fails if the network has no way out, and names the subnets and the fix', async () => {
    const { code, output } = await synthesizeExample(local.aws, exampleApp('typescript', 'fargate'), { collectionId: COLLECTION, natGateways: '0' });
    expect(code).toBe(1);
    expect(output).toContain('[HelloFargate/Lca] The tasks of service HelloFargate/Service have no way out to the internet');
    expect(output).toMatch(/Subnet HelloFargate\/Vpc\/IsolatedSubnet1 has no route to the internet/);
    expect(output).toMatch(/Add a NAT gateway in a public subnet/);
  });

  test('cdk synth fails if the collection id is wrong, and names the property', async () => {
    const { code, output } = await synthesizeExample(local.aws, exampleApp('typescript', 'fargate'), { collectionId: 'orders' });
    expect(code).toBe(1);
    expect(output).toContain('`collectionId` must be `<owner>-<uuid>`');
  });
});

describe('the demo', () => {
  test.each(['http://127.0.0.1:4566', 'http://localhost:4566', 'http://[::1]:4566'])('the demo accepts the endpoint %s', endpoint => {
    expect(requireLoopback(endpoint)).toBe(endpoint);
  });

  test.each([
    'https://ecs.us-east-1.amazonaws.com', 'http://10.0.0.1:4566', 'http://127.0.0.1.example.com', 'http://localhost.example.com',
  ])('the demo rejects the endpoint %s, which is not on loopback', endpoint => {
    expect(() => requireLoopback(endpoint)).toThrow(/must be on loopback/);
  });

  test('the program of the demo ends with 1 if its endpoint is not on loopback', async () => {
    const command = ['-T', 'demo/main.ts', 'https://ecs.us-east-1.amazonaws.com'];
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>(done => {
      execFile(join(ROOT, 'node_modules/.bin/ts-node'), command, { cwd: ROOT }, (error, _, text) => done({ code: error?.code, stderr: text }));
    });
    expect(code).toBe(1);
    expect(stderr).toContain('The endpoint must be on loopback');
  });

  test('a killed demo leaves no process running', async () => {
    const child = spawn(join(ROOT, 'node_modules/.bin/ts-node'), ['-T', 'demo/main.ts'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    const endpoint = await new Promise<string>(fulfil => child.stdout.on('data', chunk => {
      output += chunk;
      const found = /A local AWS on (\S+)/.exec(output)?.[1];
      if (found) fulfil(found);
    }));
    expect((await fetch(`${endpoint}/_ministack/health`)).ok).toBe(true);
    const gone = new Promise(done => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
    for (let attempt = 0; attempt < 50; attempt++) {
      const alive = await fetch(`${endpoint}/_ministack/health`).then(() => true, () => false);
      if (!alive) return;
      await new Promise(done => setTimeout(done, 200));
    }
    throw new Error(`The local AWS on ${endpoint} is still running.`);
  });
});
