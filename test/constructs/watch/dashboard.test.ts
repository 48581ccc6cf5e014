import { App, Aspects, NestedStack, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { IConstruct } from 'constructs';
import { another, ENHANCED, filledIn, labels, metrics, resources, texts, titles, Widget, widgets } from './given';
import { PostmanAgentAlarms, PostmanAgentDashboard, PostmanInsights, PostmanInsightsDaemon, PostmanInsightsTaskSidecar } from '../../../src';
import { LazyWidgets, Line, metricErrors } from '../../../src/cdk/watch/widgets';
import { ENV, fargate, insights, onEc2, PROJECT_ID, synthesize, warnings } from '../../given';

const STOPPED = 'Agents that stopped';
const NOT_CAPTURING = 'Agents that do not capture';
const MEMORY = 'Memory of the agents';
const RESTARTS = 'Restarts of the agents';

/** Whether no two widgets cover the same place, and all are on the grid of 24 columns. */
function isTiled(all: readonly Widget[]): boolean {
  const cells = all.flatMap(({ x, y, width, height }) => Array.from({ length: width * height }, (_, at) => `${x + at % width},${y + Math.floor(at / width)}`));
  return new Set(cells).size === cells.length && all.every(({ x, width }) => x >= 0 && x + width <= 24);
}

describe('what a dashboard shows', () => {
  test('the agent of a service has its stops, from a rule, and its log lines, from a metric filter', () => {
    const given = fargate();
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents: [insights(given.service)] });
    const [rule] = Object.keys(resources(given.stack, 'AWS::Events::Rule'));
    const [filter] = Object.values(resources(given.stack, 'AWS::Logs::MetricFilter'));
    expect(metrics(given.stack, STOPPED)).toEqual([['AWS/Events', 'MatchedEvents', 'RuleName', `<${rule}>`, { label: 'Stack/Service', stat: 'Sum' }]]);
    expect(metrics(given.stack, NOT_CAPTURING)).toEqual([
      ['PostmanAgent', filter.MetricTransformations[0].MetricName, { label: 'Stack/Service', stat: 'Sum' }],
    ]);
    expect(titles(given.stack)).toEqual([STOPPED, NOT_CAPTURING]);
    expect(warnings(given.app)).toEqual([]);
  });

  test('without properties it shows every agent of its stack, whenever it was created, also in nested stacks', () => {
    const given = fargate();
    new PostmanAgentDashboard(given.stack, 'Dashboard');
    PostmanInsights.of(given.app).addToServices({ discovery: true });
    another(given, 'Second');
    another(given, 'Third', new NestedStack(given.stack, 'Nested'));
    const taskDefinition = new ecs.FargateTaskDefinition(given.stack, 'Job', { memoryLimitMiB: 2048 });
    taskDefinition.addContainer('job', { image: ecs.ContainerImage.fromRegistry('nginx') });
    new PostmanInsightsTaskSidecar(given.stack, 'OfJob', { taskDefinition, projectId: PROJECT_ID, vpc: given.vpc });
    const other = new Stack(given.app, 'Other', { env: ENV });
    another(given, 'Elsewhere', other);
    const all = ['Stack/Service', 'Stack/Second', 'Stack/Nested/Third', 'Stack/Job'];
    expect(labels(given.stack)[STOPPED].slice().sort()).toEqual(all.slice().sort());
    expect(labels(given.stack)[NOT_CAPTURING].slice().sort()).toEqual(all.slice().sort());
    Template.fromStack(other).resourceCountIs('AWS::Events::Rule', 0);
  });

  test('with `agentsIn` it shows the agents of a scope, and of no other', () => {
    const given = fargate();
    const [other, ofOther, ofApp] = ['Other', 'OfOther', 'OfApp'].map(id => new Stack(given.app, id, { env: ENV }));
    insights(another(given, 'Second', other), undefined, 'Insights', other);
    insights(given.service);
    new PostmanAgentDashboard(ofOther, 'Dashboard', { agentsIn: other });
    new PostmanAgentDashboard(ofApp, 'Dashboard', { agentsIn: given.app });
    expect(labels(ofOther)[STOPPED]).toEqual(['Other/Second']);
    expect(labels(ofApp)[STOPPED].slice().sort()).toEqual(['Other/Second', 'Stack/Service']);
  });

  test('a service that another aspect creates is shown, too', () => {
    const given = fargate();
    insights(given.service);
    new PostmanAgentDashboard(given.stack, 'Dashboard');
    const visit = (construct: IConstruct) => {
      if (construct === given.vpc) insights(another(given, 'Late'), undefined, 'OfLate');
    };
    Aspects.of(given.vpc).add({ visit });
    expect(labels(given.stack)[STOPPED]).toEqual(['Stack/Service', 'Stack/Late']);
  });

  test.each([true, false])('what is created at synthesis has the tags of the app, if the CDK visits the tree again (%s)', isRepeated => {
    const stack = new Stack(new App({ context: { '@aws-cdk/core:aspectStabilization': isRepeated } }), 'Stack', { env: ENV });
    new PostmanAgentAlarms(stack, 'Alarms');
    const given = fargate({ stack, app: stack.node.root as App });
    PostmanInsights.of(given.stack).addToServices({ discovery: true });
    Tags.of(given.app).add('team', 'orders');
    const alarms = Object.values(resources(given.stack, 'AWS::CloudWatch::Alarm'));
    expect(alarms.map(({ Tags: tags }) => tags)).toEqual(Array(2).fill([{ Key: 'team', Value: 'orders' }]));
  });

  test('an agent that is given twice is shown once', () => {
    const given = fargate();
    const agent = insights(given.service);
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents: [agent, agent] });
    expect(labels(given.stack)).toEqual({ [STOPPED]: ['Stack/Service'], [NOT_CAPTURING]: ['Stack/Service'] });
  });

  test('a daemon is shown by its own name', () => {
    const { stack, cluster } = onEc2();
    const daemon = new PostmanInsightsDaemon(stack, 'Agents', { cluster, discovery: true });
    new PostmanAgentDashboard(stack, 'Dashboard', { agents: [daemon] });
    expect(labels(stack)).toEqual({ [STOPPED]: ['Stack/Agents'], [NOT_CAPTURING]: ['Stack/Agents'] });
  });

  test('the names are the same in each stage of an app', () => {
    const stage = new Stage(new App(), 'Prod', { env: ENV });
    const given = fargate({ stack: new Stack(stage, 'Shop') });
    insights(given.service);
    new PostmanAgentDashboard(given.stack, 'Dashboard');
    expect(labels(given.stack)[STOPPED]).toEqual(['Shop/Service']);
  });

  test('services that share a task definition share the line of the log, and each has its stops', () => {
    const given = fargate();
    const second = new ecs.FargateService(given.stack, 'Second', { cluster: given.cluster, taskDefinition: given.taskDefinition, minHealthyPercent: 100 });
    const agents = [insights(given.service), insights(second, undefined, 'OfSecond')];
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents });
    expect(labels(given.stack)).toEqual({ [STOPPED]: ['Stack/Service', 'Stack/Second'], [NOT_CAPTURING]: ['Stack/Service, Stack/Second'] });
  });

  test('an agent that logs elsewhere is named below the title, and has no line of the log', () => {
    const given = fargate();
    const agents = [insights(given.service), insights(another(given, 'Second'), { projectId: PROJECT_ID, logging: ecs.LogDrivers.syslog() }, 'OfSecond')];
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents });
    expect(labels(given.stack)[NOT_CAPTURING]).toEqual(['Stack/Service']);
    expect(texts(given.stack)).toMatch(/not in a log group of this app that only the agent writes to, .*: Stack\/Second$/m);
  });

  test('the states of alarms are above the graphs', () => {
    const given = fargate();
    const alarms = new PostmanAgentAlarms(given.stack, 'Alarms');
    new PostmanAgentDashboard(given.stack, 'Dashboard', { alarms });
    PostmanInsights.of(given.stack).addToServices({ discovery: true });
    const all = widgets(given.stack);
    const [states] = all.filter(({ type }) => type === 'alarm');
    expect(states.properties.alarms).toEqual(Object.keys(resources(given.stack, 'AWS::CloudWatch::Alarm')).map(id => `<${id}.Arn>`));
    expect(all.filter(({ type }) => type === 'metric').every(({ y }) => y >= states.y + states.height)).toBe(true);
    expect(isTiled(all)).toBe(true);
  });

  test('it may have a name, and widgets of the user below its own', () => {
    const given = fargate();
    const { dashboard } = new PostmanAgentDashboard(given.stack, 'Dashboard', { agents: [insights(given.service)], dashboardName: 'agents' });
    dashboard.addWidgets(new cloudwatch.TextWidget({ markdown: 'ours', width: 24, height: 1 }));
    expect(Object.values(resources(given.stack, 'AWS::CloudWatch::Dashboard'))[0].DashboardName).toBe('agents');
    const all = widgets(given.stack);
    expect(isTiled(all)).toBe(true);
    expect(all.at(-1)!.y).toBe(Math.max(...all.slice(0, -1).map(({ y, height }) => y + height)));
  });
});

describe('memory and restarts', () => {
  const DIMENSIONS = ['ClusterName', '<ClusterEB0386A7>', 'ContainerName', 'postman-insights-agent', 'ServiceName', '<ServiceD69D759B.Name>'];

  test('are shown if the cluster has enhanced Container Insights', () => {
    const given = fargate({ cluster: ENHANCED });
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents: [insights(given.service)] });
    const end = { label: 'Stack/Service', stat: 'Maximum' };
    expect(metrics(given.stack, MEMORY)).toEqual([['ECS/ContainerInsights', 'ContainerMemoryUtilized', ...DIMENSIONS, end]]);
    expect(metrics(given.stack, RESTARTS)).toEqual([['ECS/ContainerInsights', 'RestartCount', ...DIMENSIONS, end]]);
    expect(isTiled(widgets(given.stack))).toBe(true);
    expect(texts(given.stack)).not.toContain('enhanced');
  });

  test.each<[string, Partial<ecs.ClusterProps>]>([
    ['no', {}],
    ['disabled', { containerInsightsV2: ecs.ContainerInsights.DISABLED }],
    ['only basic', { containerInsightsV2: ecs.ContainerInsights.ENABLED }],
  ])('are not shown with %s Container Insights, and the dashboard says why', (_, cluster) => {
    const given = fargate({ cluster });
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents: [insights(given.service)] });
    expect(titles(given.stack)).toEqual([STOPPED, NOT_CAPTURING]);
    expect(texts(given.stack)).toMatch(/Memory and restarts .* enhanced Container Insights.*: Stack\/Service$/m);
  });

  test('are shown if a property override turns enhanced Container Insights on', () => {
    const given = fargate();
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents: [insights(given.service)] });
    const cluster = given.cluster.node.defaultChild as ecs.CfnCluster;
    cluster.addPropertyOverride('ClusterSettings', [{ Name: 'containerInsights', Value: 'enhanced' }]);
    expect(titles(given.stack)).toEqual([STOPPED, NOT_CAPTURING, MEMORY, RESTARTS]);
  });

  test('are shown if the user says that the clusters have it, and not if the user says that they do not', () => {
    const given = fargate();
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents: [insights(given.service)], enhancedContainerInsights: true });
    expect(titles(given.stack)).toEqual([STOPPED, NOT_CAPTURING, MEMORY, RESTARTS]);
    const off = fargate({ cluster: ENHANCED });
    new PostmanAgentDashboard(off.stack, 'Dashboard', { agents: [insights(off.service)], enhancedContainerInsights: false });
    expect(titles(off.stack)).toEqual([STOPPED, NOT_CAPTURING]);
  });

  test('of an imported cluster are not shown: its settings are not in the app', () => {
    const given = fargate();
    const cluster = ecs.Cluster.fromClusterAttributes(given.stack, 'Imported', { clusterName: 'shop', vpc: given.vpc });
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents: [insights(another({ ...given, cluster: cluster as ecs.Cluster }, 'Second'))] });
    expect(titles(given.stack)).toEqual([STOPPED, NOT_CAPTURING]);
  });

  test('restarts are not shown of an agent without a restart policy, which CloudWatch does not count', () => {
    const given = fargate({ cluster: ENHANCED });
    const agents = [insights(given.service, { projectId: PROJECT_ID, enableRestartPolicy: false })];
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents });
    expect(titles(given.stack)).toEqual([STOPPED, NOT_CAPTURING, MEMORY]);
  });

  test('of tasks without a service are found by their family, if their cluster is given', () => {
    const given = fargate({ cluster: ENHANCED });
    const { taskDefinition, cluster } = given;
    const agent = new PostmanInsightsTaskSidecar(given.stack, 'OfTask', { taskDefinition, cluster, projectId: PROJECT_ID });
    new PostmanAgentDashboard(given.stack, 'Dashboard', { agents: [agent] });
    expect(metrics(given.stack, MEMORY)[0]).toEqual(expect.arrayContaining(['TaskDefinitionFamily', given.taskDefinition.family]));
    expect(metrics(given.stack, MEMORY)[0]).not.toContain('ServiceName');
  });
});

describe('many agents', () => {
  const line = (index: number): Line => ({ label: `s${index}`, metric: new cloudwatch.Metric({ namespace: 'N', metricName: `M${index}` }) });
  const graph = (count: number) => ({ title: 'T', axis: 'a', largest: 'SUM' as const, lines: Array.from({ length: count }, (_, index) => line(index)) });
  const rendered = (...counts: readonly number[]): Widget[] => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const drawn = new LazyWidgets(() => ({ text: ['t'], alarms: [], graphs: counts.map(graph) }));
    new cloudwatch.Dashboard(stack, 'Dashboard').addWidgets(drawn);
    return [...widgets(stack)];
  };

  test('up to 20 are lines of one graph', () => {
    const [, found] = rendered(20);
    expect(found.properties.metrics).toHaveLength(20);
    expect(JSON.stringify(found)).not.toContain('SORT');
    expect(found.properties.title).toBe('T');
  });

  test('of more, the graph shows the 20 with the highest values, each with its own label', () => {
    const [, found] = rendered(200);
    const [expression, ...hidden] = found.properties.metrics;
    expect(expression).toEqual([{ expression: 'SORT(METRICS(), SUM, DESC, 20)' }]);
    expect(hidden).toHaveLength(200);
    expect(hidden.every((metric: any[]) => metric.at(-1).visible === false)).toBe(true);
    expect(hidden[7]).toEqual(['N', 'M7', { label: 's7', visible: false, id: 'm8' }]);
    expect(found.properties.title).toBe('T, the 20 with most');
  });

  test('no graph has more than the 500 metrics that CloudWatch takes, and none is lost', () => {
    const found = rendered(1000, 3).slice(1);
    const counts = found.map(({ properties }) => properties.metrics.length);
    expect(counts).toEqual([500, 500, 3, 3]);
    expect(found.map(({ properties }) => properties.title)).toEqual([
      'T, the 20 with most, 1 of 3', 'T, the 20 with most, 2 of 3', 'T, the 20 with most, 3 of 3', 'T',
    ]);
    expect(isTiled(found)).toBe(true);
  });

  test('more than the 2,500 metrics that a dashboard takes are an error that says what to do', () => {
    const { stack } = fargate();
    const content = (count: number) => ({ text: [], alarms: [], graphs: [graph(count), graph(count)] });
    expect(metricErrors(stack, content(1250))).toEqual([]);
    expect(metricErrors(stack, content(1251))).toEqual([
      'Stack: the graphs of 1251 agents have 2502 metrics, and a dashboard of CloudWatch takes 2500. '
      + 'Create several dashboards, each with some of the `agents`, or each for a part of the app with `agentsIn`.',
    ]);
  });

  test('a widget has at most the 100 alarms that CloudWatch takes', () => {
    const stack = new Stack(new App(), 'Stack', { env: ENV });
    const alarm = cloudwatch.Alarm.fromAlarmArn(stack, 'Alarm', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a');
    new cloudwatch.Dashboard(stack, 'Dashboard').addWidgets(new LazyWidgets(() => ({ text: ['t'], alarms: Array(150).fill(alarm), graphs: [] })));
    expect(widgets(stack).filter(({ type }) => type === 'alarm').map(({ properties }) => properties.alarms.length)).toEqual([100, 50]);
    expect(isTiled(widgets(stack))).toBe(true);
  });
});

describe('what it does to the app', () => {
  test.each<[string, (given: ReturnType<typeof fargate>) => Stack]>([
    ['the stack of the service', ({ stack }) => stack],
    ['a stack of its own', ({ app }) => new Stack(app, 'Own', { env: ENV })],
  ])('a dashboard with alarms in %s adds a rule and a metric filter to the app, and changes nothing else in it', (_, scopeOf) => {
    const templateOf = (isWatched: boolean) => {
      const given = fargate({ cluster: ENHANCED });
      PostmanInsights.of(given.app).addToServices({ discovery: true, memoryLimitMiB: 700 });
      if (isWatched) {
        const scope = scopeOf(given);
        new PostmanAgentDashboard(scope, 'Dashboard', { agentsIn: given.stack, alarms: new PostmanAgentAlarms(scope, 'Alarms', { agentsIn: given.stack }) });
      }
      return given.app.synth().getStackByName('Stack').template.Resources;
    };
    const [before, after] = [templateOf(false), templateOf(true)];
    const added = Object.keys(after).filter(id => !(id in before));
    const watchers = /^AWS::(CloudWatch::(Alarm|Dashboard)|Events::Rule|Logs::MetricFilter)$/;
    expect(added.map(id => after[id].Type).filter(type => !watchers.test(type))).toEqual([]);
    expect(added.map(id => after[id].Type)).toEqual(expect.arrayContaining(['AWS::Events::Rule', 'AWS::Logs::MetricFilter']));
    expect(Object.fromEntries(Object.entries(after).filter(([id]) => id in before))).toEqual(before);
  });

  test('two dashboards of the same agents share their rules and filters', () => {
    const given = fargate();
    insights(given.service);
    for (const id of ['One', 'Two']) new PostmanAgentDashboard(given.stack, id);
    Template.fromStack(given.stack).resourceCountIs('AWS::Events::Rule', 1);
    Template.fromStack(given.stack).resourceCountIs('AWS::Logs::MetricFilter', 1);
  });

  test('a second synthesis gives the same dashboard', () => {
    const given = fargate();
    insights(given.service);
    new PostmanAgentDashboard(given.stack, 'Dashboard');
    const [first, second] = [0, 1].map(() => given.app.synth({ force: true }).getStackByName('Stack').template);
    expect(second).toEqual(first);
    expect(filledIn(second.Resources)).toEqual(filledIn(first.Resources));
  });
});

describe('what it refuses', () => {
  test('an empty list of agents', () => {
    const { stack } = fargate();
    expect(() => new PostmanAgentDashboard(stack, 'Dashboard', { agents: [] })).toThrow(
      'Stack/Dashboard: `agents` must be a list with at least one sidecar, daemon or existing service of this app. To watch all of the stack, leave it out.');
  });

  test('both a list and a scope', () => {
    const { stack, service } = fargate();
    expect(() => new PostmanAgentDashboard(stack, 'Dashboard', { agents: [insights(service)], agentsIn: stack })).toThrow(
      'Stack/Dashboard: got both `agents` and `agentsIn`. Give one of them.');
  });

  test('a construct that is no agent', () => {
    const { stack, service } = fargate();
    const wrong = service as unknown as PostmanInsightsDaemon;
    expect(() => new PostmanAgentDashboard(stack, 'Dashboard', { agents: [wrong] })).toThrow(
      'Stack/Dashboard: `agents` must be sidecars, task sidecars, daemons and existing services of this app, got: the construct Stack/Service.');
  });

  test('a scope without agents, at synthesis', () => {
    const { app, stack } = fargate();
    new PostmanAgentDashboard(stack, 'Dashboard');
    expect(synthesize(app).errors).toContain(
      'Stack/Dashboard: there is no agent in Stack. Create sidecars, daemons or existing services there, or name the scope that has them as `agentsIn`.');
  });

  test.each(['given', 'found'])('agents of another region, if they are %s', how => {
    const given = fargate();
    const agents = [insights(given.service)];
    const other = new Stack(given.app, 'Other', { env: { ...ENV, region: 'us-east-1' } });
    const create = () => new PostmanAgentDashboard(other, 'Dashboard', how === 'given' ? { agents } : { agentsIn: given.app });
    const message = 'Other/Dashboard: the agent of Stack/Service is in stack Stack (aws://111122223333/eu-west-1), and its metrics are there, '
      + 'but this construct is in aws://111122223333/us-east-1. Create one for each account and region.';
    if (how === 'given') {expect(create).toThrow(message);} else {
      create();
      expect(synthesize(given.app).errors).toContain(message);
    }
  });

  test('agents of another stage, and a scope that is synthesized on its own', () => {
    const app = new App();
    const stage = new Stage(app, 'Prod', { env: ENV });
    const given = fargate({ stack: new Stack(stage, 'Shop') });
    const agents = [insights(given.service)];
    const own = new Stack(app, 'Own', { env: ENV });
    const wayOut = 'which is not synthesized together with Own. Create this construct in a stack of that stage.';
    expect(() => new PostmanAgentDashboard(own, 'A', { agents })).toThrow(`Own/A: the agent of Shop/Service is in Prod, ${wayOut}`);
    expect(() => new PostmanAgentDashboard(own, 'B', { agentsIn: stage })).toThrow(`Own/B: \`agentsIn\` is Prod, ${wayOut}`);
    new PostmanAgentDashboard(own, 'C', { agentsIn: app });
    expect(synthesize(app).errors).toContain(`Own/C: the agent of Shop/Service is in Prod, ${wayOut}`);
  });

  test('agents in a stack that needs the stack of the dashboard', () => {
    const base = fargate();
    const services = new Stack(base.app, 'Services', { env: ENV });
    const agents = [insights(another(base, 'Orders', services), undefined, 'Insights', services)];
    expect(() => new PostmanAgentDashboard(base.stack, 'Dashboard', { agents })).toThrow(
      'Stack/Dashboard: the agent of Services/Orders is in stack Services, which needs Stack/Cluster of stack Stack, '
      + 'so each of the two stacks would need the other. Create this construct in Services or in a stack of its own.');
    expect(() => new PostmanAgentDashboard(services, 'Dashboard', { agents })).not.toThrow();
    expect(synthesize(base.app).errors).toBe('');
  });
});
