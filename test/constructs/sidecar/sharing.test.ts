import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { InsightsRegion } from '../../../src';
import {
  agentsIn, COLLECTION_ID, fargate, insights, INSIGHTS, InsightsOptions, KINDS, LIVE_COLLECTION, PROJECT_ID, sidecar, synthesize, variablesOf, warnings,
} from '../../given';

const OTHER_COLLECTION = '12345678-00000000-0f3c-4d0e-9a55-3f1f7f3a1c11';
const OTHER_PROJECT = 'svc_1123456789abcdefABCDEF';

function twoServices() {
  const given = fargate({ service: { serviceName: 'first' } });
  const second = new ecs.FargateService(given.stack, 'Second', {
    cluster: given.cluster, taskDefinition: given.taskDefinition, serviceName: 'second', minHealthyPercent: 100,
  });
  return { ...given, second };
}

describe.each(KINDS)('$construct', kind => {
  describe('services that share a task definition', () => {
    test('two services on one task definition get one agent container, whatever IDs their sidecars have', () => {
      const given = twoServices();
      const first = kind.add(given.service, {}, 'OfFirst');
      const second = kind.add(given.second, {}, 'OfSecond');
      expect(second.container).toBe(first.container);
      expect(second.logGroup).toBe(first.logGroup);
      expect(agentsIn(given.stack)).toHaveLength(1);
      expect(warnings(given.app)).toEqual([]);
    });

    test('two services on one task definition both wait for the execution role\'s policy', () => {
      const given = twoServices();
      kind.add(given.service, {}, 'OfFirst');
      kind.add(given.second, {}, 'OfSecond');
      const template = Template.fromStack(given.stack);
      const policy = Object.keys(template.findResources('AWS::IAM::Policy')).find(id => id.includes('ExecutionRole'))!;
      const services = Object.values<any>(template.findResources('AWS::ECS::Service'));
      expect(services.map(({ DependsOn }) => DependsOn.includes(policy))).toEqual([true, true]);
    });

    test('an agent that runs in two services has the name of neither', () => {
      const given = twoServices();
      kind.add(given.service, {}, 'OfFirst');
      kind.add(given.second, {}, 'OfSecond');
      const names = Object.keys(variablesOf(agentsIn(given.stack)[0]));
      expect(names).toContain('AKITA_ECS_TASK');
      expect(names).not.toContain('AKITA_ECS_SERVICE');
      expect(names).not.toContain('POSTMAN_ECS_SERVICE');
    });

    test.each<[string, object]>([
      ['image', { image: ecs.ContainerImage.fromRegistry('mirror.example.com/agent:1') }],
      ['apiKeySecret', { apiKeySecretField: 'key' }],
      ['logging', { logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'agent' }) }],
    ])('the sidecars of two services on one task definition cannot differ in `%s`', (name, options) => {
      const given = twoServices();
      kind.add(given.service, {}, 'OfFirst');
      expect(() => kind.add(given.second, options, 'OfSecond')).toThrow(new RegExp(`differ in \`${name}\``));
    });

    test('the sidecars of two services on one task definition may have the same options', () => {
      const given = twoServices();
      const options = () => ({ hostAllow: ['api'], image: ecs.ContainerImage.fromRegistry('mirror.example.com/agent:1') });
      kind.add(given.service, options(), 'OfFirst');
      expect(() => kind.add(given.second, options(), 'OfSecond')).not.toThrow();
    });

    test('a warning of the task definition is given once for its services', () => {
      const given = twoServices();
      (given.taskDefinition.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride('Memory', '256');
      kind.add(given.service, {}, 'OfFirst');
      kind.add(given.second, {}, 'OfSecond');
      expect(warnings(given.app)).toEqual(['taskMemoryLow']);
    });

    test('a second service without a sidecar causes a warning, since it also runs the agent', () => {
      const given = twoServices();
      kind.add(given.service);
      expect(warnings(given.app)).toEqual(['sharedTaskDefinition']);
    });

    test('each service on one task definition is judged by its own network', () => {
      const given = twoServices();
      const isolated = new ecs.FargateService(given.stack, 'Third', {
        cluster: given.cluster, taskDefinition: given.taskDefinition, minHealthyPercent: 100, vpcSubnets: { subnets: given.vpc.publicSubnets },
      });
      kind.add(given.service, {}, 'OfFirst');
      kind.add(given.second, {}, 'OfSecond');
      kind.add(isolated, {}, 'OfThird');
      const { errors } = synthesize(given.app);
      expect(errors).toContain('[Stack/OfThird]');
      expect(errors).not.toContain('[Stack/OfFirst]');
    });
  });

  test('a second sidecar for the same service is an error that names the first', () => {
    const given = fargate();
    kind.add(given.service, {}, 'One');
    expect(() => kind.add(given.service, {}, 'Two')).toThrow(/Service Stack\/Service already has the sidecar Stack\/One: a service takes one/);
  });
});

/** A second service with a task definition of its own. */
function another({ stack, cluster }: ReturnType<typeof fargate>): ecs.FargateService {
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'OtherTask', { memoryLimitMiB: 2048 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  return new ecs.FargateService(stack, 'Second', { cluster, taskDefinition, minHealthyPercent: 100 });
}

describe('the destinations of services that share a task definition', () => {
  test('two services on one task definition cannot fill two collections, and the error names what differs', () => {
    const given = twoServices();
    sidecar(given.service, {}, 'OfFirst');
    expect(() => sidecar(given.second, { collectionId: OTHER_COLLECTION, rateLimitPerMinute: 5 }, 'OfSecond'))
      .toThrow(/Stack\/OfSecond and Stack\/OfFirst share the task definition Stack\/TaskDefinition.*differ in .*`collectionId`.*`rateLimitPerMinute`/);
  });

  test.each<[string, InsightsOptions, InsightsOptions]>([
    ['`projectId`', {}, { projectId: OTHER_PROJECT }],
    ['`projectId`, `discovery`', {}, { discovery: true, projectId: undefined }],
    ['`discoveryName`', { discovery: true, projectId: undefined }, { discovery: true, projectId: undefined, discoveryName: 'orders' }],
    ['`dataRegion`', {}, { dataRegion: InsightsRegion.EU }],
    ['`reproMode`', {}, { reproMode: true }],
    ['`environment`', {}, { environment: { POSTMAN_ENV: 'beta' } }],
    ['`readonlyRootFilesystem`', {}, { readonlyRootFilesystem: false }],
  ])('two services on one task definition cannot differ in %s', (names, first, second) => {
    const given = twoServices();
    insights(given.service, { projectId: PROJECT_ID, ...first }, 'OfFirst');
    expect(() => insights(given.second, { projectId: PROJECT_ID, ...second }, 'OfSecond')).toThrow(
      `Stack/OfSecond and Stack/OfFirst share the task definition Stack/TaskDefinition, which runs one agent, but differ in ${names}. `
      + 'Make them equal, or give each a task definition of its own.');
  });

  test('two services of one cluster are discovered under one name', () => {
    const given = twoServices();
    insights(given.service, { discovery: true }, 'OfFirst');
    insights(given.second, { discovery: true }, 'OfSecond');
    expect(warnings(given.app)).toEqual([]);
    expect(variablesOf(agentsIn(given.stack)[0])).toMatchObject({ POSTMAN_INSIGHTS_WORKLOAD_NAME: given.taskDefinition.family });
  });

  test('two services of two clusters cannot be discovered by one agent, whose name has one cluster', () => {
    const given = fargate();
    const { taskDefinition, vpc, stack } = given;
    const elsewhere = new ecs.Cluster(stack, 'Elsewhere', { vpc });
    const second = new ecs.FargateService(stack, 'Second', { cluster: elsewhere, taskDefinition, minHealthyPercent: 100 });
    insights(given.service, { discovery: true }, 'OfFirst');
    expect(() => insights(second, { discovery: true }, 'OfSecond')).toThrow(/differ in the cluster\./);
  });

  test('two services with two task definitions fill two collections', () => {
    const given = fargate();
    sidecar(given.service, {}, 'One');
    sidecar(another(given), { collectionId: OTHER_COLLECTION }, 'Two');
    const collections = agentsIn(given.stack).map(({ EntryPoint }) => EntryPoint[3]);
    expect(collections.sort()).toEqual([OTHER_COLLECTION, COLLECTION_ID].sort());
  });
});

describe('the two agents beside each other', () => {
  test.each([[LIVE_COLLECTION, INSIGHTS], [INSIGHTS, LIVE_COLLECTION]])('one task definition cannot run both agents: $construct first', (first, second) => {
    const given = twoServices();
    first.add(given.service, {}, 'OfFirst');
    const [here, there] = [second, first].map(({ title }) => title);
    expect(() => second.add(given.second, {}, 'OfSecond')).toThrow(
      'Stack/OfSecond and Stack/OfFirst share the task definition Stack/TaskDefinition, which runs one agent, '
      + `but one runs the ${here}, the other the ${there}. Use the same agent for both, or give each a task definition of its own.`);
    expect(agentsIn(given.stack).map(({ Name }) => Name)).toEqual([first.containerName]);
  });

  test.each([[LIVE_COLLECTION, INSIGHTS], [INSIGHTS, LIVE_COLLECTION]])('one service cannot have both sidecars: $construct first', (first, second) => {
    const given = fargate();
    first.add(given.service, {}, 'One');
    expect(() => second.add(given.service, {}, 'Two')).toThrow(
      'Service Stack/Service already has the sidecar Stack/One: a service takes one. Remove one of the two, or give each its own service.');
  });

  test('two services of one stack may run one agent each', () => {
    const given = fargate();
    LIVE_COLLECTION.add(given.service);
    INSIGHTS.add(another(given));
    expect(warnings(given.app)).toEqual([]);
    expect(agentsIn(given.stack).map(({ Name }) => Name).sort()).toEqual([INSIGHTS.containerName, LIVE_COLLECTION.containerName]);
  });
});
