import { App, CfnParameter, Stage, Tags } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { OTHER_COLLECTION_ID, Shop, sidecarsBelow } from './given';
import {
  AddInsightsToServicesOptions, AddLiveCollectionsToServicesOptions, PostmanInsights, PostmanInsightsSidecar, PostmanLiveCollections,
} from '../../../src';
import { agentsIn, COLLECTION_ID, ENV, PROJECT_ID, synthesize } from '../../given';

const OTHER_PROJECT_ID = 'svc_0000000000000000000000';

/** A shop with services of these ids. */
function shopWith(...ids: string[]) {
  const shop = new Shop();
  const services = ids.map(id => shop.service(id));
  return { shop, services };
}

function collections(shop: Shop, options: AddLiveCollectionsToServicesOptions): Shop {
  PostmanLiveCollections.of(shop).addToServices(options);
  return shop;
}

/** The destinations of the agents in a stack, by the family of the task definition. */
function destinations(shop: Shop): { readonly [family: string]: unknown } {
  expect(synthesize(shop).errors).toBe('');
  return Object.fromEntries(agentsIn(shop).map(({ EntryPoint, Environment }) => {
    const { Value } = Environment.find(({ Name }: any) => Name === 'POSTMAN_ECS_TASK');
    return [Value, EntryPoint[3]];
  }));
}

/** The errors without the sentence of the CDK. */
function errorsOf(shop: Shop): string {
  return synthesize(shop).errors.replace(/^Validation failed with the following errors:\n {2}/, '');
}

describe('the id of each service', () => {
  test('a glob over paths gives a service its collection', () => {
    const { shop } = shopWith('Orders', 'Cart', 'Search');
    collections(shop, { collectionIds: { '**/Orders/Service': COLLECTION_ID, 'Shop/*ar*/**': OTHER_COLLECTION_ID } });
    expect(destinations(shop)).toEqual({ Orders: COLLECTION_ID, Cart: OTHER_COLLECTION_ID, Search: OTHER_COLLECTION_ID });
  });

  test('a tag gives a service its collection, also a tag of a scope above', () => {
    const { shop, services: [, cart] } = shopWith('Orders', 'Cart');
    collections(shop, { collectionIdTag: 'collection' });
    Tags.of(shop).add('collection', COLLECTION_ID);
    Tags.of(cart).add('collection', OTHER_COLLECTION_ID);
    expect(destinations(shop)).toEqual({ Orders: COLLECTION_ID, Cart: OTHER_COLLECTION_ID });
  });

  test('a glob and a tag may give the same id, and either may give it to some services', () => {
    const { shop, services: [orders, cart] } = shopWith('Orders', 'Cart', 'Search');
    Tags.of(orders).add('collection', COLLECTION_ID);
    Tags.of(cart).add('collection', COLLECTION_ID);
    collections(shop, { collectionIds: { '**/Orders/*': COLLECTION_ID, '**/Search/*': OTHER_COLLECTION_ID }, collectionIdTag: 'collection' });
    expect(destinations(shop)).toEqual({ Orders: COLLECTION_ID, Cart: COLLECTION_ID, Search: OTHER_COLLECTION_ID });
  });

  test('an id may be known only to CloudFormation', () => {
    const { shop, services: [, cart] } = shopWith('Orders', 'Cart');
    const parameter = (id: string) => new CfnParameter(shop, id).valueAsString;
    Tags.of(cart).add('collection', parameter('OfCart'));
    collections(shop, { collectionIds: { '**/Orders/*': parameter('OfOrders') }, collectionIdTag: 'collection' });
    expect(destinations(shop)).toEqual({ Orders: { Ref: 'OfOrders' }, Cart: { Ref: 'OfCart' } });
  });

  test('projects of Insights have the same two ways', () => {
    const { shop, services: [, cart] } = shopWith('Orders', 'Cart');
    Tags.of(cart).add('project', OTHER_PROJECT_ID);
    PostmanInsights.of(shop).addToServices({ projectIds: { '**/Orders/*': PROJECT_ID }, projectIdTag: 'project' });
    expect(destinations(shop)).toEqual({ Orders: PROJECT_ID, Cart: OTHER_PROJECT_ID });
  });

  test('an empty map of ids is no destination, so another one may be given', () => {
    const { shop } = shopWith('Orders');
    PostmanInsights.of(shop).addToServices({ projectIds: {}, discovery: true });
    expect(destinations(shop)).toEqual({ Orders: undefined });
    expect(agentsIn(shop)[0].EntryPoint).toContain('--discovery-mode');
  });
});

describe('the one error of a call', () => {
  test('services without an id are listed in one error, with what to do', () => {
    const { shop } = shopWith('Orders', 'Cart', 'Search');
    collections(shop, { collectionIds: { '**/Cart/*': COLLECTION_ID } });
    expect(errorsOf(shop)).toBe('[Shop] PostmanLiveCollections.of(Shop):\n'
      + '  - No collection id for Shop/Orders/Service and Shop/Search/Service. '
      + 'To fix it, add globs that match them to `collectionIds` or list them in `exclude`.');
  });

  test('with a key of a tag, the error names the tag', () => {
    const { shop } = shopWith('Orders');
    PostmanInsights.of(shop).addToServices({ projectIdTag: 'project' });
    expect(errorsOf(shop)).toBe('[Shop] PostmanInsights.of(Shop):\n'
      + '  - No project id for Shop/Orders/Service. To fix it, add globs that match them to `projectIds`, set their tag "project" or list them in `exclude`.');
  });

  test('globs that match no service are listed in the order of the globs, with the services that there are', () => {
    const { shop } = shopWith('Orders', 'Cart');
    const collectionIds = { '**': COLLECTION_ID, 'Shop/Z': COLLECTION_ID, 'Orders/Service': COLLECTION_ID };
    collections(shop, { collectionIds, exclude: ['Shop/Y', 'Shop/X/**'] });
    expect(errorsOf(shop)).toBe('[Shop] PostmanLiveCollections.of(Shop):\n'
      + '  - No service matches "Orders/Service" of `collectionIds`, "Shop/Z" of `collectionIds`, "Shop/Y" of `exclude` and "Shop/X/**" of `exclude`. '
      + 'A glob matches the whole construct path; the services under Shop are Shop/Orders/Service and Shop/Cart/Service.');
  });

  test('of many services the error about a glob names ten', () => {
    const { shop } = shopWith(...Array.from({ length: 12 }, (_, index) => `S${index}`));
    PostmanInsights.of(shop.node.root).addToServices({ discovery: true, exclude: ['x'] });
    expect(errorsOf(shop)).toMatch(/^\[\] PostmanInsights\.of\(app\):\n.*; the services in this app are Shop\/S0\/Service, .* Shop\/S9\/Service and 2 more\.$/);
  });

  test('a glob without any service in the scope is an error, and discovery without any service is not', () => {
    const shop = new Shop();
    PostmanInsights.of(shop).addToServices({ discovery: true });
    expect(errorsOf(shop)).toBe('');
    collections(shop, { collectionIds: { '**': COLLECTION_ID } });
    expect(errorsOf(shop)).toBe('[Shop] PostmanLiveCollections.of(Shop):\n'
      + '  - No service matches "**" of `collectionIds`. A glob matches the whole construct path; there are no services under Shop.');
  });

  test('a glob with an id that matches only a service on ECS Anywhere matches no service', () => {
    const { shop } = shopWith('Orders');
    const task = new ecs.ExternalTaskDefinition(shop, 'Task', { networkMode: ecs.NetworkMode.HOST });
    task.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx'), memoryReservationMiB: 64 });
    new ecs.ExternalService(shop, 'Anywhere', { cluster: shop.cluster, taskDefinition: task, minHealthyPercent: 100 });
    collections(shop, { collectionIds: { '**/Service': COLLECTION_ID, 'Shop/Anywhere': COLLECTION_ID } });
    expect(errorsOf(shop)).toContain('No service matches "Shop/Anywhere" of `collectionIds`.');
  });

  test('two ids for one service are an error that says where each comes from', () => {
    const { shop, services: [orders] } = shopWith('Orders', 'Cart');
    Tags.of(orders).add('collection', new CfnParameter(shop, 'Id').valueAsString);
    const collectionIds = { '**': COLLECTION_ID, 'Shop/**': COLLECTION_ID, '**/Orders/*': OTHER_COLLECTION_ID };
    collections(shop, { collectionIds, collectionIdTag: 'collection' });
    expect(errorsOf(shop)).toBe('[Shop] PostmanLiveCollections.of(Shop):\n'
      + `  - Shop/Orders/Service has more than one collection id: ${COLLECTION_ID} by the glob "**" and the glob "Shop/**", `
      + `${OTHER_COLLECTION_ID} by the glob "**/Orders/*" and a value that is known only to CloudFormation by its tag "collection". Keep one of them.`);
  });

  test('all problems of a call are in one error, in a fixed order', () => {
    const problems = (globs: readonly string[]) => {
      const { shop } = shopWith('Orders', 'Cart', 'Search');
      const idOf = (glob: string) => glob.startsWith('Shop') ? OTHER_COLLECTION_ID : COLLECTION_ID;
      collections(shop, { collectionIds: Object.fromEntries(globs.map(glob => [glob, idOf(glob)])) });
      return errorsOf(shop);
    };
    const expected = problems(['**/Orders/*', 'Shop/Orders/*', 'B/*', 'A/*']);
    expect(expected.split('\n').map(line => line.slice(0, 61))).toEqual([
      '[Shop] PostmanLiveCollections.of(Shop):',
      '  - Shop/Orders/Service has more than one collection id: 1234',
      '  - No collection id for Shop/Cart/Service and Shop/Search/Se',
      '  - No service matches "A/*" of `collectionIds` and "B/*" of ',
    ]);
    expect(problems(['A/*', 'Shop/Orders/*', '**/Orders/*', 'B/*'])).toBe(expected);
  });

  test('two calls that reach one service are one error that names both scopes', () => {
    const app = new App();
    const shop = new Shop(app);
    shop.service('Orders');
    shop.service('Cart');
    PostmanInsights.of(app).addToServices({ discovery: true, exclude: ['Shop/Cart/*'] });
    collections(shop, { collectionIds: { '**': COLLECTION_ID } });
    expect(errorsOf(shop)).toBe('[Shop] PostmanLiveCollections.of(Shop):\n'
      + '  - PostmanInsights.of(app) also adds an agent to Shop/Orders/Service. A service takes one agent. List them in `exclude` of one of the two calls.');
    expect(sidecarsBelow(app)).toEqual(['Shop/Cart/Service/PostmanLiveCollection']);
  });

  test('two calls on one scope are the same error, also after a synthesis with one of them', () => {
    const { shop } = shopWith('Orders');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    expect(errorsOf(shop)).toBe('');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    expect(errorsOf(shop)).toBe('[Shop] PostmanInsights.of(Shop):\n'
      + '  - PostmanInsights.of(Shop) also adds an agent to Shop/Orders/Service. A service takes one agent. List them in `exclude` of one of the two calls.');
  });

  test('services in stages below the scope are an error that names the scope to use instead', () => {
    const app = new App();
    new Shop(app).service('Orders');
    for (const id of ['Test', 'Prod']) new Shop(new Stage(app, id, { env: ENV }), 'Shop', {}).service('Orders');
    collections(app as unknown as Shop, { collectionIds: { '**/Orders/*': COLLECTION_ID, 'Prod/**': COLLECTION_ID } });
    expect(errorsOf(app as unknown as Shop)).toBe('[] PostmanLiveCollections.of(app):\n'
      + '  - Stage Test is synthesized on its own, so no agent is added to Test/Shop/Orders/Service. '
      + 'Use PostmanLiveCollections.of(Test) for that stage, or list them in `exclude`.\n'
      + '  - Stage Prod is synthesized on its own, so no agent is added to Prod/Shop/Orders/Service. '
      + 'Use PostmanLiveCollections.of(Prod) for that stage, or list them in `exclude`.');
    expect(sidecarsBelow(app)).toEqual(['Shop/Orders/Service/PostmanLiveCollection']);
  });

  test('an error of a sidecar is in the error of the call, and other services are still looked at', () => {
    const shop = new Shop();
    const shared = shop.taskDefinition(shop, 'Shared');
    shop.service('Orders', shop, shared);
    shop.service('Cart', shop, shared);
    shop.service('Search');
    collections(shop, { collectionIds: { '**/Orders/*': COLLECTION_ID, '**/Cart/*': OTHER_COLLECTION_ID, '**/Search/*': COLLECTION_ID, 'x': COLLECTION_ID } });
    expect(errorsOf(shop)).toBe('[Shop] PostmanLiveCollections.of(Shop):\n'
      + '  - Shop/Cart/Service/PostmanLiveCollection and Shop/Orders/Service/PostmanLiveCollection share the task definition Shop/Shared/Task, '
      + 'which runs one agent, but differ in `collectionId`. Make them equal, or give each a task definition of its own.\n'
      + '  - No service matches "x" of `collectionIds`. A glob matches the whole construct path; '
      + 'the services under Shop are Shop/Orders/Service, Shop/Cart/Service and Shop/Search/Service.');
    expect(sidecarsBelow(shop)).toEqual(['Shop/Orders/Service/PostmanLiveCollection', 'Shop/Search/Service/PostmanLiveCollection']);
  });

  test('the same error is reported by the next synthesis, until it is fixed', () => {
    const { shop, services: [orders] } = shopWith('Orders');
    Tags.of(orders).add('collection', 'orders');
    collections(shop, { collectionIdTag: 'collection' });
    const errors = errorsOf(shop);
    expect(errors).toContain('  - Shop/Orders/Service/PostmanLiveCollection: `collectionId` must be `<owner>-<uuid>`');
    expect(errorsOf(shop)).toBe(errors);
    Tags.of(orders).add('collection', COLLECTION_ID);
    expect(errorsOf(shop)).toBe('');
  });

  test('a construct of the user that has the id of the sidecar stays, and is named', () => {
    const { shop, services: [orders] } = shopWith('Orders');
    const own = new Stage(orders, 'PostmanInsights');
    PostmanInsights.of(shop).addToServices({ discovery: true });
    expect(errorsOf(shop)).toContain('[Shop] PostmanInsights.of(Shop):\n'
      + '  - Shop/Orders/Service: There is already a Construct with name \'PostmanInsights\' in ');
    expect(orders.node.findChild('PostmanInsights')).toBe(own);
  });

  test('a sidecar made by hand is not an error, and can share a task definition only with the same options', () => {
    const shop = new Shop();
    const shared = shop.taskDefinition(shop, 'Shared');
    const orders = shop.service('Orders', shop, shared);
    shop.service('Cart', shop, shared);
    new PostmanInsightsSidecar(shop, 'ByHand', { service: orders, projectId: PROJECT_ID });
    PostmanInsights.of(shop).addToServices({ projectIds: { '**': PROJECT_ID } });
    expect(destinations(shop)).toEqual({ Shared: PROJECT_ID });
  });
});

describe('options that are wrong whatever the services are', () => {
  const TOKEN = new CfnParameter(new Shop(), 'P').valueAsString;
  const GLOBS = 'globs over construct paths that are known at synthesis';
  const UNKNOWN = 'a value that is known only to CloudFormation';

  const ofCollections: readonly (readonly [string, AddLiveCollectionsToServicesOptions, string])[] = [
    ['no ids', {}, 'The agent needs a destination. Set `collectionIds`.'],
    ['empty ids', { collectionIds: {} }, 'The agent needs a destination. Set `collectionIds`.'],
    ['a wrong id', { collectionIds: { '**': 'orders' } },
      '`collectionIds` must be `<owner>-<uuid>`, such as 12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11, got: orders'],
    ['an empty glob', { collectionIds: { '': COLLECTION_ID } }, `\`collectionIds\` must have ${GLOBS} as keys, got: "".`],
    ['a token as glob', { collectionIds: { [TOKEN]: COLLECTION_ID } }, `\`collectionIds\` must have ${GLOBS} as keys, got: ${UNKNOWN}.`],
    ['a token as exclusion', { collectionIdTag: 'x', exclude: [TOKEN] }, `\`exclude\` must be ${GLOBS}, got: ${UNKNOWN}.`],
    ['an empty tag', { collectionIdTag: '' }, '`collectionIdTag` must be the key of a tag, known at synthesis, got: "".'],
    ['a token as tag', { collectionIdTag: TOKEN }, `\`collectionIdTag\` must be the key of a tag, known at synthesis, got: ${UNKNOWN}.`],
    ['an empty exclusion', { collectionIdTag: 'x', exclude: ['a', ''] }, `\`exclude\` must be ${GLOBS}, got: "".`],
    ['a wrong rate', { collectionIdTag: 'x', rateLimitPerMinute: 0 }, '`rateLimitPerMinute` must be a number above zero'],
    ['a wrong field', { collectionIdTag: 'x', apiKeySecretField: 'a:b' }, '`apiKeySecretField` must be the name of a JSON field'],
    ['an option of the other agent', { collectionIdTag: 'x', reproMode: true } as object, '`reproMode` is an option of the Insights agent'],
  ];
  test.each(ofCollections)('%s is an error of the call, which names the scope', (_, options, message) => {
    const { shop } = shopWith('Orders');
    expect(() => PostmanLiveCollections.of(shop).addToServices(options)).toThrow(`PostmanLiveCollections.of(Shop): ${message}`);
    expect(errorsOf(shop)).toBe('');
  });

  const ofInsights: readonly (readonly [string, AddInsightsToServicesOptions, string])[] = [
    ['no destination', {}, 'The agent needs a destination. Set `projectIds`, `workspaceId` with `systemEnvironmentId` or `discovery`.'],
    ['two destinations', { discovery: true, projectIds: { '**': PROJECT_ID } },
      'The agent has one destination, but `projectIds` and `discovery` name more than one.'],
    ['a tag beside discovery', { discovery: true, projectIdTag: 'x' }, 'The agent has one destination, but `projectIdTag` and `discovery` name more than one.'],
    ['half a workspace', { workspaceId: '6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' }, '`workspaceId` needs `systemEnvironmentId`, too'],
    ['a namespace without discovery', { projectIdTag: 'x', discoveryNamespace: 'shop' }, '`discoveryNamespace` has a meaning only with `discovery`.'],
    ['a wrong project', { projectIds: { a: PROJECT_ID, b: 'svc_1' } }, '`projectIds` must be `svc_` and 22 letters and digits, got: svc_1'],
  ];
  test.each(ofInsights)('%s is an error of the call', (_, options, message) => {
    const { shop } = shopWith('Orders');
    expect(() => PostmanInsights.of(shop).addToServices(options)).toThrow(`PostmanInsights.of(Shop): ${message}`);
  });

  test('on an app the error says so', () => {
    expect(() => PostmanInsights.of(new App()).addToServices({})).toThrow('PostmanInsights.of(app): The agent needs a destination.');
  });

  test('in Python the errors have the names of Python', () => {
    const agent = process.env.JSII_AGENT;
    process.env.JSII_AGENT = 'Python/3.12.1';
    try {
      expect(() => PostmanLiveCollections.of(new Shop()).addToServices({})).toThrow('Set `collection_ids`.');
      const { shop } = shopWith('Orders');
      collections(shop, { collectionIdTag: 'postmanCollection' });
      expect(errorsOf(shop)).toContain('add globs that match them to `collection_ids`, set their tag "postmanCollection" or list them in `exclude`.');
    } finally {
      if (agent === undefined) delete process.env.JSII_AGENT;
      else process.env.JSII_AGENT = agent;
    }
  });
});
