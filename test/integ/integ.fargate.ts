import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { InsightsRegion, PostmanInsightsSidecar, PostmanLiveCollectionSidecar } from '../../src';

/** Deployments on Fargate. The Live Collection agent: one service with a NAT gateway, and one with public addresses. The Insights agent. */
const app = new App();
const stack = new Stack(app, 'IntegFargate');
const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false });
const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
const apiKeySecret = new secretsmanager.Secret(stack, 'ApiKey');

function webServer(id: string, props: Partial<ecs.FargateServiceProps> = {}): ecs.FargateService {
  const taskDefinition = new ecs.FargateTaskDefinition(stack, `${id}Task`, { cpu: 512, memoryLimitMiB: 1024 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'), portMappings: [{ containerPort: 80 }] });
  return new ecs.FargateService(stack, `${id}Service`, { cluster, taskDefinition, minHealthyPercent: 100, ...props });
}

for (const [id, props] of Object.entries({ Private: {}, Public: { assignPublicIp: true } })) {
  const sidecar = new PostmanLiveCollectionSidecar(stack, `${id}Lca`, {
    service: webServer(id, props),
    collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11',
    apiKeySecret,
    pathExclusions: ['^/health$'],
    traceTags: { stage: 'integ' },
  });
  sidecar.onAgentStopped('Stopped');
}

const insights = new PostmanInsightsSidecar(stack, 'Insights', {
  service: webServer('Discovered'),
  discovery: true,
  discoveryName: 'web',
  dataRegion: InsightsRegion.EU,
  apiKeySecret,
  disableTelemetry: true,
});
const alarm = { threshold: 1, evaluationPeriods: 1, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING };
insights.metricAgentStopped().createAlarm(stack, 'AgentStopped', alarm);
insights.metricAgentNotCapturing().createAlarm(stack, 'NotCapturing', alarm);

new IntegTest(app, 'Fargate', { testCases: [stack] });
