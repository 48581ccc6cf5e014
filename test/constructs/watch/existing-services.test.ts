import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { filledIn, labels, metrics, resources, texts, titles } from './given';
import {
  PostmanAgentAlarms, PostmanAgentDashboard, PostmanInsightsExistingService, PostmanInsightsExistingServiceProps, PostmanLiveCollectionExistingService,
} from '../../../src';
import { ENV, fargate, insights } from '../../given';

const STOPPED = 'Agents that stopped';
const NOT_CAPTURING = 'Agents that do not capture';
const MEMORY = 'Memory of the agents';
const RESTARTS = 'Restarts of the agents';

const ARN = `arn:aws:ecs:${ENV.region}:${ENV.account}`;
const CLUSTER = `${ARN}:cluster/shop`;
const LONG = `${ARN}:service/shop/orders`;
const OLD = `${ARN}:service/orders`;

type Props = Partial<PostmanInsightsExistingServiceProps>;

function stackOf(app = new App(), id = 'Agents'): Stack {
  return new Stack(app, id, { env: ENV });
}

function add(stack: Stack, props: Props = {}, id = 'Orders'): PostmanInsightsExistingService {
  return new PostmanInsightsExistingService(stack, id, { serviceArn: LONG, discovery: true, ...props });
}

/** The properties of the only resource of a type, with the values that CloudFormation has for the parameters. */
function deployed(stack: Stack, type: string, parameters: { readonly [name: string]: string } = {}): any {
  const [resource] = Object.values(Template.fromStack(stack).findResources(type));
  const isParameter = (value: any) => typeof value?.Ref === 'string' && value.Ref in parameters;
  return filledIn(JSON.parse(JSON.stringify(resource), (_, value) => isParameter(value) ? parameters[value.Ref] : value)).Properties;
}

const DIED = {
  'source': ['aws.ecs'],
  'detail-type': ['ECS Task State Change'],
  'detail': {
    clusterArn: [CLUSTER],
    group: ['service:orders'],
    containers: { name: ['postman-insights-agent'], lastStatus: ['STOPPED'] },
    lastStatus: ['RUNNING'],
    desiredStatus: ['RUNNING'],
  },
};

describe('the rule about the tasks of an existing service without their agent', () => {
  test.each<[string, Props]>([
    ['the ARN', {}],
    ['the ARN and that of the cluster', { clusterArn: CLUSTER }],
    ['the old form of the ARN and that of the cluster', { serviceArn: OLD, clusterArn: CLUSTER }],
  ])('names the service and its cluster by %s, without functions of CloudFormation', (_, props) => {
    const stack = stackOf();
    add(stack, props).metricAgentStopped();
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'));
    expect(Properties).toEqual({ EventPattern: DIED, State: 'ENABLED' });
  });

  test.each<[string, string, string | undefined]>([
    ['the ARN', LONG, undefined],
    ['the ARN and that of the cluster', LONG, CLUSTER],
    ['the old form of the ARN and that of the cluster', OLD, CLUSTER],
  ])('names them exactly if %s is known only to CloudFormation', (_, serviceArn, clusterArn) => {
    const stack = stackOf();
    const parameter = (name: string) => new CfnParameter(stack, name).valueAsString;
    const agents = [add(stack, { serviceArn: parameter('Service'), ...clusterArn === undefined ? {} : { clusterArn: parameter('Cluster') } })];
    new PostmanAgentDashboard(stack, 'Dashboard', { agents, enhancedContainerInsights: true });
    const values = { Service: serviceArn, Cluster: clusterArn ?? '' };
    expect(deployed(stack, 'AWS::Events::Rule', values).EventPattern).toEqual(DIED);
    const body = JSON.parse(deployed(stack, 'AWS::CloudWatch::Dashboard', values).DashboardBody);
    const [memory] = body.widgets.find(({ properties }: any) => properties.title === MEMORY).properties.metrics;
    expect(memory.slice(2, -1)).toEqual(['ClusterName', 'shop', 'ContainerName', 'postman-insights-agent', 'ServiceName', 'orders']);
  });

  test.each(['orders', 'shop/orders', CLUSTER, OLD])('does not fail the template if the parameter is %s, so the reason comes from the handler', value => {
    const stack = stackOf();
    add(stack, { serviceArn: new CfnParameter(stack, 'Service').valueAsString }).metricAgentStopped();
    expect(() => deployed(stack, 'AWS::Events::Rule', { Service: value })).not.toThrow();
  });

  test('names the container of the Live Collection agent', () => {
    const stack = stackOf();
    const collectionId = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
    new PostmanLiveCollectionExistingService(stack, 'Orders', { serviceArn: LONG, collectionId }).metricAgentStopped();
    expect(deployed(stack, 'AWS::Events::Rule').EventPattern.detail.containers.name).toEqual(['postman-lc-agent']);
  });

  test('is there only if a metric is, and once', () => {
    const [without, twice] = [stackOf(), stackOf()];
    add(without);
    Template.fromStack(without).resourceCountIs('AWS::Events::Rule', 0);
    const agent = add(twice);
    agent.metricAgentStopped();
    expect(agent.metricAgentStopped({ statistic: 'Maximum' }).statistic).toBe('Maximum');
    Template.fromStack(twice).resourceCountIs('AWS::Events::Rule', 1);
  });
});

describe('on a dashboard', () => {
  test('an existing service is found beside the services of the stack, by its own name, and named among those whose log is not in view', () => {
    const given = fargate();
    insights(given.service);
    add(given.stack);
    new PostmanAgentDashboard(given.stack, 'Dashboard');
    expect(labels(given.stack)).toEqual({ [STOPPED]: ['Stack/Service', 'Stack/Orders'], [NOT_CAPTURING]: ['Stack/Service'] });
    expect(texts(given.stack)).toMatch(/not in a log group of this app that only the agent writes to, .*: Stack\/Orders$/m);
    expect(texts(given.stack)).toMatch(/Memory and restarts .*: Stack\/Service, Stack\/Orders$/m);
  });

  test('it has its stops, from the rule, and its log lines, from a metric filter on `logGroup`', () => {
    const stack = stackOf();
    const agents = [add(stack, { logGroup: logs.LogGroup.fromLogGroupName(stack, 'Log', '/ecs/agent') })];
    new PostmanAgentDashboard(stack, 'Dashboard', { agents });
    const [rule] = Object.keys(resources(stack, 'AWS::Events::Rule'));
    expect(metrics(stack, STOPPED)).toEqual([['AWS/Events', 'MatchedEvents', 'RuleName', `<${rule}>`, { label: 'Agents/Orders', stat: 'Sum' }]]);
    expect(metrics(stack, NOT_CAPTURING)).toEqual([['PostmanAgent', 'NotCapturing-/ecs/agent', { label: 'Agents/Orders', stat: 'Sum' }]]);
    expect(deployed(stack, 'AWS::Logs::MetricFilter')).toEqual({
      LogGroupName: '/ecs/agent',
      FilterPattern: expect.stringContaining('?"'),
      MetricTransformations: [{ MetricNamespace: 'PostmanAgent', MetricName: 'NotCapturing-/ecs/agent', MetricValue: '1' }],
    });
    expect(texts(stack)).not.toContain('Their logs');
    expect(titles(stack)).toEqual([STOPPED, NOT_CAPTURING]);
  });

  test('its memory and restarts are shown only if the user says that the clusters have enhanced Container Insights', () => {
    const graphs = (props: object, options: Props = {}) => {
      const stack = stackOf();
      new PostmanAgentDashboard(stack, 'Dashboard', { agents: [add(stack, options)], ...props });
      return { stack, shown: titles(stack) };
    };
    const { stack, shown } = graphs({ enhancedContainerInsights: true });
    expect(shown).toEqual([STOPPED, MEMORY, RESTARTS]);
    const dimensions = ['ClusterName', 'shop', 'ContainerName', 'postman-insights-agent', 'ServiceName', 'orders'];
    const end = { label: 'Agents/Orders', stat: 'Maximum' };
    expect(metrics(stack, MEMORY)).toEqual([['ECS/ContainerInsights', 'ContainerMemoryUtilized', ...dimensions, end]]);
    expect(metrics(stack, RESTARTS)).toEqual([['ECS/ContainerInsights', 'RestartCount', ...dimensions, end]]);
    expect(graphs({ enhancedContainerInsights: false }).shown).toEqual([STOPPED]);
    expect(graphs({ enhancedContainerInsights: true }, { enableRestartPolicy: false }).shown).toEqual([STOPPED, MEMORY]);
  });

  test('services with one log group share the line of the log and the filter', () => {
    const stack = stackOf();
    const logGroup = new logs.LogGroup(stack, 'Log');
    add(stack, { logGroup });
    add(stack, { logGroup, serviceArn: LONG.replace('orders', 'carts') }, 'Carts');
    new PostmanAgentDashboard(stack, 'Dashboard');
    expect(labels(stack)).toEqual({ [STOPPED]: ['Agents/Orders', 'Agents/Carts'], [NOT_CAPTURING]: ['Agents/Orders, Agents/Carts'] });
    Template.fromStack(stack).resourceCountIs('AWS::Logs::MetricFilter', 1);
  });
});

function alarms(stack: Stack): readonly any[] {
  return Object.values(resources(stack, 'AWS::CloudWatch::Alarm'));
}

describe('in alarms', () => {
  test('an existing service has one on stops, one on `logGroup`, and one on the memory of an agent with a limit', () => {
    const stack = stackOf();
    const logGroup = new logs.LogGroup(stack, 'Log');
    const agents = [add(stack, { logGroup, memoryLimitMiB: 700 })];
    new PostmanAgentAlarms(stack, 'Alarms', { agents, enhancedContainerInsights: true });
    expect(alarms(stack).map(({ MetricName, Threshold, AlarmDescription }) => [MetricName.split('-')[0], Threshold, AlarmDescription.split('. ')[0]])).toEqual([
      ['MatchedEvents', 1, 'Tasks of Agents/Orders run without their Postman agent, which has stopped and was not restarted'],
      ['NotCapturing', 1, 'A Postman agent in tasks of Agents/Orders does not capture'],
      ['ContainerMemoryUtilized', 630, 'The Postman agent of Agents/Orders uses much memory: its limit is 700 MiB, and it is stopped if it needs more'],
    ]);
  });

  test.each<[string, Props, object]>([
    ['without a limit', {}, { enhancedContainerInsights: true }],
    ['if nothing is said of Container Insights', { memoryLimitMiB: 700 }, {}],
  ])('it has only the one on stops without `logGroup`, and %s', (_, props, options) => {
    const stack = stackOf();
    add(stack, props);
    new PostmanAgentAlarms(stack, 'Alarms', options);
    expect(alarms(stack).map(({ MetricName }) => MetricName)).toEqual(['MatchedEvents']);
  });

  test('one on the log group of several says that it may be another one', () => {
    const stack = stackOf();
    const logGroup = new logs.LogGroup(stack, 'Log');
    ['orders', 'carts', 'mail'].forEach(name => add(stack, { logGroup, serviceArn: LONG.replace('orders', name) }, name));
    new PostmanAgentAlarms(stack, 'Alarms');
    const ofLog = alarms(stack).filter(({ MetricName }) => MetricName.startsWith('NotCapturing'));
    expect(ofLog.map(({ AlarmDescription }) => AlarmDescription.split('. ')[0])).toEqual([
      'A Postman agent in tasks of Agents/orders, or of 2 more with the same log group, does not capture',
    ]);
  });
});

describe('stacks', () => {
  test('a dashboard in a stack of its own works, also with names that only CloudFormation knows', () => {
    const app = new App();
    const [stack, own] = [stackOf(app), stackOf(app, 'Own')];
    add(stack, { serviceArn: new CfnParameter(stack, 'Service').valueAsString, logGroup: new logs.LogGroup(stack, 'Log'), memoryLimitMiB: 700 });
    const made = new PostmanAgentAlarms(own, 'Alarms', { agentsIn: stack, enhancedContainerInsights: true });
    new PostmanAgentDashboard(own, 'Dashboard', { agentsIn: stack, alarms: made, enhancedContainerInsights: true });
    app.synth();
    expect(titles(own)).toEqual([STOPPED, NOT_CAPTURING, MEMORY, RESTARTS]);
    expect(alarms(own)).toHaveLength(3);
  });

  test.each<[string, (base: Stack) => Props]>([
    ['Service', base => ({ serviceArn: new CfnParameter(base, 'Service').valueAsString })],
    ['Cluster', base => ({ clusterArn: new CfnParameter(base, 'Cluster').valueAsString })],
    ['Log', base => ({ logGroup: new logs.LogGroup(base, 'Log') })],
    ['Key', base => ({ apiKeySecret: new secretsmanager.Secret(base, 'Key') })],
    ['Role', base => ({ passableRoles: [new iam.Role(base, 'Role', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') })] })],
    ['Image', base => ({ imageUri: new CfnParameter(base, 'Image').valueAsString })],
    ['Limit', base => ({ memoryLimitMiB: new CfnParameter(base, 'Limit', { type: 'Number' }).valueAsNumber })],
  ])('a dashboard in a stack whose %s the agent needs is refused: each would need the other', (id, props) => {
    const app = new App();
    const [base, stack] = [stackOf(app, 'Base'), stackOf(app)];
    const agents = [add(stack, props(base))];
    expect(() => new PostmanAgentDashboard(base, 'Dashboard', { agents })).toThrow(
      `Base/Dashboard: the agent of Agents/Orders is in stack Agents, which needs Base/${id} of stack Base, so each of the two stacks would need the other. `
      + 'Create this construct in Agents or in a stack of its own.');
  });
});

test('without `logGroup` there is no metric of the log, and the error says when to set it', () => {
  expect(() => add(stackOf()).metricAgentNotCapturing()).toThrow(
    'Agents/Orders: the agent\'s log cannot be seen, since `logGroup` was not given, so there is nothing to put a metric filter on. '
    + 'If no container of the task logs to CloudWatch Logs, set `logGroup`. Otherwise the agent logs beside that container.');
});
