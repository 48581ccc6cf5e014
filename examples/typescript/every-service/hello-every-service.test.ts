import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { PostmanInsightsSidecar } from 'cdk-postman-live-collection';
import { HelloEveryService } from './hello-every-service';

const stack = new HelloEveryService(new App(), 'Test');
// The synthesis adds the sidecars.
const template = Template.fromStack(stack);

// The secret is known by name, so CloudFormation completes its ARN.
const SECRET = { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':secret:postman/api-key$')])] };

test.each(['Orders', 'Cart'])('the tasks of %s reach Postman', name => {
  const agent = stack.node.findChild(name).node.findChild('PostmanInsights') as PostmanInsightsSidecar;
  const { verdict, evidence } = agent.egressVerdict();
  expect(evidence.filter(point => point.verdict !== 'reachable')).toEqual([]);
  expect(verdict).toBe('reachable');
});

test.each(['orders', 'cart'])('each task of %s runs the agent, which gets the API key from Secrets Manager', family => {
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    Family: family,
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

test('the batch job has no agent', () => {
  template.hasResourceProperties('AWS::ECS::TaskDefinition', { Family: 'batch', ContainerDefinitions: [Match.objectLike({ Name: 'web' })] });
});
