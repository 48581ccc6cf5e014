import { changeIn } from './message';
import { Account, rotateTasks } from '../../aws';

/** The members of a message of Amazon SQS that are read. */
export interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** The messages that the queue delivers again later. */
export interface QueueAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Starts new tasks of the service in each message. A message goes back to the queue until a deployment that began after the change has completed. The queue
 * gives it to the dead letters if that takes too long.
 *
 * @param log a line of the function's log
 * @throws Error if a service cannot be read or updated. The queue delivers the message again then, too, and Lambda counts the error
 */
export async function rotate({ Records }: QueueEvent, account: Account, log: (line: object) => void): Promise<QueueAnswer> {
  const later: string[] = [];
  for (const { messageId, body } of Records) {
    const { service, cluster, source, changedAt, changedAtMs } = changeIn(body);
    const rotation = await rotateTasks(account, cluster, service, changedAtMs);
    log({ service, source, changedAt, ...rotation });
    if (rotation.state !== 'done' && rotation.state !== 'refused') later.push(messageId);
  }
  return { batchItemFailures: later.map(itemIdentifier => ({ itemIdentifier })) };
}
