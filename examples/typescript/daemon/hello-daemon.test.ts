import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HelloDaemon } from './hello-daemon';

const stack = new HelloDaemon(new App(), 'Test');

// The secret is known by name, so CloudFormation completes its ARN.
const SECRET = { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':secret:postman/api-key$')])] };

test('the container instances reach Postman', () => {
  const { verdict, evidence } = stack.agents.egressVerdict();
  expect(evidence.filter(point => point.verdict !== 'reachable')).toEqual([]);
  expect(verdict).toBe('reachable');
});

test('one agent runs on each container instance', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::Service', { SchedulingStrategy: 'DAEMON' });
});

test('the agent watches the network of the instance, and gets the API key from Secrets Manager', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
    NetworkMode: 'host',
    ContainerDefinitions: [Match.objectLike({
      Name: 'postman-insights-agent',
      EntryPoint: Match.arrayWith(['--discovery-mode']),
      Secrets: Match.arrayWith([{ Name: 'POSTMAN_INSIGHTS_API_KEY', ValueFrom: SECRET }]),
    })],
  });
});

test('the task definition of the service has no agent', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [Match.objectLike({ Name: 'web' })] });
});
