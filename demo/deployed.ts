import {
  DescribeContainerInstancesCommand, DescribeServicesCommand, DescribeTaskDefinitionCommand, DescribeTasksCommand, ECSClient, ListClustersCommand,
  ListServicesCommand, ListTasksCommand, RegisterContainerInstanceCommand, Service, TaskDefinition,
} from '@aws-sdk/client-ecs';
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LocalAws } from './local-aws';

/** The default secret of the sidecar. */
export const SECRET_NAME = 'postman/api-key';

/** A deployed service, read through the ECS and IAM APIs. */
export interface Deployed {
  readonly service: Service;
  readonly taskDefinition: TaskDefinition;
  /** Statements of the execution role's inline policies. */
  readonly grants: readonly Grant[];
}

export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

function clientsOf({ endpoint, environment }: LocalAws) {
  const configuration = {
    endpoint,
    region: environment.AWS_REGION!,
    credentials: { accessKeyId: environment.AWS_ACCESS_KEY_ID!, secretAccessKey: environment.AWS_SECRET_ACCESS_KEY! },
  };
  return { ecs: new ECSClient(configuration), iam: new IAMClient(configuration), secrets: new SecretsManagerClient(configuration) };
}

/** The secret that the example uses, without a real key: nothing in a local AWS calls Postman. */
export async function createSecret(aws: LocalAws): Promise<string> {
  const { ARN } = await clientsOf(aws).secrets.send(new CreateSecretCommand({ Name: SECRET_NAME, SecretString: 'not-a-key' }));
  return ARN!;
}

/** Reads the service that the deployment created, or the one of several whose name has a part. */
export async function readBack(aws: LocalAws, clusterHint: string, serviceHint = ''): Promise<Deployed> {
  const { ecs, iam } = clientsOf(aws);
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  const cluster = clusterArns.find(arn => arn.includes(clusterHint));
  if (cluster === undefined) throw new Error(`No cluster of ${clusterHint} in: ${clusterArns.join(', ') || 'none'}.`);
  const { serviceArns } = await ecs.send(new ListServicesCommand({ cluster }));
  const { services: all = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
  const services = all.filter(({ serviceName }) => serviceName!.includes(serviceHint));
  if (services.length !== 1) throw new Error(`Cluster ${cluster} must have one service, got: ${services.length}.`);
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: services[0].taskDefinition }));
  return { service: services[0], taskDefinition: taskDefinition!, grants: await grantsOf(iam, taskDefinition!.executionRoleArn!) };
}

/** The names of the containers that a service runs, with the revision of its task definition. */
export async function containersOf(
  aws: LocalAws, cluster: string, service: string,
): Promise<{ readonly containers: readonly string[]; readonly revision: string }> {
  const { ecs } = clientsOf(aws);
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: services[0].taskDefinition }));
  return { containers: taskDefinition!.containerDefinitions!.map(({ name }) => name!), revision: `${taskDefinition!.family}:${taskDefinition!.revision}` };
}

/** Has an instance join a cluster, as the ECS agent on it would. */
export async function joinInstance(aws: LocalAws, cluster: string, instanceId: string): Promise<void> {
  await clientsOf(aws).ecs.send(new RegisterContainerInstanceCommand({ cluster, instanceIdentityDocument: JSON.stringify({ instanceId }) }));
}

/** The instances on which tasks of a service run, one for each task. */
export async function instancesOfTasks(aws: LocalAws, { clusterArn: cluster, serviceName }: Service): Promise<(string | undefined)[]> {
  const { ecs } = clientsOf(aws);
  const { taskArns: tasks = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName }));
  if (tasks.length === 0) return [];
  const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks }));
  const containerInstances = described.tasks!.flatMap(({ containerInstanceArn }) => containerInstanceArn ?? []);
  const { containerInstances: instances = [] } = await ecs.send(
    new DescribeContainerInstancesCommand({ cluster, containerInstances: [...new Set(containerInstances)] }));
  return containerInstances.map(arn => instances.find(({ containerInstanceArn }) => containerInstanceArn === arn)?.ec2InstanceId);
}

async function grantsOf(iam: IAMClient, roleArn: string): Promise<Grant[]> {
  const RoleName = roleArn.split('/').pop()!;
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const documents = await Promise.all(PolicyNames.map(async PolicyName => {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return JSON.parse(decodeURIComponent(PolicyDocument!));
  }));
  return documents.flatMap(document => document.Statement)
    .map(({ Action, Resource }) => ({ actions: [Action].flat(), resources: [Resource].flat() }));
}
