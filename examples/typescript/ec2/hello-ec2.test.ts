import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HelloEc2 } from './hello-ec2';

const collectionId = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const apiKeySecretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:postman/api-key-AbCdEf';
const stack = new HelloEc2(new App(), 'Test', { collectionId, apiKeySecretArn });

test('the tasks reach Postman', () => {
  const { verdict, evidence } = stack.agent.egressVerdict();
  expect(evidence.filter(point => point.verdict !== 'reachable')).toEqual([]);
  expect(verdict).toBe('reachable');
});

test('each task runs the agent, which fills the collection and gets the API key from the secret', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
    NetworkMode: 'awsvpc',
    ContainerDefinitions: [
      Match.objectLike({ Name: 'web' }),
      Match.objectLike({
        Name: 'postman-lc-agent',
        Essential: false,
        EntryPoint: Match.arrayWith(['--collection', collectionId]),
        Secrets: [{ Name: 'POSTMAN_API_KEY', ValueFrom: apiKeySecretArn }],
      }),
    ],
  });
});
