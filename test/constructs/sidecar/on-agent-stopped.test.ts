import { Template } from 'aws-cdk-lib/assertions';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { fargate, KINDS } from '../../given';

describe.each(KINDS)('onAgentStopped of $construct', kind => {
  test('the rule matches only task state changes of this service in which the agent\'s container has stopped', () => {
    const given = fargate();
    kind.add(given.service).onAgentStopped('Stopped');
    const template = Template.fromStack(given.stack);
    const [cluster] = Object.keys(template.findResources('AWS::ECS::Cluster'));
    const [service] = Object.keys(template.findResources('AWS::ECS::Service'));
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': ['aws.ecs'],
        'detail-type': ['ECS Task State Change'],
        'detail': {
          clusterArn: [{ 'Fn::GetAtt': [cluster, 'Arn'] }],
          group: [{ 'Fn::Join': ['', ['service:', { 'Fn::GetAtt': [service, 'Name'] }]] }],
          containers: { name: [kind.containerName], lastStatus: ['STOPPED'] },
        },
      },
    });
  });

  test('the rule gets the target, name and description of its options', () => {
    const given = fargate();
    const topic = new sns.Topic(given.stack, 'Topic');
    const rule = kind.add(given.service).onAgentStopped('Stopped', {
      target: new targets.SnsTopic(topic), ruleName: 'agent-stopped', description: 'The agent has stopped.',
    });
    expect(rule.node.path).toBe(`Stack/${kind.id}/Stopped`);
    Template.fromStack(given.stack).hasResourceProperties('AWS::Events::Rule', {
      Name: 'agent-stopped',
      Description: 'The agent has stopped.',
      Targets: [{ Arn: { Ref: given.stack.getLogicalId(topic.node.defaultChild as sns.CfnTopic) } }],
    });
  });

  test('the options add to the pattern of the rule and do not replace it', () => {
    const given = fargate();
    kind.add(given.service).onAgentStopped('Stopped', { eventPattern: { detail: { lastStatus: ['RUNNING'] } } });
    const [rule] = Object.values<any>(Template.fromStack(given.stack).findResources('AWS::Events::Rule'));
    expect(rule.Properties.EventPattern.detail).toMatchObject({ lastStatus: ['RUNNING'], containers: { name: [kind.containerName] } });
  });
});
