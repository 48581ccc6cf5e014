import { Statement } from './statement';

/**
 * What the function needs that starts new tasks after the key has changed. To start new tasks of a service as it is needs no `iam:PassRole`: no role of
 * it is changed.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 * @param services ARNs
 */
export function startTasks(services: readonly string[]): Statement {
  return { actions: ['ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:UpdateService'], resources: services };
}

/**
 * What Lambda needs to take the messages of a queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function takeMessages(queueArn: string): Statement {
  return { actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], resources: [queueArn] };
}
