import {
  CreateSecretCommand, DescribeSecretCommand, GetResourcePolicyCommand, PutSecretValueCommand, SecretsManagerClient, SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';

export const client = (configuration: SecretsManagerClientConfig) => new SecretsManagerClient(configuration);

export const commands = { CreateSecretCommand, DescribeSecretCommand, GetResourcePolicyCommand, PutSecretValueCommand };
