import { Statement } from './statement';

/**
 * What the handler of an existing service needs to keep its run.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function keepRuns(tableArn: string): Statement[] {
  return [{ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [tableArn] }];
}
