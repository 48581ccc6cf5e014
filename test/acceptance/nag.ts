import { App, Aspects } from 'aws-cdk-lib';
import { AwsSolutionsChecks, INagLogger, NagLoggerNonComplianceData, NagPack } from 'cdk-nag';
import { Construct } from 'constructs';

/**
 * Prints the findings of cdk-nag for an example, with the agent or without: `nag.ts <example> with|without`. Each line is `<rule> <path>`.
 */
const [, , example, agent] = process.argv;
const CONTEXT = {
  collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11',
  apiKeySecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf',
};
process.env.CDK_CONTEXT_JSON = JSON.stringify(CONTEXT);
const LIBRARY = require.resolve('cdk-postman-live-collection', { paths: [`${__dirname}/../../examples/typescript`] });

class WithoutAgent extends Construct {
  public metricAgentNotCapturing() {
    return { createAlarm: () => undefined };
  }
}

if (agent === 'without') {
  // The example imports constructs that do nothing.
  require.cache[LIBRARY] = Object.assign(Object.create(require('node:module').prototype), {
    id: LIBRARY, filename: LIBRARY, loaded: true, exports: {
      PostmanLiveCollectionSidecar: Construct, PostmanInsightsSidecar: WithoutAgent, PostmanInsightsTaskSidecar: Construct,
      PostmanInsights: { of: () => ({ addToServices: () => undefined }) },
    },
  });
}

class Lines implements INagLogger {
  public onCompliance(): void {}
  public onNonCompliance({ ruleId, resource }: NagLoggerNonComplianceData): void {
    console.log(`${ruleId} ${resource.node.path}`);
  }
  public onSuppressed(): void {}
  public onError(): void {}
  public onSuppressedError(): void {}
  public onNotApplicable(): void {}
}

const module_ = require(`../../examples/typescript/${example}/app`);
const app = new App({ context: CONTEXT });
if (example === 'fargate') new module_.HelloFargate(app, 'HelloFargate', { collectionId: CONTEXT.collectionId, natGateways: 1 });
else if (example === 'insights') new module_.HelloInsights(app, 'HelloInsights', { natGateways: 1 });
else if (example === 'scheduled-task') new module_.HelloScheduledTask(app, 'HelloScheduledTask');
else if (example === 'every-service') new module_.HelloEveryService(app, 'HelloEveryService');
else new module_.HelloEc2(app, 'HelloEc2', CONTEXT);
// The example makes this call on an app of its own.
if (example === 'every-service') require(LIBRARY).PostmanInsights.of(app).addToServices({ discovery: true, exclude: ['*/Batch'] });
const checks: NagPack[] = [new AwsSolutionsChecks({ additionalLoggers: [new Lines()] })];
checks.forEach(check => Aspects.of(app).add(check));
app.synth();
