import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { COLLECTION_ID, fargate, sidecar, synthesize, warnings } from '../../given';

const OTHER_COLLECTION = '12345678-00000000-0f3c-4d0e-9a55-3f1f7f3a1c11';

function twoServices() {
  const given = fargate({ service: { serviceName: 'first' } });
  const second = new ecs.FargateService(given.stack, 'Second', {
    cluster: given.cluster, taskDefinition: given.taskDefinition, serviceName: 'second', minHealthyPercent: 100,
  });
  return { ...given, second };
}

function agents({ stack }: ReturnType<typeof twoServices>): any[] {
  return Object.values<any>(Template.fromStack(stack).findResources('AWS::ECS::TaskDefinition'))
    .flatMap(({ Properties }) => Properties.ContainerDefinitions)
    .filter(({ Name }) => Name === 'postman-lc-agent');
}

describe('services that share a task definition', () => {
  test('two services on one task definition get one agent container, whatever IDs their sidecars have', () => {
    const given = twoServices();
    const first = sidecar(given.service, {}, 'LcaOfFirst');
    const second = sidecar(given.second, {}, 'LcaOfSecond');
    expect(second.container).toBe(first.container);
    expect(second.logGroup).toBe(first.logGroup);
    expect(agents(given)).toHaveLength(1);
    expect(warnings(given.app)).toEqual([]);
  });

  test('two services on one task definition both wait for the execution role\'s policy', () => {
    const given = twoServices();
    sidecar(given.service, {}, 'LcaOfFirst');
    sidecar(given.second, {}, 'LcaOfSecond');
    const template = Template.fromStack(given.stack);
    const policy = Object.keys(template.findResources('AWS::IAM::Policy')).find(id => id.includes('ExecutionRole'))!;
    const services = Object.values<any>(template.findResources('AWS::ECS::Service'));
    expect(services.map(({ DependsOn }) => DependsOn.includes(policy))).toEqual([true, true]);
  });

  test('an agent that runs in two services has the name of neither', () => {
    const given = twoServices();
    sidecar(given.service, {}, 'LcaOfFirst');
    sidecar(given.second, {}, 'LcaOfSecond');
    const names = agents(given)[0].Environment.map(({ Name }: any) => Name);
    expect(names).toContain('AKITA_ECS_TASK');
    expect(names).not.toContain('AKITA_ECS_SERVICE');
    expect(names).not.toContain('POSTMAN_ECS_SERVICE');
  });

  test('two services on one task definition cannot fill two collections, and the error names what differs', () => {
    const given = twoServices();
    sidecar(given.service, {}, 'LcaOfFirst');
    expect(() => sidecar(given.second, { collectionId: OTHER_COLLECTION, rateLimitPerMinute: 5 }, 'LcaOfSecond'))
      .toThrow(/Stack\/LcaOfSecond and Stack\/LcaOfFirst share the task definition Stack\/TaskDefinition.*differ in .*`collectionId`.*`rateLimitPerMinute`/);
  });

  test.each<[string, object]>([
    ['image', { image: ecs.ContainerImage.fromRegistry('mirror.example.com/postman-lc-agent:1') }],
    ['apiKeySecret', { apiKeySecretField: 'key' }],
    ['logging', { logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'agent' }) }],
  ])('the sidecars of two services on one task definition cannot differ in `%s`', (name, options) => {
    const given = twoServices();
    sidecar(given.service, {}, 'LcaOfFirst');
    expect(() => sidecar(given.second, options, 'LcaOfSecond')).toThrow(new RegExp(`differ in \`${name}\``));
  });

  test('the sidecars of two services on one task definition may have the same options', () => {
    const given = twoServices();
    const options = () => ({ hostAllow: ['api'], image: ecs.ContainerImage.fromRegistry('mirror.example.com/postman-lc-agent:1') });
    sidecar(given.service, options(), 'LcaOfFirst');
    expect(() => sidecar(given.second, options(), 'LcaOfSecond')).not.toThrow();
  });

  test('a warning of the task definition is given once for its services', () => {
    const given = twoServices();
    (given.taskDefinition.node.defaultChild as ecs.CfnTaskDefinition).addPropertyOverride('Memory', '512');
    sidecar(given.service, {}, 'LcaOfFirst');
    sidecar(given.second, {}, 'LcaOfSecond');
    expect(warnings(given.app)).toEqual(['taskMemoryLow']);
  });

  test('a second service without a sidecar causes a warning, since it also runs the agent', () => {
    const given = twoServices();
    sidecar(given.service);
    expect(warnings(given.app)).toEqual(['sharedTaskDefinition']);
  });

  test('each service on one task definition is judged by its own network', () => {
    const given = twoServices();
    const isolated = new ecs.FargateService(given.stack, 'Third', {
      cluster: given.cluster, taskDefinition: given.taskDefinition, minHealthyPercent: 100, vpcSubnets: { subnets: given.vpc.publicSubnets },
    });
    sidecar(given.service, {}, 'LcaOfFirst');
    sidecar(given.second, {}, 'LcaOfSecond');
    sidecar(isolated, {}, 'LcaOfThird');
    const { errors } = synthesize(given.app);
    expect(errors).toContain('[Stack/LcaOfThird]');
    expect(errors).not.toContain('[Stack/LcaOfFirst]');
  });
});

test('a second sidecar for the same service is an error that names the first', () => {
  const given = fargate();
  sidecar(given.service, {}, 'One');
  expect(() => sidecar(given.service, {}, 'Two')).toThrow(/Service Stack\/Service already has the sidecar Stack\/One: a service takes one/);
});

test('two services with two task definitions fill two collections', () => {
  const given = fargate();
  const other = new ecs.FargateTaskDefinition(given.stack, 'OtherTask', { memoryLimitMiB: 2048 });
  other.addContainer('web', { image: ecs.ContainerImage.fromRegistry('nginx') });
  const second = new ecs.FargateService(given.stack, 'Second', { cluster: given.cluster, taskDefinition: other, minHealthyPercent: 100 });
  sidecar(given.service, {}, 'One');
  sidecar(second, { collectionId: OTHER_COLLECTION }, 'Two');
  const collections = agents({ ...given, second }).map(({ EntryPoint }) => EntryPoint[3]);
  expect(collections.sort()).toEqual([OTHER_COLLECTION, COLLECTION_ID].sort());
});
