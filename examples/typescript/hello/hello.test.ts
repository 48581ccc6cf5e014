import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Hello } from './app';

const stack = new Hello(new App(), 'Test');

// The secret is known by name, so CloudFormation completes its ARN.
const SECRET = { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':secret:postman/api-key$')])] };

test('the tasks reach Postman', () => {
  const { verdict, evidence } = stack.agent.egressVerdict();
  expect(evidence.filter(point => point.verdict !== 'reachable')).toEqual([]);
  expect(verdict).toBe('reachable');
});

test('each task runs the agent, which registers the service in the API Catalog', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
    Family: 'hello',
    ContainerDefinitions: [
      Match.objectLike({ Name: 'web' }),
      Match.objectLike({ Name: 'postman-insights-agent', Essential: false, EntryPoint: Match.arrayWith(['--discovery-mode']) }),
    ],
  });
});

test('the agent gets the API key from Secrets Manager', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: Match.arrayWith([Match.objectLike({
      Name: 'postman-insights-agent',
      Secrets: Match.arrayWith([{ Name: 'POSTMAN_INSIGHTS_API_KEY', ValueFrom: SECRET }]),
    })]),
  });
});
