import {
  DescribeCapacityProvidersCommand, DescribeContainerInstancesCommand, DescribeServiceDeploymentsCommand, DescribeServicesCommand,
  DescribeTaskDefinitionCommand, DescribeTasksCommand, ECSClient, ECSClientConfig, ListClustersCommand, ListContainerInstancesCommand,
  ListServiceDeploymentsCommand, ListServicesCommand, ListTasksCommand, RegisterTaskDefinitionCommand, StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';

/** Loaded when it is first called, since a client takes longer to load than `--help` may take. */
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
