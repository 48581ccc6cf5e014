import {
  CreateSecretCommand, DescribeSecretCommand, GetResourcePolicyCommand, GetSecretValueCommand, ListSecretVersionIdsCommand, PutSecretValueCommand,
  SecretsManagerClient, SecretsManagerClientConfig, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

export const client = (configuration: SecretsManagerClientConfig) => new SecretsManagerClient(configuration);

export const commands = {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
};
