import {
  CloudWatchLogsClient, CloudWatchLogsClientConfig, CreateLogGroupCommand, DescribeLogGroupsCommand, GetLogEventsCommand, PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';

export const client = (configuration: CloudWatchLogsClientConfig) => new CloudWatchLogsClient(configuration);

export const commands = { CreateLogGroupCommand, DescribeLogGroupsCommand, GetLogEventsCommand, PutRetentionPolicyCommand };
