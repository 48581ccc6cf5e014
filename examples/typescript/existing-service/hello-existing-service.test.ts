import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HelloExistingService } from './hello-existing-service';

const context = {
  serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/shop/orders',
  executionRoleArn: 'arn:aws:iam::111122223333:role/orders-execution',
  taskRoleArn: 'arn:aws:iam::111122223333:role/orders-task',
};
const stack = new HelloExistingService(new App({ context }), 'Test');

// The network of the service is judged at the deployment, so there is no verdict to test. The stack has it as an output.
test('the verdict of the deployment is an output of the stack', () => {
  Template.fromStack(stack).hasOutput('EgressVerdict', {});
});

test('the deployment adds the agent to the service, with the API key from Secrets Manager', () => {
  Template.fromStack(stack).hasResourceProperties('Custom::PostmanAgentExistingService', {
    ServiceArn: context.serviceArn,
    Agent: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('"discovery":true'), Match.stringLikeRegexp(':secret:postman/api-key')])] },
  });
});

test('the execution role of the service may read the API key', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    Roles: ['orders-execution'],
    PolicyDocument: { Statement: [Match.objectLike({ Effect: 'Allow', Action: Match.arrayWith(['secretsmanager:GetSecretValue']) })] },
  });
});
