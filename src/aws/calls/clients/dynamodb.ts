import { ECSClientConfig } from '@aws-sdk/client-ecs';
import { DOCUMENT, jsonClient, jsonCommand, jsonOperation, TEXT } from './json';

/* Two calls do not need a dependency of their own. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */

const SERVICE = { id: 'DynamoDB', target: 'DynamoDB_20120810', endpoint: 'dynamodb', version: '2012-08-10' };

interface Call { readonly request: { readonly headers: Record<string, string> } }

export function client(configuration: ECSClientConfig) {
  const made = jsonClient(SERVICE, configuration);
  // Its protocol is AWS's JSON 1.0, which differs only in this header.
  made.middlewareStack.add(next => async args => {
    (args as unknown as Call).request.headers['content-type'] = 'application/x-amz-json-1.0';
    return next(args);
  }, { step: 'build', name: 'json10', priority: 'low' });
  return made;
}

const BOOLEAN = 2;

/** By name, as in the SDK's clients. */
export const GetItem$ = jsonOperation(SERVICE, 'GetItem', { TableName: TEXT, Key: DOCUMENT, ConsistentRead: BOOLEAN }, 2, { Item: DOCUMENT });
export const PutItem$ = jsonOperation(SERVICE, 'PutItem', {
  TableName: TEXT, Item: DOCUMENT, ConditionExpression: TEXT, ExpressionAttributeValues: DOCUMENT,
}, 2, {});

const command = jsonCommand(SERVICE);

export const commands = { GetItemCommand: command(GetItem$), PutItemCommand: command(PutItem$) };
