import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client, ElasticLoadBalancingV2ClientConfig } from '@aws-sdk/client-elastic-load-balancing-v2';

export const client = (configuration: ElasticLoadBalancingV2ClientConfig) => new ElasticLoadBalancingV2Client(configuration);

export const commands = { DescribeTargetGroupsCommand };
