import { App, Aspects, AspectPriority, Annotations, CfnResource, NestedStack, Stack, Stage, StageProps, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { Construct, IConstruct } from 'constructs';
import { OTHER_COLLECTION_ID, Shop, sidecarsBelow } from './given';
import {
  AddInsightsToServicesOptions, EgressCheck, InsightsRegion, PostmanInsights, PostmanInsightsSidecar, PostmanLiveCollections, PostmanLiveCollectionSidecar,
} from '../../../src';
import { agentsIn, COLLECTION_ID, ENV, insights, onEc2, PROJECT_ID, sidecar, synthesize, warnings } from '../../given';

const STABILIZED = { '@aws-cdk/core:aspectStabilization': true };
const NOT_STABILIZED = { '@aws-cdk/core:aspectStabilization': false };
const BOTH_WAYS = [['without', NOT_STABILIZED], ['with', STABILIZED]] as const;

/** Synthesizes without errors. */
function synthesized<T extends IConstruct>(scope: T): T {
  expect(synthesize(scope).errors).toBe('');
  return scope;
}

describe('the services that get a sidecar', () => {
  test('every service of a stack gets a sidecar of its own, below the service', () => {
    const shop = new Shop();
    shop.service('Orders');
    shop.service('Cart');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    expect(sidecarsBelow(shop)).toEqual([]);
    synthesized(shop);
    expect(sidecarsBelow(shop)).toEqual(['Shop/Orders/Service/PostmanInsights', 'Shop/Cart/Service/PostmanInsights']);
    expect(agentsIn(shop)).toHaveLength(2);
  });

  test('a service that is created after the call gets one', () => {
    const shop = new Shop();
    PostmanInsights.of(shop).addToServices({ discovery: true });
    shop.service('Orders');
    expect(sidecarsBelow(synthesized(shop))).toEqual(['Shop/Orders/Service/PostmanInsights']);
  });

  test('a call on an app reaches the services of all its stacks, and of nested stacks', () => {
    const app = new App();
    const shop = new Shop(app);
    new Shop(app, 'Bank').service('Accounts');
    PostmanInsights.of(app).addToServices({ discovery: true });
    shop.service('Orders', new NestedStack(shop, 'Nested'));
    synthesized(app);
    expect(sidecarsBelow(app)).toEqual(['Shop/Nested/Orders/Service/PostmanInsights', 'Bank/Accounts/Service/PostmanInsights']);
  });

  test('a call on a construct reaches only the services below it', () => {
    const shop = new Shop();
    const team = new Construct(shop, 'Team');
    shop.service('Orders', team);
    shop.service('Cart');
    PostmanInsights.of(team).addToServices({ discovery: true });
    expect(sidecarsBelow(synthesized(shop))).toEqual(['Shop/Team/Orders/Service/PostmanInsights']);
  });

  test('a call on a service reaches that service', () => {
    const shop = new Shop();
    PostmanInsights.of(shop.service('Orders')).addToServices({ discovery: true });
    shop.service('Cart');
    expect(sidecarsBelow(synthesized(shop))).toEqual(['Shop/Orders/Service/PostmanInsights']);
  });

  test('a service of a pattern gets one', () => {
    const shop = new Shop();
    new patterns.ApplicationLoadBalancedFargateService(shop, 'Orders', {
      cluster: shop.cluster, minHealthyPercent: 100, memoryLimitMiB: 2048, cpu: 1024, taskImageOptions: { image: ecs.ContainerImage.fromRegistry('nginx') },
    });
    PostmanLiveCollections.of(shop).addToServices({ collectionIds: { 'Shop/Orders/Service': COLLECTION_ID } });
    expect(sidecarsBelow(synthesized(shop))).toEqual(['Shop/Orders/Service/PostmanLiveCollection']);
  });

  test('a service on EC2 gets one', () => {
    const { stack } = onEc2({ networkMode: ecs.NetworkMode.AWS_VPC });
    PostmanInsights.of(stack).addToServices({ discovery: true });
    expect(sidecarsBelow(synthesized(stack))).toEqual(['Stack/Service/PostmanInsights']);
  });

  test('imported services, services on ECS Anywhere and resources of CloudFormation are not changed', () => {
    const shop = new Shop();
    ecs.FargateService.fromFargateServiceArn(shop, 'Imported', 'arn:aws:ecs:eu-west-1:111122223333:service/shop/orders');
    const task = new ecs.ExternalTaskDefinition(shop, 'Task', { networkMode: ecs.NetworkMode.HOST });
    task.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 64 });
    new ecs.ExternalService(shop, 'Anywhere', { cluster: shop.cluster, taskDefinition: task, minHealthyPercent: 100 });
    new ecs.CfnService(shop, 'Resource', { taskDefinition: 'orders:1', cluster: 'shop' });
    const before = Template.fromStack(shop).toJSON();
    PostmanInsights.of(shop).addToServices({ discovery: true });
    synthesized(shop);
    expect(sidecarsBelow(shop)).toEqual([]);
    expect(Template.fromStack(shop).toJSON()).toEqual(before);
  });

  test('a service that matches a glob of `exclude` gets none, and neither does one on ECS Anywhere that it names', () => {
    const shop = new Shop();
    shop.service('Orders');
    shop.service('Batch');
    const task = new ecs.ExternalTaskDefinition(shop, 'Task', { networkMode: ecs.NetworkMode.HOST });
    task.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 64 });
    new ecs.ExternalService(shop, 'Anywhere', { cluster: shop.cluster, taskDefinition: task, minHealthyPercent: 100 });
    PostmanInsights.of(shop).addToServices({ discovery: true, exclude: ['Shop/Batch/**', 'Shop/Anywhere'] });
    expect(sidecarsBelow(synthesized(shop))).toEqual(['Shop/Orders/Service/PostmanInsights']);
  });

  test('a service in bridge mode gets the error of any sidecar, and `exclude` is a way out', () => {
    const refused = onEc2({ networkMode: ecs.NetworkMode.BRIDGE });
    PostmanInsights.of(refused.stack).addToServices({ discovery: true });
    expect(synthesize(refused.stack).errors).toMatch(/\[Stack\/Service\/PostmanInsights\] .*bridge/);
    const excluded = onEc2({ networkMode: ecs.NetworkMode.BRIDGE });
    PostmanInsights.of(excluded.stack).addToServices({ discovery: true, exclude: ['**/Service'] });
    synthesized(excluded.stack);
  });

  test('a service with a sidecar made by hand keeps it, needs no id, and counts as a match', () => {
    const shop = new Shop();
    const orders = shop.service('Orders');
    shop.service('Cart');
    PostmanLiveCollections.of(shop).addToServices({ collectionIds: { 'Shop/Orders/*': OTHER_COLLECTION_ID, 'Shop/Cart/*': COLLECTION_ID } });
    new PostmanInsightsSidecar(shop, 'ByHand', { service: orders, projectId: PROJECT_ID });
    insights(shop.service('NoId'), { projectId: PROJECT_ID }, 'Other', shop);
    synthesized(shop);
    expect(sidecarsBelow(shop)).toEqual(['Shop/Cart/Service/PostmanLiveCollection', 'Shop/ByHand', 'Shop/Other']);
  });

  test('a sidecar made by hand may have the id that this call would give it', () => {
    const shop = new Shop();
    const orders = shop.service('Orders');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    new PostmanInsightsSidecar(orders, 'PostmanInsights', { service: orders, projectId: PROJECT_ID });
    synthesized(shop);
    expect(agentsIn(shop)[0].EntryPoint).toContain(PROJECT_ID);
  });

  test('two calls may have different options for the services of different scopes', () => {
    const app = new App();
    const [shop, bank] = [new Shop(app), new Shop(app, 'Bank')];
    shop.service('Orders');
    bank.service('Accounts');
    PostmanInsights.of(app).addToServices({ discovery: true, exclude: ['Bank/**'] });
    PostmanLiveCollections.of(bank).addToServices({ collectionIds: { '**': COLLECTION_ID } });
    expect(sidecarsBelow(synthesized(app))).toEqual(['Shop/Orders/Service/PostmanInsights', 'Bank/Accounts/Service/PostmanLiveCollection']);
  });

  test('services that share a task definition share the agent', () => {
    const shop = new Shop();
    const taskDefinition = shop.taskDefinition(shop, 'Shared');
    shop.service('Orders', shop, taskDefinition);
    shop.service('Cart', shop, taskDefinition);
    PostmanInsights.of(shop).addToServices({ discovery: true });
    synthesized(shop);
    expect(sidecarsBelow(shop)).toHaveLength(2);
    expect(agentsIn(shop)).toHaveLength(1);
  });

  test('a second synthesis adds sidecars to new services only', () => {
    const shop = new Shop();
    shop.service('Orders');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    synthesized(shop);
    synthesized(shop);
    shop.service('Cart');
    expect(sidecarsBelow(synthesized(shop))).toEqual(['Shop/Orders/Service/PostmanInsights', 'Shop/Cart/Service/PostmanInsights']);
  });
});

/** A stage with a service that has the agent. */
class ShopStage extends Stage {
  public readonly shop: Shop;
  constructor(scope: Construct, id: string, props: StageProps = { env: ENV }) {
    super(scope, id, props);
    this.shop = new Shop(this, 'Shop', {});
    this.shop.service('Orders');
  }
}

describe('stages', () => {
  test('a call on a stage reaches its services', () => {
    const app = new App();
    const stage = new ShopStage(app, 'Prod');
    PostmanInsights.of(stage).addToServices({ discovery: true });
    expect(sidecarsBelow(synthesized(app))).toEqual(['Prod/Shop/Orders/Service/PostmanInsights']);
    expect(agentsIn(stage.shop)).toHaveLength(1);
  });

  test('a call on an app and one on a stage below it do not meet', () => {
    const app = new App();
    new Shop(app).service('Orders');
    PostmanInsights.of(new ShopStage(app, 'Prod')).addToServices({ discovery: true });
    PostmanInsights.of(app).addToServices({ discovery: true });
    expect(sidecarsBelow(synthesized(app))).toEqual(['Shop/Orders/Service/PostmanInsights', 'Prod/Shop/Orders/Service/PostmanInsights']);
  });

  test('a stage below the scope without services, or whose services are excluded, needs no call', () => {
    const app = new App();
    new Stack(new Stage(app, 'Empty'), 'Stack');
    new ShopStage(app, 'Prod');
    PostmanInsights.of(app).addToServices({ discovery: true, exclude: ['Prod/**'] });
    expect(sidecarsBelow(synthesized(app))).toEqual([]);
  });

  test('a stage of CDK Pipelines, which is synthesized when it is added, gets its sidecars', () => {
    const app = new App();
    const stack = new Stack(app, 'Pipeline', { env: ENV });
    const input = pipelines.CodePipelineSource.connection('a/b', 'main', { connectionArn: 'arn' });
    const synth = new pipelines.ShellStep('Synth', { input, commands: ['x'] });
    const pipeline = new pipelines.CodePipeline(stack, 'Pipeline', { synth });
    for (const id of ['Test', 'Prod']) {
      const stage = new ShopStage(stack, id);
      PostmanInsights.of(stage).addToServices({ discovery: true });
      pipeline.addStage(stage);
    }
    PostmanInsights.of(app).addToServices({ discovery: true });
    synthesized(app);
    expect(sidecarsBelow(app)).toEqual(['Test', 'Prod'].map(id => `Pipeline/${id}/Shop/Orders/Service/PostmanInsights`));
    for (const id of ['Test', 'Prod']) expect(agentsIn((stack.node.findChild(id) as ShopStage).shop)).toHaveLength(1);
  });
});

describe('what is added', () => {
  type Options = Omit<AddInsightsToServicesOptions, 'exclude' | 'projectIds' | 'projectIdTag'>;

  /** An app with everything that matters to the order of resources: a tag, an aspect, two stacks, a shared task definition. */
  function templates(add: (app: App, all: readonly ecs.FargateService[], secret: secretsmanager.ISecret) => void, context = {}): unknown {
    const app = new App({ context });
    const [shop, bank] = [new Shop(app), new Shop(app, 'Bank')];
    Tags.of(app).add('team', 'shop');
    Tags.of(shop).remove('team', { includeResourceTypes: ['AWS::Logs::LogGroup'] });
    Aspects.of(bank).add({
      visit: construct => { if (CfnResource.isCfnResource(construct)) construct.addMetadata('seen', 'yes'); },
    });
    const shared = shop.taskDefinition(shop, 'Shared');
    const all = [shop.service('Orders'), shop.service('Cart', shop, shared), shop.service('Search', shop, shared), bank.service('Accounts')];
    add(app, all, secretsmanager.Secret.fromSecretCompleteArn(shop, 'Key', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:key-AbCdEf'));
    const { errors, messages } = synthesize(app);
    const ofStacks = [shop, bank].map(stack => Template.fromStack(stack).toJSON());
    const toPath = (path: string) => path.replace(/\/PostmanInsights$/, '');
    return { errors, messages: messages.map(({ path, ...message }) => ({ ...message, path: toPath(path) })), templates: JSON.stringify(ofStacks) };
  }

  const OPTIONS: readonly (readonly [string, Options])[] = [
    ['with discovery', { discovery: true }],
    ['with a workspace', { workspaceId: '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', systemEnvironmentId: '0a1b2c3d-0f3c-4d0e-9a55-3f1f7f3a1c11' }],
    ['with many options', {
      discovery: true, discoveryNamespace: 'shop', dataRegion: InsightsRegion.EU, reproMode: true, alwaysCapturePayloads: ['^/v1'], capturePercent: 25,
      apiKeySecretField: 'key', rateLimitPerMinute: 500, hostAllow: ['a'], pathExclusions: ['b'], bpfFilter: 'port 80', traceTags: { a: 'b' }, cpu: 10,
      memoryLimitMiB: 700, environment: { A: 'b' }, disableTelemetry: true, enableRestartPolicy: false, readonlyRootFilesystem: false,
      egressCheck: EgressCheck.WARN, image: ecs.ContainerImage.fromRegistry('registry.example.com/postman-insights-agent:1'),
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'agent' }), proxyUrl: 'http://user:password@10.0.0.9:3128', networkInterfaces: ['eth0'],
    }],
  ];

  describe.each(BOTH_WAYS)('%s stabilization of aspects', (_, context) => {
    test.each(OPTIONS)('%s, templates and findings are those of sidecars made by hand at the end', (__, options) => {
      const byHand = templates((___, all, apiKeySecret) => {
        for (const service of all) new PostmanInsightsSidecar(service, 'PostmanInsights', { service, ...options, apiKeySecret });
      }, context);
      const together = templates((app, _all, apiKeySecret) => PostmanInsights.of(app).addToServices({ ...options, apiKeySecret }), context);
      expect(together).toEqual(byHand);
    });
  });

  test('for collections, the template is that of a sidecar made by hand', () => {
    const made = (add: (shop: Shop, service: ecs.FargateService) => void) => {
      const shop = new Shop();
      add(shop, shop.service('Orders'));
      return Template.fromStack(shop).toJSON();
    };
    expect(made(shop => PostmanLiveCollections.of(shop).addToServices({ collectionIds: { '**': COLLECTION_ID }, rateLimitPerMinute: 5 })))
      .toEqual(made((shop, service) => sidecar(service, { rateLimitPerMinute: 5 }, 'Lca', shop)));
  });

  test('a call on a scope does not change a task definition before synthesis', () => {
    const shop = new Shop();
    const { taskDefinition } = shop.service('Orders');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    expect(taskDefinition.findContainer('postman-insights-agent')).toBeUndefined();
    expect(taskDefinition.node.tryFindChild('PostmanAgentLogGroup')).toBeUndefined();
  });

  test('the sidecars exist when an aspect with the default priority first visits the app', () => {
    const shop = new Shop();
    shop.service('Orders');
    const app = shop.node.root;
    let seen: readonly string[] = [];
    Aspects.of(app).add({ visit: construct => { if (construct === app) seen = sidecarsBelow(app); } });
    PostmanInsights.of(shop).addToServices({ discovery: true });
    synthesized(shop);
    expect(seen).toEqual(['Shop/Orders/Service/PostmanInsights']);
  });

  test('tags and aspects of scopes above reach what a sidecar creates in another stack', () => {
    // With stabilization, the CDK would visit that stack again.
    const app = new App({ context: NOT_STABILIZED });
    const first = new Shop(app, 'First');
    const shop = new Shop(app);
    // The task definition is in a stack that the CDK visits before that of the service.
    shop.service('Orders', shop, first.taskDefinition(first, 'Task'));
    Tags.of(app).add('team', 'shop');
    PostmanLiveCollections.of(shop).addToServices({ collectionIds: { '**': COLLECTION_ID } });
    synthesized(app);
    Template.fromStack(first).hasResourceProperties('AWS::Logs::LogGroup', { Tags: [{ Key: 'team', Value: 'shop' }] });
  });

  test('a warning of one sidecar can be acknowledged on the service', () => {
    const shop = new Shop();
    const [orders] = [shop.service('Orders'), shop.service('Cart')];
    PostmanInsights.of(shop).addToServices({ discovery: true, reproMode: true });
    Annotations.of(orders).acknowledgeWarning('cdk-postman-live-collection:payloadsSent', 'No personal data.');
    const { messages } = synthesize(shop);
    expect(messages.filter(({ level }) => level === 'warning').map(({ path }) => path)).toEqual(['Shop/Cart/Service/PostmanInsights']);
  });

  test('a call without a problem adds no warning', () => {
    const shop = new Shop();
    shop.service('Orders');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    expect(warnings(shop)).toEqual([]);
  });
});

describe('services that other aspects create', () => {
  /** An aspect that creates a service when it visits a construct. */
  function creates(shop: Shop, at: IConstruct, scope: Construct, options = {}) {
    let isDone = false;
    Aspects.of(shop).add({
      visit: construct => {
        if (construct !== at || isDone) return;
        isDone = true;
        Tags.of(shop.service('Late', scope)).add('collection', COLLECTION_ID);
      },
    }, options);
  }

  describe.each(BOTH_WAYS)('%s stabilization of aspects', (_, context) => {
    test.each([['default', {}], ['lower', { priority: 10 }], ['readonly', { priority: AspectPriority.READONLY }]])(
      'a service that an aspect with the %s priority creates gets a sidecar', (__, options) => {
        const shop = new Shop(new App({ context }));
        const scope = new Construct(shop, 'Scope');
        PostmanInsights.of(shop).addToServices({ discovery: true });
        creates(shop, scope, scope, options);
        expect(sidecarsBelow(synthesized(shop))).toEqual(['Shop/Scope/Late/Service/PostmanInsights']);
        expect(agentsIn(shop)).toHaveLength(1);
      });
  });

  test.each(BOTH_WAYS)('other aspects visit the sidecars, also of such services, %s stabilization', (_, context) => {
    const shop = new Shop(new App({ context }));
    const scope = new Construct(shop, 'Scope');
    shop.service('Orders');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    creates(shop, scope, scope);
    const visited = new Set<string>();
    Aspects.of(shop).add({ visit: construct => { if (construct instanceof PostmanInsightsSidecar) visited.add(construct.node.path); } });
    synthesized(shop);
    expect([...visited].sort()).toEqual(['Shop/Orders/Service/PostmanInsights', 'Shop/Scope/Late/Service/PostmanInsights']);
  });

  test('a service whose tag an aspect of a lower priority sets gets a sidecar', () => {
    const shop = new Shop();
    shop.service('Orders');
    PostmanLiveCollections.of(shop).addToServices({ collectionIdTag: 'collection' });
    Aspects.of(shop).add({
      visit: construct => { if (construct instanceof ecs.CfnService) construct.tags.setTag('collection', COLLECTION_ID); },
    }, { priority: 100 });
    expect(sidecarsBelow(synthesized(shop))).toEqual(['Shop/Orders/Service/PostmanLiveCollection']);
  });

  test('a service that is created where the CDK visits nothing any more is an error, not a silent gap', () => {
    const shop = new Shop(new App({ context: NOT_STABILIZED }));
    const first = new Construct(shop, 'First');
    const last = new Construct(shop, 'Last');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    creates(shop, last, first);
    expect(synthesize(shop).errors).toContain('  [Shop] PostmanInsights.of(Shop):\n'
      + '  - An aspect created Shop/First/Late/Service, or set the tag, after the agents were added. '
      + 'Give that aspect a priority below 200 and turn on the feature flag `@aws-cdk/core:aspectStabilization`, or make the sidecar by hand.');
  });

  test('with stabilization of aspects such a service gets a sidecar', () => {
    const shop = new Shop(new App({ context: STABILIZED }));
    const first = new Construct(shop, 'First');
    const last = new Construct(shop, 'Last');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    creates(shop, last, first);
    expect(sidecarsBelow(synthesized(shop))).toEqual(['Shop/First/Late/Service/PostmanInsights']);
  });

  test('a tag that an aspect changes after its value was used is an error', () => {
    const shop = new Shop();
    Tags.of(shop.service('Orders')).add('collection', COLLECTION_ID);
    PostmanLiveCollections.of(shop).addToServices({ collectionIdTag: 'collection' });
    Aspects.of(shop).add({
      visit: construct => { if (construct instanceof ecs.CfnService) construct.tags.setTag('collection', OTHER_COLLECTION_ID, 900); },
    });
    expect(synthesize(shop).errors).toContain('  - An aspect changed the tag of Shop/Orders/Service after the agent was added with another id. '
      + 'Give that aspect a priority below 200, or make the sidecar by hand.');
  });
});

test('a sidecar of the older agent has its own id below the service', () => {
  const shop = new Shop();
  const service = shop.service('Orders');
  PostmanLiveCollections.of(shop).addToServices({ collectionIds: { '**': COLLECTION_ID } });
  synthesized(shop);
  expect(service.node.findChild('PostmanLiveCollection')).toBeInstanceOf(PostmanLiveCollectionSidecar);
});
