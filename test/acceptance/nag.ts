import { writeFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { App, Aspects } from 'aws-cdk-lib';
import { AwsSolutionsChecks, INagLogger, NagLoggerNonComplianceData } from 'cdk-nag';
import { Construct } from 'constructs';

/**
 * Writes the findings of cdk-nag for the examples, with the agent and without, into a file: `nag.ts <file>`. It is JSON: by example, `{ with, without }`.
 * Each finding is `<rule> <path>`. One process for all, since loading the CDK and cdk-nag takes seconds.
 */
const CONTEXT = {
  collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11',
  apiKeySecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf',
  serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/shop/orders',
  executionRoleArn: 'arn:aws:iam::111122223333:role/orders-execution',
  taskRoleArn: 'arn:aws:iam::111122223333:role/orders-task',
  enrolmentAccount: '111122223333',
  enrolmentRegion: 'eu-west-1',
  accounts: '111122223333',
  regions: 'eu-west-1',
  externalId: 'postman-agent-4f7a',
  mode: 'PLAN',
};
process.env.CDK_CONTEXT_JSON = JSON.stringify(CONTEXT);
const EXAMPLES = join(__dirname, '../../examples/typescript');
const LIBRARY = require.resolve('cdk-postman-live-collection', { paths: [EXAMPLES] });

class WithoutAgent extends Construct {
  public metricAgentNotCapturing() {
    return { createAlarm: () => undefined };
  }
}

class ServiceWithoutAgent extends Construct {
  public readonly egressVerdict = 'unknown';
  public readonly taskDefinitionArn = 'none';
}

class EnrolmentWithoutAgent extends Construct {
  public readonly stateMachine = { stateMachineArn: 'none' };
  public readonly bucket = { bucketName: 'none' };
}

/** Constructs that do nothing, in place of the library. */
const NOTHING = Object.assign(Object.create(Module.prototype), {
  id: LIBRARY, filename: LIBRARY, loaded: true, exports: {
    PostmanLiveCollectionSidecar: Construct, PostmanInsightsSidecar: WithoutAgent, PostmanInsightsTaskSidecar: Construct, PostmanInsightsDaemon: Construct,
    PostmanAgentAlarms: Construct, PostmanAgentDashboard: Construct,
    PostmanInsightsExistingService: ServiceWithoutAgent,
    PostmanAgentEnrolment: EnrolmentWithoutAgent, PostmanAgentEnrolmentMember: Construct,
    PostmanInsights: { of: () => ({ addToServices: () => undefined }) },
  },
});

/** The stack of each example, which is made as its own app makes it. */
const STACKS: { readonly [example: string]: (example: any, app: App) => unknown } = {
  'fargate': ({ HelloFargate }, app) => new HelloFargate(app, 'HelloFargate', { collectionId: CONTEXT.collectionId, natGateways: 1 }),
  'ec2': ({ HelloEc2 }, app) => new HelloEc2(app, 'HelloEc2', CONTEXT),
  'insights': ({ HelloInsights }, app) => new HelloInsights(app, 'HelloInsights', { natGateways: 1 }),
  'every-service': ({ HelloEveryService }, app) => {
    new HelloEveryService(app, 'HelloEveryService');
    require(LIBRARY).PostmanInsights.of(app).addToServices({ discovery: true, exclude: ['*/Batch'], rotateTasks: true });
  },
  'scheduled-task': ({ HelloScheduledTask }, app) => new HelloScheduledTask(app, 'HelloScheduledTask'),
  'existing-service': ({ HelloExistingService }, app) => new HelloExistingService(app, 'HelloExistingService'),
  'daemon': ({ HelloDaemon }, app) => new HelloDaemon(app, 'HelloDaemon'),
  'organisation': ({ HelloOrganisation, HelloMember }, app) => [new HelloOrganisation(app, 'HelloOrganisation'), new HelloMember(app, 'HelloMember')],
};

class Lines implements INagLogger {
  public readonly found: string[] = [];
  public onCompliance(): void {}
  public onNonCompliance({ ruleId, resource }: NagLoggerNonComplianceData): void {
    this.found.push(`${ruleId} ${resource.node.path}`);
  }
  public onSuppressed(): void {}
  public onError(): void {}
  public onSuppressedError(): void {}
  public onNotApplicable(): void {}
}

function findings(example: string, library: NodeModule | undefined): string[] {
  if (library) require.cache[LIBRARY] = library;
  else delete require.cache[LIBRARY];
  const path = join(EXAMPLES, example, 'app.ts');
  delete require.cache[path];
  const app = new App({ context: CONTEXT });
  STACKS[example](require(path), app);
  const lines = new Lines();
  Aspects.of(app).add(new AwsSolutionsChecks({ additionalLoggers: [lines] }));
  app.synth();
  return lines.found.sort();
}

/** Loaded once. */
require(LIBRARY);
const library = require.cache[LIBRARY];
const all = Object.keys(STACKS).map(example => [example, { with: findings(example, library), without: findings(example, NOTHING) }]);
writeFileSync(process.argv[2], JSON.stringify(Object.fromEntries(all)));
