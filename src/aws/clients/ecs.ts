import {
  DescribeCapacityProvidersCommand, DescribeContainerInstancesCommand, DescribeServiceDeploymentsCommand, DescribeServicesCommand,
  DescribeTaskDefinitionCommand, DescribeTasksCommand, ECSClient, ECSClientConfig, ListClustersCommand, ListContainerInstancesCommand,
  ListServiceDeploymentsCommand, ListServicesCommand, ListTasksCommand, RegisterTaskDefinitionCommand, StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';

/** Loaded at the first call: to load a client takes longer than `--help` may take. */
export const client = (configuration: ECSClientConfig) => new ECSClient(configuration);

export const commands = {
  DescribeCapacityProvidersCommand,
  DescribeContainerInstancesCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
};
