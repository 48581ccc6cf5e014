import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lazy, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { another, ENHANCED, resources } from './given';
import { PostmanAgentAlarms, PostmanAgentAlarmsProps, PostmanInsights, PostmanInsightsDaemon } from '../../../src';
import { ENV, fargate, insights, onEc2, PROJECT_ID, sidecar, warnings } from '../../given';

const PAGE = 'https://github.com/cdkpostman/cdk-postman-live-collection/blob/main/docs/dashboard.md';

function alarms(stack: Stack): readonly any[] {
  return Object.values(resources(stack, 'AWS::CloudWatch::Alarm'));
}

/** The alarms of a metric. */
function on(stack: Stack, metric: RegExp): readonly any[] {
  return alarms(stack).filter(({ MetricName }) => metric.test(MetricName));
}

const STOPPED = /^MatchedEvents$/;
const NOT_CAPTURING = /^NotCapturing-/;
const MEMORY = /^ContainerMemoryUtilized$/;
const LIMITED = { projectId: PROJECT_ID, memoryLimitMiB: 700 };

describe('which alarms there are', () => {
  test('a stopped agent of a service sets an alarm off at its first event within 15 minutes', () => {
    const given = fargate();
    new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service)] });
    const [rule] = Object.keys(resources(given.stack, 'AWS::Events::Rule'));
    expect(on(given.stack, STOPPED)).toEqual([{
      Namespace: 'AWS/Events', MetricName: 'MatchedEvents', Dimensions: [{ Name: 'RuleName', Value: `<${rule}>` }], Statistic: 'Sum', Period: 900,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1, EvaluationPeriods: 1, TreatMissingData: 'notBreaching',
      AlarmDescription: 'Tasks of Stack/Service run without their Postman agent, which has stopped and was not restarted. '
        + `Read the exit code of its container and its log, then replace these tasks. ${PAGE}#an-agent-stops`,
    }]);
    expect(warnings(given.app)).toEqual([]);
  });

  test('a daemon, which ECS starts again, needs three', () => {
    const { stack, cluster } = onEc2();
    new PostmanAgentAlarms(stack, 'Alarms', { agents: [new PostmanInsightsDaemon(stack, 'Agents', { cluster, discovery: true })] });
    const AlarmDescription = expect.stringContaining('of Stack/Agents keeps stopping');
    expect(on(stack, STOPPED)).toEqual([expect.objectContaining({ Threshold: 3, Period: 900, AlarmDescription })]);
  });

  test('one log line that says that the agent does not capture sets an alarm off', () => {
    const given = fargate();
    new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [sidecar(given.service)] });
    const [{ MetricTransformations: [{ MetricName, MetricNamespace }] }] = Object.values(resources(given.stack, 'AWS::Logs::MetricFilter'));
    expect(on(given.stack, NOT_CAPTURING)).toEqual([expect.objectContaining({
      Namespace: MetricNamespace, MetricName, Statistic: 'Sum', Period: 900, Threshold: 1, EvaluationPeriods: 1, TreatMissingData: 'notBreaching',
      AlarmDescription: expect.stringMatching(/^A Postman agent in tasks of Stack\/TaskDefinition does not capture\..*#an-agent-does-not-capture$/),
    })]);
  });

  test('memory of at least 90 % of the limit, in three times five minutes, sets an alarm off', () => {
    const given = fargate({ cluster: ENHANCED });
    new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service, LIMITED)] });
    expect(on(given.stack, MEMORY)).toEqual([expect.objectContaining({
      Namespace: 'ECS/ContainerInsights', Statistic: 'Maximum', Period: 300, Threshold: 630, EvaluationPeriods: 3, TreatMissingData: 'notBreaching',
      AlarmDescription: expect.stringContaining('its limit is 700 MiB'),
    })]);
  });

  test('the limit of a daemon is known, since a daemon has one', () => {
    const { stack, cluster } = onEc2();
    const agents = [new PostmanInsightsDaemon(stack, 'Agents', { cluster, discovery: true })];
    new PostmanAgentAlarms(stack, 'Alarms', { agents, enhancedContainerInsights: true });
    expect(on(stack, MEMORY)).toEqual([expect.objectContaining({ Threshold: 630 })]);
  });

  test.each<[string, ReturnType<typeof fargate>, Parameters<typeof insights>[1]]>([
    ['without a limit of its memory', fargate({ cluster: ENHANCED }), { projectId: PROJECT_ID }],
    ['whose limit is a token', fargate({ cluster: ENHANCED }), { projectId: PROJECT_ID, memoryLimitMiB: Lazy.number({ produce: () => 700 }) }],
    ['on a cluster without enhanced Container Insights', fargate(), LIMITED],
  ])('an agent %s has no alarm on it', (_, given, options) => {
    new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service, options)] });
    expect(alarms(given.stack).map(({ Namespace }) => Namespace)).toEqual(['AWS/Events', 'PostmanAgent']);
  });

  test('an agent that logs elsewhere has no alarm on its log', () => {
    const given = fargate();
    new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service, { projectId: PROJECT_ID, logging: ecs.LogDrivers.syslog() })] });
    expect(alarms(given.stack).map(({ Namespace }) => Namespace)).toEqual(['AWS/Events']);
  });

  test('services that share a task definition have one alarm on their log', () => {
    const given = fargate();
    const second = new ecs.FargateService(given.stack, 'Second', { cluster: given.cluster, taskDefinition: given.taskDefinition, minHealthyPercent: 100 });
    new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service), insights(second, undefined, 'OfSecond')] });
    expect([STOPPED, NOT_CAPTURING].map(metric => on(given.stack, metric).length)).toEqual([2, 1]);
  });

  test('the thresholds of the user replace the defaults', () => {
    const given = fargate({ cluster: ENHANCED });
    const thresholds = { stoppedThreshold: 5, notCapturingThreshold: 2, memoryThresholdMiB: 400 };
    new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service)], ...thresholds });
    expect([STOPPED, NOT_CAPTURING, MEMORY].map(metric => on(given.stack, metric)[0].Threshold)).toEqual([5, 2, 400]);
    expect(on(given.stack, MEMORY)[0].AlarmDescription).not.toContain('limit is');
  });

  test('without properties every agent of the stack has alarms, and they are listed after the synthesis', () => {
    const given = fargate();
    const created = new PostmanAgentAlarms(given.stack, 'Alarms');
    PostmanInsights.of(given.app).addToServices({ discovery: true });
    another(given, 'Second');
    expect(created.alarms).toEqual([]);
    expect(alarms(given.stack)).toHaveLength(4);
    expect(created.alarms.map(({ node }) => node.id)).toEqual([
      'Stopped-Stack--Service', 'NotCapturing-Stack--TaskDefinition', 'Stopped-Stack--Second', 'NotCapturing-Stack--SecondTask',
    ]);
  });
});

test('the page that each alarm names has a section about it', () => {
  const given = fargate({ cluster: ENHANCED });
  new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service, LIMITED)] });
  const headings = [...readFileSync(join(__dirname, '../../../docs/dashboard.md'), 'utf8').matchAll(/^###? (.+)$/gm)].map(([, title]) => title);
  const anchors = headings.map(title => `${PAGE}#${title.toLowerCase().replaceAll(' ', '-')}`);
  const named = alarms(given.stack).map(({ AlarmDescription }) => AlarmDescription.split(' ').pop());
  expect(named).toHaveLength(3);
  expect(named.filter(anchor => !anchors.includes(anchor))).toEqual([]);
});

describe('notifications', () => {
  test('every alarm notifies the topic when it goes off', () => {
    const given = fargate({ cluster: ENHANCED });
    new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service, LIMITED)], topic: new sns.Topic(given.stack, 'Topic') });
    const [topic] = Object.keys(resources(given.stack, 'AWS::SNS::Topic'));
    expect(alarms(given.stack).map(({ AlarmActions }) => AlarmActions)).toEqual(Array(3).fill([`<${topic}>`]));
  });

  test('without a topic no alarm has an action', () => {
    const given = fargate();
    new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service)] });
    expect(alarms(given.stack).map(({ AlarmActions }) => AlarmActions)).toEqual([undefined, undefined]);
  });

  test('a topic of another region is refused', () => {
    const given = fargate();
    const topic = sns.Topic.fromTopicArn(given.stack, 'Topic', 'arn:aws:sns:us-east-1:111122223333:trouble');
    expect(() => new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service)], topic })).toThrow(
      'Stack/Alarms: `topic` Stack/Topic is in us-east-1, and the alarms are in eu-west-1 with stack Stack. Use a topic in eu-west-1.');
  });

  test('an object that is no topic is refused', () => {
    const given = fargate();
    const topic = 'arn:aws:sns:eu-west-1:111122223333:trouble' as unknown as sns.ITopic;
    expect(() => new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service)], topic })).toThrow(
      'Stack/Alarms: `topic` must be a topic (`sns.ITopic`), got: "arn:aws:sns:eu-west-1:111122223333:trouble"; '
      + 'use `new Topic(…)` or Topic.fromTopicArn of aws-sns.');
  });
});

describe('ids and values', () => {
  test('the logical ids of the alarms do not change if other agents come before', () => {
    const idsOf = (isFirst: boolean) => {
      const given = fargate();
      const before = isFirst ? [] : [insights(another(given, 'Second'), undefined, 'OfSecond')];
      new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [...before, insights(given.service)] });
      return Object.keys(resources(given.stack, 'AWS::CloudWatch::Alarm'));
    };
    expect(idsOf(false)).toEqual(expect.arrayContaining(idsOf(true)));
  });

  test.each<[string, Partial<PostmanAgentAlarmsProps>, string]>([
    ['zero', { stoppedThreshold: 0 }, '`stoppedThreshold` must be a whole number of at least 1, got: 0.'],
    ['a fraction', { notCapturingThreshold: 1.5 }, '`notCapturingThreshold` must be a whole number of at least 1, got: 1.5.'],
    ['a negative number', { memoryThresholdMiB: -1 }, '`memoryThresholdMiB` must be a whole number of at least 1, got: -1.'],
    ['a text', { stoppedThreshold: '3' as unknown as number }, '`stoppedThreshold` must be a whole number of at least 1, got: "3".'],
  ])('a threshold that is %s is refused', (_, props, message) => {
    const given = fargate();
    const create = () => new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service)], ...props });
    expect(create).toThrow(`Stack/Alarms: ${message} Leave it out for the default.`);
  });

  test('a threshold may be known only to CloudFormation', () => {
    const given = fargate();
    const stoppedThreshold = Lazy.number({ produce: () => 7 });
    new PostmanAgentAlarms(given.stack, 'Alarms', { agents: [insights(given.service)], stoppedThreshold });
    expect(on(given.stack, STOPPED)[0].Threshold).toBe(7);
  });

  test('alarms may be in another stack than their agents', () => {
    const given = fargate();
    const own = new Stack(given.app, 'Own', { env: ENV });
    new PostmanAgentAlarms(own, 'Alarms', { agents: [insights(given.service)] });
    expect(alarms(own)).toHaveLength(2);
  });
});
