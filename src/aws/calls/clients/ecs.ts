import {
  CreateServiceCommand, DeleteServiceCommand, DeregisterTaskDefinitionCommand, DescribeCapacityProvidersCommand, DescribeClustersCommand,
  DescribeContainerInstancesCommand, DescribeServiceDeploymentsCommand, DescribeServicesCommand, DescribeTaskDefinitionCommand,
  DescribeTasksCommand, ECSClient,
  ECSClientConfig, ListClustersCommand, ListContainerInstancesCommand, ListServiceDeploymentsCommand, ListServicesCommand, ListTaskDefinitionsCommand,
  ListTasksCommand, RegisterTaskDefinitionCommand, StopServiceDeploymentCommand, UpdateServiceCommand,
} from '@aws-sdk/client-ecs';

/** Loaded at the first call: to load a client takes longer than to show the help may take. */
export const client = (configuration: ECSClientConfig) => new ECSClient(configuration);

export const commands = {
  CreateServiceCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeCapacityProvidersCommand,
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListServiceDeploymentsCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
};
