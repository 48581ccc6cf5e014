import { ECSClientConfig } from '@aws-sdk/client-ecs';
import { jsonClient, jsonCommand, jsonOperation, TEXT } from './json';

/* One call does not need a dependency of its own. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */

const SERVICE = { id: 'SFN', target: 'AWSStepFunctions', endpoint: 'states', version: '2016-11-23', protocol: '1.0' } as const;

export const client = (configuration: ECSClientConfig) => jsonClient(SERVICE, configuration);

/** By name, as in the SDK's clients. */
export const StartExecution$ = jsonOperation(SERVICE, 'StartExecution', { stateMachineArn: TEXT, name: TEXT, input: TEXT }, 2, { executionArn: TEXT });

export const commands = { StartExecutionCommand: jsonCommand(SERVICE)(StartExecution$) };
