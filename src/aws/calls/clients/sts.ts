import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient, STSClientConfig } from '@aws-sdk/client-sts';

export const client = (configuration: STSClientConfig) => new STSClient(configuration);

export const commands = { AssumeRoleCommand, GetCallerIdentityCommand };
