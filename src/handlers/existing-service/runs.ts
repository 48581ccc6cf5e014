import { randomUUID } from 'node:crypto';
import { Outputs } from './event';
import { Account, Failure, isNamed, ServiceRun } from '../../aws';

/** What one service gets from its resource, and how far it is. */
export interface Kept {
  /** The request of CloudFormation that is carried out. */
  readonly request: string;
  /** Requests before it: a late delivery of one of them must do nothing. */
  readonly earlier: readonly string[];
  /** In milliseconds since 1970. */
  readonly begun: number;
  /** Whether this resource has given the service the agent, or may have done so. */
  readonly isAttached: boolean;
  /** The same before the request. */
  readonly wasAttached?: boolean;
  /** What the last request was that has ended well, if the service has the agent by it: a digest of its properties, and its attributes. */
  readonly settled?: { readonly properties: string; readonly outputs: Outputs };
  /** Undefined while the rollout of others is waited for. */
  readonly run?: ServiceRun;
  /** How long rollouts of the service wait on purpose, in milliseconds. */
  readonly bakeMs?: number;
  /** Steps that have failed one after the other, and might succeed if they are repeated. */
  readonly failures?: number;
  readonly egress?: Pick<Outputs, 'EgressVerdict' | 'EgressEvidence'>;
  /** The request has ended: well if there is no reason. */
  readonly end?: { readonly reason?: string };
  /** Until when, in milliseconds since 1970, a process makes a step. Another one must not. */
  readonly busyUntil?: number;
}

/** The state of a service with what its next state must come after. */
export interface Read {
  readonly kept?: Kept;
  readonly version: number;
}

/** Runs outside of events, in a table of DynamoDB: an item for each service. Of two processes that write after the same state, one succeeds. */
export class RunsTable {
  constructor(private readonly account: Account, private readonly name: string) {}

  public async read(serviceArn: string): Promise<Read> {
    const { kept, version } = await this.item(serviceArn);
    return { kept, version };
  }

  /**
   * @param after the version of the state that was read before
   * @returns the version of the new state; undefined if another process has written since then
   */
  public async write(serviceArn: string, kept: Kept, after: number): Promise<number | undefined> {
    const [version, writer] = [after + 1, randomUUID()];
    try {
      await this.account.call('dynamodb', 'PutItem', {
        TableName: this.name,
        Item: { service: { S: serviceArn }, version: { N: String(version) }, writer: { S: writer }, run: { S: JSON.stringify(kept) } },
        ...after === 0 ? { ConditionExpression: 'attribute_not_exists(version)' }
          : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': { N: String(after) } } },
      });
      return version;
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw this.failure(error, 'PutItem');
      // An answer that was lost on its way: the call was repeated, and met what it had written.
      return (await this.item(serviceArn)).writer === writer ? version : undefined;
    }
  }

  private async item(serviceArn: string): Promise<Read & { readonly writer?: string }> {
    try {
      const { Item: item } = await this.account.call('dynamodb', 'GetItem', { TableName: this.name, Key: { service: { S: serviceArn } }, ConsistentRead: true });
      if (item === undefined) return { version: 0 };
      return { kept: JSON.parse(item.run.S) as Kept, version: Number(item.version.N), writer: item.writer.S };
    } catch (error) {
      throw this.failure(error, 'GetItem');
    }
  }

  private failure(error: unknown, action: string): Failure {
    return this.account.failure(error, `dynamodb:${action}`, { subject: `table ${this.name}` });
  }
}
