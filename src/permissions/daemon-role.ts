import { ApiKeySource, readApiKey } from './api-key';
import { LogGroupPlace, pullImage, writeLog } from './execution-role';
import { policyDocument, Statement } from './statement';

/** What the execution role of a daemon needs: the one secret, the one log group, and the image if it is private. */
export function daemonRoleStatements(secret: ApiKeySource | undefined, log: LogGroupPlace, image: string): Statement[] {
  return [...secret === undefined ? [] : readApiKey(secret), writeLog(log), ...pullImage(image, log.partition)];
}

/** Only ECS gives the role to tasks. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
export function tasksTrust(): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
}

/** The document of its inline policy. The same needs always give the same text. */
export function daemonRoleDocument(statements: readonly Statement[]): string {
  return JSON.stringify(policyDocument(statements));
}
