import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { notCapturingFragments, INSIGHTS as INSIGHTS_GENERATION, LIVE_COLLECTION as LIVE_COLLECTION_GENERATION } from '../../../src/agent';
import { ENV, fargate, INSIGHTS, KINDS, LIVE_COLLECTION, synthesize, warnings } from '../../given';
import { matches, Pattern } from '../event-pattern';

const CLUSTER = 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop';
const SERVICE = 'orders';

interface Seen {
  readonly lastStatus: string;
  readonly desiredStatus: string;
  /** The status of each container, by name. */
  readonly containers: { readonly [name: string]: string };
  readonly group?: string;
  readonly clusterArn?: string;
  readonly detailType?: string;
}

/**
 * An event as ECS sends it.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
function taskEvent({ lastStatus, desiredStatus, containers, group = `service:${SERVICE}`, clusterArn = CLUSTER, detailType = 'ECS Task State Change' }: Seen) {
  const taskArn = `${clusterArn.replace(':cluster/', ':task/')}/3f1f7f3a1c11`;
  return {
    'version': '0',
    'id': '3317b2af-7005-947d-b652-f55e762e571a',
    'detail-type': detailType,
    'source': 'aws.ecs',
    'account': ENV.account,
    'time': '2026-01-23T17:57:58Z',
    'region': ENV.region,
    'resources': [taskArn],
    'detail': {
      clusterArn,
      containers: Object.entries(containers).map(([name, status]) => ({
        containerArn: `${taskArn.replace(':task/', ':container/')}/${name}`,
        lastStatus: status,
        name,
        taskArn,
        networkInterfaces: [{ attachmentId: 'a', privateIpv4Address: '10.0.1.4' }],
        ...status === 'STOPPED' ? { exitCode: 1 } : {},
      })),
      cpu: '1024',
      desiredStatus,
      group,
      lastStatus,
      launchType: 'FARGATE',
      taskArn,
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/orders:3',
      version: 3,
    },
  };
}

/** What ECS sends about a task that it starts, and then about one that it stops, for a deployment or because it scales in. */
function lifeOf(agent: string) {
  const containers = (web: string, ofAgent: string) => ({ web, [agent]: ofAgent });
  return {
    start: [
      { lastStatus: 'PROVISIONING', desiredStatus: 'RUNNING', containers: containers('PENDING', 'PENDING') },
      { lastStatus: 'PENDING', desiredStatus: 'RUNNING', containers: containers('PENDING', 'PENDING') },
      { lastStatus: 'ACTIVATING', desiredStatus: 'RUNNING', containers: containers('RUNNING', 'RUNNING') },
      { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', containers: containers('RUNNING', 'RUNNING') },
    ],
    stop: [
      { lastStatus: 'RUNNING', desiredStatus: 'STOPPED', containers: containers('RUNNING', 'RUNNING') },
      // The agent may end before the application.
      { lastStatus: 'RUNNING', desiredStatus: 'STOPPED', containers: containers('RUNNING', 'STOPPED') },
      { lastStatus: 'DEACTIVATING', desiredStatus: 'STOPPED', containers: containers('RUNNING', 'STOPPED') },
      { lastStatus: 'STOPPING', desiredStatus: 'STOPPED', containers: containers('RUNNING', 'STOPPED') },
      { lastStatus: 'DEPROVISIONING', desiredStatus: 'STOPPED', containers: containers('STOPPED', 'STOPPED') },
      { lastStatus: 'STOPPED', desiredStatus: 'STOPPED', containers: containers('STOPPED', 'STOPPED') },
    ],
    agentDies: [{ lastStatus: 'RUNNING', desiredStatus: 'RUNNING', containers: containers('RUNNING', 'STOPPED') }],
    agentDiesAtStart: [
      { lastStatus: 'PENDING', desiredStatus: 'RUNNING', containers: containers('PENDING', 'STOPPED') },
      { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', containers: containers('RUNNING', 'STOPPED') },
    ],
  } satisfies { readonly [step: string]: readonly Seen[] };
}

/** The pattern of the only rule in a stack, with the values that CloudFormation puts in. */
function patternIn(stack: Stack): Pattern {
  const [{ Properties }] = Object.values<any>(Template.fromStack(stack).findResources('AWS::Events::Rule'));
  return JSON.parse(JSON.stringify(Properties.EventPattern), (_, value) => {
    if (value?.['Fn::GetAtt']) return value['Fn::GetAtt'][1] === 'Arn' ? CLUSTER : SERVICE;
    return value?.['Fn::Join'] ? value['Fn::Join'][1].join(value['Fn::Join'][0]) : value;
  });
}

/** How many of the events a rule matches. */
function count(pattern: Pattern, events: readonly Seen[]): number {
  return events.filter(seen => matches(pattern, taskEvent(seen))).length;
}

function alarms(stack: Stack): any[] {
  return Object.values<any>(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
}

function filters(stack: Stack): any[] {
  return Object.values<any>(Template.fromStack(stack).findResources('AWS::Logs::MetricFilter')).map(({ Properties }) => Properties);
}

const ALARM = { threshold: 1, evaluationPeriods: 1, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING };

/** A second service with a task definition of its own. */
function another({ stack, cluster }: ReturnType<typeof fargate>): ecs.FargateService {
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'OtherTask', { memoryLimitMiB: 2048 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  return new ecs.FargateService(stack, 'Other', { cluster, taskDefinition, minHealthyPercent: 100 });
}

describe.each(KINDS)('$construct', kind => {
  describe('metricAgentStopped', () => {
    const { start, stop, agentDies, agentDiesAtStart } = lifeOf(kind.containerName);
    let pattern: Pattern;

    beforeAll(() => {
      const given = fargate();
      kind.add(given.service).metricAgentStopped();
      pattern = patternIn(given.stack);
    });

    test('an agent that stops while its task goes on is counted', () => {
      expect(count(pattern, agentDies)).toBe(1);
    });

    test('an agent that dies before its task runs is counted once the task runs', () => {
      expect(agentDiesAtStart.map(seen => count(pattern, [seen]))).toEqual([0, 1]);
    });

    test('a deployment and a scale-in are not counted: their agents stop with the task', () => {
      expect(count(pattern, [...start, ...stop])).toBe(0);
    });

    test('another container that stops beside a running agent is not counted', () => {
      const containers = { web: 'RUNNING', router: 'STOPPED', [kind.containerName]: 'RUNNING' };
      expect(count(pattern, [{ lastStatus: 'RUNNING', desiredStatus: 'RUNNING', containers }])).toBe(0);
    });

    test.each<[string, Partial<Seen>]>([
      ['another service', { group: 'service:billing' }],
      ['a service of another cluster', { clusterArn: CLUSTER.replace('shop', 'beta') }],
      ['a task without a service', { group: 'family:orders' }],
      ['another kind of event', { detailType: 'ECS Container Instance State Change' }],
    ])('an agent of %s is not counted', (_, other) => {
      expect(count(pattern, agentDies.map(seen => ({ ...seen, ...other })))).toBe(0);
    });

    test('the rule of onAgentStopped also matches agents that stop with their task', () => {
      const given = fargate();
      kind.add(given.service).onAgentStopped('Stopped');
      const wider = patternIn(given.stack);
      expect(count(wider, agentDies)).toBe(1);
      expect(count(wider, stop)).toBe(5);
      expect(count(wider, start)).toBe(0);
    });

    test('an alarm on it counts the events that the rule has matched, as a sum', () => {
      const given = fargate();
      const metric = kind.add(given.service).metricAgentStopped();
      metric.createAlarm(given.stack, 'Alarm', ALARM);
      const [rule] = Object.keys(Template.fromStack(given.stack).findResources('AWS::Events::Rule'));
      expect(alarms(given.stack)).toEqual([expect.objectContaining({
        Namespace: 'AWS/Events', MetricName: 'MatchedEvents', Dimensions: [{ Name: 'RuleName', Value: { Ref: rule } }], Statistic: 'Sum', Period: 300,
      })]);
      expect(warnings(given.app)).toEqual([]);
    });

    test('two calls use one rule, and each may have its own period', () => {
      const given = fargate();
      const added = kind.add(given.service);
      expect(added.metricAgentStopped({ period: Duration.minutes(1) }).period.toSeconds()).toBe(60);
      expect(added.metricAgentStopped().period.toSeconds()).toBe(300);
      Template.fromStack(given.stack).resourceCountIs('AWS::Events::Rule', 1);
    });

    test('a rule of the user is never counted in its place', () => {
      const added = kind.add(fargate().service);
      added.onAgentStopped('AgentStoppedMetric');
      expect(() => added.metricAgentStopped()).toThrow(/already a Construct with name 'AgentStoppedMetric'/);
    });

    test('no rule is created without a call', () => {
      const given = fargate();
      kind.add(given.service);
      Template.fromStack(given.stack).resourceCountIs('AWS::Events::Rule', 0);
    });
  });

  describe('metricAgentNotCapturing', () => {
    test('the filter counts each line of the log that says that the agent does not capture', () => {
      const given = fargate();
      const added = kind.add(given.service);
      added.metricAgentNotCapturing().createAlarm(given.stack, 'Alarm', ALARM);
      const logGroup = given.stack.resolve(added.logGroup!.logGroupName);
      const metric = { MetricNamespace: 'PostmanAgent', MetricName: { 'Fn::Join': ['', ['NotCapturing-', logGroup]] } };
      const generation = kind === INSIGHTS ? INSIGHTS_GENERATION : LIVE_COLLECTION_GENERATION;
      expect(filters(given.stack)).toEqual([{
        LogGroupName: logGroup,
        FilterPattern: notCapturingFragments(generation).map(fragment => `?"${fragment}"`).join(' '),
        MetricTransformations: [{ ...metric, MetricValue: '1' }],
      }]);
      expect(alarms(given.stack)).toEqual([expect.objectContaining({
        Namespace: metric.MetricNamespace, MetricName: metric.MetricName, Statistic: 'Sum', Period: 300,
      })]);
      expect(warnings(given.app)).toEqual([]);
    });

    test('the pattern of the filter is within the 1024 characters that CloudWatch Logs takes, and its texts need no escape', () => {
      const given = fargate();
      kind.add(given.service).metricAgentNotCapturing();
      const [{ FilterPattern }] = filters(given.stack);
      expect(FilterPattern.length).toBeLessThanOrEqual(1024);
      expect(FilterPattern).toMatch(/^(\?"[^"\\]+"( |$))+$/);
    });

    test('two calls create one filter, and each may have its own period', () => {
      const given = fargate();
      const added = kind.add(given.service);
      expect(added.metricAgentNotCapturing({ period: Duration.minutes(1) }).period.toSeconds()).toBe(60);
      expect(added.metricAgentNotCapturing().period.toSeconds()).toBe(300);
      expect(filters(given.stack)).toHaveLength(1);
    });

    test('two sidecars have metrics of two names', () => {
      const given = fargate();
      kind.add(given.service).metricAgentNotCapturing();
      kind.add(another(given), {}, 'Second').metricAgentNotCapturing();
      const names = filters(given.stack).map(({ MetricTransformations: [{ MetricName }] }) => JSON.stringify(MetricName));
      expect(new Set(names).size).toBe(2);
    });

    test('the sidecars of one task definition share the metric, so a line is counted once', () => {
      const given = fargate();
      const second = new ecs.FargateService(given.stack, 'Second', { cluster: given.cluster, taskDefinition: given.taskDefinition, minHealthyPercent: 100 });
      const metrics = [kind.add(given.service), kind.add(second, {}, 'OfSecond')].map(added => added.metricAgentNotCapturing());
      expect(metrics[1].metricName).toBe(metrics[0].metricName);
      expect(filters(given.stack)).toHaveLength(1);
    });

    test('a log group that only the agent writes to is counted, too, if `logging` names it', () => {
      const given = fargate();
      const logGroup = new logs.LogGroup(given.stack, 'Agents');
      kind.add(given.service, { logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'agent', logGroup }) }).metricAgentNotCapturing();
      expect(filters(given.stack)).toEqual([expect.objectContaining({ LogGroupName: given.stack.resolve(logGroup.logGroupName) })]);
    });

    test('sidecars that log to one group of the user share the metric, so a line is counted once', () => {
      const given = fargate();
      const logGroup = new logs.LogGroup(given.stack, 'Agents');
      const logging = ecs.LogDrivers.awsLogs({ streamPrefix: 'agent', logGroup });
      const metrics = [kind.add(given.service, { logging }), kind.add(another(given), { logging }, 'Second')].map(added => added.metricAgentNotCapturing());
      expect(metrics[1].metricName).toBe(metrics[0].metricName);
      expect(filters(given.stack)).toHaveLength(1);
    });

    const elsewhere = "the agent's log goes where `logging` says, which is not a log group of its own, so there is nothing to put a metric filter on. "
      + 'Leave `logging` out, or use LogDrivers.awsLogs with a log group that no other container of the task writes to.';

    test('it throws if the log goes to another place than CloudWatch Logs, and says what to do', () => {
      const added = kind.add(fargate().service, { logging: ecs.LogDrivers.syslog() });
      expect(() => added.metricAgentNotCapturing()).toThrow(`Stack/${kind.id}: ${elsewhere}`);
    });

    test('it throws if the application logs to the same group, since its lines could have the same words', () => {
      const given = fargate();
      const logGroup = new logs.LogGroup(given.stack, 'All');
      const logging = (streamPrefix: string) => ecs.LogDrivers.awsLogs({ streamPrefix, logGroup });
      given.taskDefinition.addContainer('worker', { image: ecs.ContainerImage.fromRegistry('nginx'), logging: logging('worker') });
      expect(() => kind.add(given.service, { logging: logging('agent') }).metricAgentNotCapturing()).toThrow(elsewhere);
    });
  });

  describe('several stacks', () => {
    test('an alarm may be in another stack than the sidecar', () => {
      const given = fargate();
      const other = new Stack(given.app, 'Alarms', { env: ENV });
      const added = kind.add(given.service);
      added.metricAgentStopped().createAlarm(other, 'Stopped', ALARM);
      added.metricAgentNotCapturing().createAlarm(other, 'NotCapturing', ALARM);
      expect(synthesize(given.app).errors).toBe('');
      expect(alarms(other)).toHaveLength(2);
      expect(filters(given.stack)).toHaveLength(1);
    });

    test('a sidecar in another stack than its service may have rules and alarms', () => {
      const given = fargate();
      const other = new Stack(given.app, 'Sidecars', { env: ENV });
      const added = kind.add(given.service, {}, kind.id, other);
      added.onAgentStopped('Stopped');
      added.metricAgentStopped().createAlarm(other, 'AgentStopped', ALARM);
      added.metricAgentNotCapturing().createAlarm(other, 'NotCapturing', ALARM);
      expect(warnings(given.app)).toEqual([]);
      expect(alarms(other)).toHaveLength(2);
    });

    test('a sidecar that depends on its service gives the log group no such dependency, which would be a circle', () => {
      const given = fargate();
      kind.add(given.service).node.addDependency(given.service);
      expect(warnings(given.app)).toEqual([]);
      const [group] = Object.values<any>(Template.fromStack(given.stack).findResources('AWS::Logs::LogGroup'));
      expect(group.DependsOn).toBeUndefined();
    });
  });
});

test('the two agents log different lines if they do not capture', () => {
  const patterns = [LIVE_COLLECTION, INSIGHTS].map(kind => {
    const given = fargate();
    kind.add(given.service).metricAgentNotCapturing();
    return filters(given.stack)[0].FilterPattern as string;
  });
  expect(patterns[1]).toContain('This process will not exit, to avoid boot loops');
  expect(patterns[0]).not.toContain('This process will not exit');
  // The older agent exits with the cause.
  expect(patterns[0]).toContain('Invalid credentials');
});
