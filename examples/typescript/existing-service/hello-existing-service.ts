import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { PostmanInsightsExistingService } from 'cdk-postman-live-collection';
import { Construct } from 'constructs';

/** A service that runs already, and that no stack manages. Its ARN and the ARNs of its roles are in cdk.json. */
export class HelloExistingService extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const executionRole = iam.Role.fromRoleArn(this, 'ExecutionRole', this.node.getContext('executionRoleArn'));
    const taskRole = iam.Role.fromRoleArn(this, 'TaskRole', this.node.getContext('taskRoleArn'));

    // The execution role reads the secret before a task starts, so it is allowed to before the agent is added.
    const apiKeySecret = secretsmanager.Secret.fromSecretNameV2(this, 'ApiKey', 'postman/api-key');
    const mayRead = apiKeySecret.grantRead(executionRole);

    // The Insights agent, in every task of the service. The deployment waits until the service runs it.
    const insights = new PostmanInsightsExistingService(this, 'Insights', {
      serviceArn: this.node.getContext('serviceArn'),
      discovery: true,
      apiKeySecret,
      passableRoles: [executionRole, taskRole],
    });
    mayRead.applyBefore(insights);

    new CfnOutput(this, 'EgressVerdict', { value: insights.egressVerdict });
    new CfnOutput(this, 'TaskDefinition', { value: insights.taskDefinitionArn });
  }
}
