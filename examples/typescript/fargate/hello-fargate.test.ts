import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HelloFargate } from './hello-fargate';

const collectionId = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const stack = new HelloFargate(new App(), 'Test', { collectionId, natGateways: 1 });

// The secret is known by name, so CloudFormation completes its ARN.
const SECRET = { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':secret:postman/api-key$')])] };

test('the tasks reach Postman', () => {
  const { verdict, evidence } = stack.agent.egressVerdict();
  expect(evidence.filter(point => point.verdict !== 'reachable')).toEqual([]);
  expect(verdict).toBe('reachable');
});

test('each task runs the agent, which fills the collection and gets the API key from Secrets Manager', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({ Name: 'web' }),
      Match.objectLike({
        Name: 'postman-lc-agent',
        Essential: false,
        EntryPoint: Match.arrayWith(['--collection', collectionId]),
        Secrets: [{ Name: 'POSTMAN_API_KEY', ValueFrom: SECRET }],
      }),
    ],
  });
});

test('without a NAT gateway, synthesis fails and says what to change', () => {
  const closed = new HelloFargate(new App(), 'Closed', { collectionId, natGateways: 0 });
  expect(() => Template.fromStack(closed)).toThrow('Add a NAT gateway in a public subnet');
});
