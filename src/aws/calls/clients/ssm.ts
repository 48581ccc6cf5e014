import { ECSClientConfig } from '@aws-sdk/client-ecs';
import { DOCUMENT, jsonClient, jsonCommand, jsonOperation, NUMBER, TEXT } from './json';

/* One call does not need a dependency of its own. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html */

const SERVICE = { id: 'SSM', target: 'AmazonSSM', endpoint: 'ssm', version: '2014-11-06' };

export const client = (configuration: ECSClientConfig) => jsonClient(SERVICE, configuration);

/** By name, as in the SDK's clients. */
export const DescribeParameters$ = jsonOperation(
  SERVICE, 'DescribeParameters', { ParameterFilters: DOCUMENT, Shared: DOCUMENT, MaxResults: NUMBER, NextToken: TEXT }, 0,
  { Parameters: DOCUMENT, NextToken: TEXT },
);

const command = jsonCommand(SERVICE);

export const commands = { DescribeParametersCommand: command(DescribeParameters$) };
