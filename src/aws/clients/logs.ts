import { CloudWatchLogsClient, CloudWatchLogsClientConfig, DescribeLogGroupsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';

export const client = (configuration: CloudWatchLogsClientConfig) => new CloudWatchLogsClient(configuration);

export const commands = { DescribeLogGroupsCommand, GetLogEventsCommand };
