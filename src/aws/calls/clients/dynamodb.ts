import { ECSClientConfig } from '@aws-sdk/client-ecs';
import { DOCUMENT, jsonClient, jsonCommand, jsonOperation, TEXT } from './json';

/* Two calls do not need a dependency of their own. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */

const SERVICE = { id: 'DynamoDB', target: 'DynamoDB_20120810', endpoint: 'dynamodb', version: '2012-08-10', protocol: '1.0' } as const;

export const client = (configuration: ECSClientConfig) => jsonClient(SERVICE, configuration);

const BOOLEAN = 2;

/** By name, as in the SDK's clients. */
export const GetItem$ = jsonOperation(SERVICE, 'GetItem', { TableName: TEXT, Key: DOCUMENT, ConsistentRead: BOOLEAN }, 2, { Item: DOCUMENT });
export const PutItem$ = jsonOperation(SERVICE, 'PutItem', {
  TableName: TEXT, Item: DOCUMENT, ConditionExpression: TEXT, ExpressionAttributeValues: DOCUMENT,
}, 2, {});

const command = jsonCommand(SERVICE);

export const commands = { GetItemCommand: command(GetItem$), PutItemCommand: command(PutItem$) };
