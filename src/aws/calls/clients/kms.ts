import { ECSClientConfig } from '@aws-sdk/client-ecs';
import { DOCUMENT, jsonClient, jsonCommand, jsonOperation, TEXT } from './json';

/* One call does not need a dependency of its own. https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */

const SERVICE = { id: 'KMS', target: 'TrentService', endpoint: 'kms', version: '2014-11-01' };

export const client = (configuration: ECSClientConfig) => jsonClient(SERVICE, configuration);

/** By name, as in the SDK's clients. */
export const DescribeKey$ = jsonOperation(SERVICE, 'DescribeKey', { KeyId: TEXT }, 1, { KeyMetadata: DOCUMENT });

const command = jsonCommand(SERVICE);

export const commands = { DescribeKeyCommand: command(DescribeKey$) };
