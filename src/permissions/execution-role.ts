import { Statement } from './statement';

/** A log group and where it is. */
export interface LogGroupPlace {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

/** The ARN of a log group as policies name it, with its streams. */
export function logGroupArn({ partition, region, account, name }: LogGroupPlace): string {
  return `arn:${partition}:logs:${region}:${account}:log-group:${name}:*`;
}

/** What a task's execution role needs to write the log of a container with the driver awslogs. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html */
export function writeLog(place: LogGroupPlace): Statement {
  return { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroupArn(place)] };
}

/**
 * What a task's execution role needs to pull an image: nothing unless it is in a private repository of ECR.
 *
 * @param image as the task definition has it
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
export function pullImage(image: string, partition: string): Statement[] {
  const [, account, region, repository] = /^([^{}]+|\$\{[\w:]+\})\.dkr\.ecr\.([^.{}]+|\$\{[\w:]+\})\.[^/]+\/([^:@]+)/.exec(image) ?? [];
  if (!/\.dkr\.ecr\./.test(image)) return [];
  return [
    { actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
    {
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      resources: [repository === undefined ? '<ARN of the image\'s repository>' : `arn:${partition}:ecr:${region}:${account}:repository/${repository}`],
    },
  ];
}
