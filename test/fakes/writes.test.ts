import {
  CreateCapacityProviderCommand, CreateClusterCommand, CreateServiceCommand, CreateServiceCommandInput, DeleteCapacityProviderCommand, DeleteClusterCommand,
  DeleteServiceCommand, DescribeCapacityProvidersCommand, DescribeClustersCommand, DescribeServiceDeploymentsCommand, DescribeServicesCommand, ECSClient,
  ListClustersCommand, ListServiceDeploymentsCommand, PutClusterCapacityProvidersCommand, Service, UpdateClusterCommand,
} from '@aws-sdk/client-ecs';
import { ecsClient, withFakeAws } from './clients';
import { essentialExited, FakeAws, taskDefinitionBody, tasksFail } from './index';

const SERVICE: CreateServiceCommandInput = { serviceName: 'web', taskDefinition: 'web', desiredCount: 2, launchType: 'FARGATE' };

/** Runs a test in an account with the default cluster and a task definition. */
const inCluster = (test: (aws: FakeAws, ecs: ECSClient) => Promise<void>) => withFakeAws(async aws => {
  aws.ecs.addCluster();
  aws.ecs.registerTaskDefinition(taskDefinitionBody('web'));
  await test(aws, ecsClient(aws));
});

async function create(ecs: ECSClient, members: Partial<CreateServiceCommandInput> = {}): Promise<Service> {
  return (await ecs.send(new CreateServiceCommand({ ...SERVICE, ...members }))).service!;
}

async function read(ecs: ECSClient): Promise<Service> {
  return (await ecs.send(new DescribeServicesCommand({ services: ['web'], include: ['TAGS'] }))).services![0];
}

describe('CreateService', () => {
  test('a new service runs its tasks after a first rollout, which takes time', inCluster(async (aws, ecs) => {
    const created = await create(ecs);
    expect(created).toMatchObject({ status: 'ACTIVE', runningCount: 0, pendingCount: 2, deployments: [{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }] });
    aws.advance(300);
    expect(await read(ecs)).toMatchObject({ runningCount: 2, pendingCount: 0, deployments: [{ id: created.deployments![0].id, rolloutState: 'COMPLETED' }] });
  }));

  test('a service is returned with its members, its tags and the defaults that AWS adds', inCluster(async (_aws, ecs) => {
    await create(ecs, { tags: [{ key: 'team', value: 'a' }], propagateTags: 'SERVICE', deploymentConfiguration: { maximumPercent: 150 } });
    expect(await read(ecs)).toMatchObject({
      launchType: 'FARGATE', platformVersion: 'LATEST', platformFamily: 'Linux', propagateTags: 'SERVICE', tags: [{ key: 'team', value: 'a' }],
      deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 100, deploymentCircuitBreaker: { enable: false, rollback: false } },
    });
  }));

  test.each<[string, Partial<CreateServiceCommandInput>, object, object]>([
    ['nothing is set', {}, {}, { launchType: 'EC2' }],
    ['the request has a strategy', { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] }, {},
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }], platformVersion: 'LATEST' }],
    ['the cluster has a strategy', {}, { defaultCapacityProviderStrategy: [{ capacityProvider: 'instances' }] },
      { capacityProviderStrategy: [{ capacityProvider: 'instances' }] }],
  ])('what runs the tasks if %s', (_name, members, ofCluster, expected) => withFakeAws(async aws => {
    aws.ecs.addCluster('default', { members: { ...ofCluster } });
    aws.ecs.registerTaskDefinition(taskDefinitionBody('web'));
    expect(await create(ecsClient(aws), { launchType: undefined, ...members })).toMatchObject(expected);
  })());

  test('the first rollout of a service has nothing to roll back to', inCluster(async (aws, ecs) => {
    aws.ecs.state.outcomeOf = () => tasksFail(essentialExited('web', 1));
    await create(ecs, { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } });
    aws.advance(1000);
    expect((await read(ecs)).deployments).toMatchObject([{ rolloutState: 'FAILED', failedTasks: 3 }]);
    const { serviceDeployments } = await ecs.send(new ListServiceDeploymentsCommand({ service: 'web' }));
    const described = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [serviceDeployments![0].serviceDeploymentArn!] }));
    expect(described.serviceDeployments).toMatchObject([{ status: 'ROLLBACK_FAILED', statusReason: 'No rollback candidate was found to run the rollback.' }]);
  }));

  test.each<[string, Partial<CreateServiceCommandInput>, string]>([
    ['with the name of one that runs', {}, 'InvalidParameterException'],
    ['in a cluster that is missing', { cluster: 'other' }, 'ClusterNotFoundException'],
    ['with a task definition that is missing', { serviceName: 'new', taskDefinition: 'other' }, 'ClientException'],
    ['with tags of AWS', { serviceName: 'new', tags: [{ key: 'aws:x', value: '' }] }, 'InvalidParameterException'],
  ])('no service is created %s', (_name, members, code) => inCluster(async (_aws, ecs) => {
    await create(ecs);
    await expect(create(ecs, members)).rejects.toMatchObject({ name: code });
  })());
});

describe('DeleteService', () => {
  test('a service drains and is then inactive, and its name is free again', inCluster(async (aws, ecs) => {
    await create(ecs);
    await expect(ecs.send(new DeleteServiceCommand({ service: 'web' }))).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const { service } = await ecs.send(new DeleteServiceCommand({ service: 'web', force: true }));
    expect(service).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
    await expect(create(ecs)).rejects.toThrow('Unable to Start a service that is still Draining.');
    aws.advance(300);
    expect(await read(ecs)).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
    expect(await create(ecs)).toMatchObject({ status: 'ACTIVE' });
  }));
});

describe('clusters', () => {
  test('a cluster is created once, changed in place and deleted when no service is active', withFakeAws(async aws => {
    const ecs = ecsClient(aws);
    const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: 'c', tags: [{ key: 'team', value: 'a' }] }));
    expect(await ecs.send(new CreateClusterCommand({ clusterName: 'c' }))).toMatchObject({ cluster: { tags: [{ key: 'team', value: 'a' }] } });
    await ecs.send(new UpdateClusterCommand({ cluster: 'c', settings: [{ name: 'containerInsights', value: 'enabled' }] }));
    const strategy = [{ capacityProvider: 'FARGATE', weight: 1 }];
    await ecs.send(new PutClusterCapacityProvidersCommand({ cluster: 'c', capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy: strategy }));
    const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ['c'] }));
    expect(clusters).toMatchObject([{ settings: [{ value: 'enabled' }], capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy: strategy }]);

    aws.ecs.addService('web', { cluster: 'c' });
    await expect(ecs.send(new DeleteClusterCommand({ cluster: 'c' }))).rejects.toMatchObject({ name: 'ClusterContainsServicesException' });
    await ecs.send(new DeleteServiceCommand({ cluster: cluster!.clusterArn, service: 'web', force: true }));
    await ecs.send(new DeleteClusterCommand({ cluster: 'c' }));
    expect((await ecs.send(new ListClustersCommand())).clusterArns).toEqual([]);
  }));

  test('a capacity provider is created once, described and deleted', withFakeAws(async aws => {
    const ecs = ecsClient(aws);
    const provider = { name: 'instances', autoScalingGroupProvider: { autoScalingGroupArn: 'arn' } };
    await ecs.send(new CreateCapacityProviderCommand(provider));
    await expect(ecs.send(new CreateCapacityProviderCommand(provider))).rejects.toMatchObject({ name: 'ClientException' });
    const describe = async () => (await ecs.send(new DescribeCapacityProvidersCommand({ capacityProviders: ['instances'] }))).capacityProviders;
    expect(await describe()).toMatchObject([{ ...provider, status: 'ACTIVE' }]);
    await ecs.send(new DeleteCapacityProviderCommand({ capacityProvider: 'instances' }));
    expect(await describe()).toEqual([]);
  }));
});
