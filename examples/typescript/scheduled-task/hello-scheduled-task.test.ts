import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HelloScheduledTask } from './hello-scheduled-task';

const stack = new HelloScheduledTask(new App(), 'Test');

test('the tasks reach Postman', () => {
  const { verdict, evidence } = stack.agent.egressVerdict();
  expect(evidence.filter(point => point.verdict !== 'reachable')).toEqual([]);
  expect(verdict).toBe('reachable');
});

test('each task runs the agent, which gets the API key from Parameter Store', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: Match.arrayWith([Match.objectLike({
      Name: 'postman-insights-agent',
      Essential: false,
      EntryPoint: Match.arrayWith(['--discovery-mode']),
      Secrets: Match.arrayWith([{
        Name: 'POSTMAN_INSIGHTS_API_KEY',
        ValueFrom: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':parameter/postman/api-key$')])] },
      }]),
    })]),
  });
});
