import { Stack, StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { PostmanAgentAlarms, PostmanAgentDashboard, PostmanInsights } from 'cdk-postman-live-collection';
import { Construct } from 'constructs';

/** Two web servers and a batch job on Fargate, in private subnets, with a dashboard and alarms of their agents. */
export class HelloEveryService extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc, containerInsightsV2: ecs.ContainerInsights.ENHANCED });
    for (const name of ['Orders', 'Cart', 'Batch']) {
      const taskDefinition = new ecs.FargateTaskDefinition(this, `${name}Task`, { family: name.toLowerCase(), cpu: 512, memoryLimitMiB: 1024 });
      taskDefinition.addContainer('web', {
        image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable'),
        portMappings: [{ containerPort: 80 }],
      });
      new ecs.FargateService(this, name, {
        cluster,
        taskDefinition,
        minHealthyPercent: 100,
        circuitBreaker: { rollback: true },
      });
    }

    // They find the agents of this stack at synthesis. Subscribe to the topic to be notified.
    const topic = new sns.Topic(this, 'AgentTrouble', { enforceSSL: true });
    const alarms = new PostmanAgentAlarms(this, 'AgentAlarms', { topic });
    new PostmanAgentDashboard(this, 'AgentDashboard', { alarms });

    // The Insights agent in every service of this stack, now or later; `PostmanInsights.of(app)` is every service of the app.
    // In Postman, they are found as `<cluster>/<cluster>/orders` and so on. The API key is read from the secret `postman/api-key`.
    // If the API key changes, new tasks of the services start, which read it.
    PostmanInsights.of(this).addToServices({ discovery: true, exclude: ['*/Batch'], rotateTasks: true });
  }
}
