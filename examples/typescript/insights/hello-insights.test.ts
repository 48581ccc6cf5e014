import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HelloInsights } from './hello-insights';

const stack = new HelloInsights(new App(), 'Test', { natGateways: 1 });

// The secret is known by name, so CloudFormation completes its ARN.
const SECRET = { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':secret:postman/api-key$')])] };

test('the tasks reach Postman', () => {
  const { verdict, evidence } = stack.agent.egressVerdict();
  expect(evidence.filter(point => point.verdict !== 'reachable')).toEqual([]);
  expect(verdict).toBe('reachable');
});

test('each task runs the agent, which gets the API key from Secrets Manager', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
    Family: 'hello',
    ContainerDefinitions: [
      Match.objectLike({ Name: 'web' }),
      Match.objectLike({
        Name: 'postman-insights-agent',
        Essential: false,
        EntryPoint: Match.arrayWith(['--discovery-mode']),
        Secrets: Match.arrayWith([{ Name: 'POSTMAN_INSIGHTS_API_KEY', ValueFrom: SECRET }]),
      }),
    ],
  });
});

test('an alarm goes off if an agent does not capture', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 1, TreatMissingData: 'notBreaching' });
});

test('without a NAT gateway, synthesis fails and says what to change', () => {
  const closed = new HelloInsights(new App(), 'Closed', { natGateways: 0 });
  expect(() => Template.fromStack(closed)).toThrow('Add a NAT gateway in a public subnet');
});
