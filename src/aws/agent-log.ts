import { Account } from './account';
import { lastPart } from './arns';
import { clauseOf, isNamed } from './errors';
import { AccountFailure, Interrupted } from './failure';
import { TaskSeen } from './stopped-tasks';
import { LogCause, LogReading, readLog } from '../agent';
import { agentsIn, awsLogsOf, generationIn, JsonObject, nameOf } from '../edit';

/** What the log of a service's agent says, over some of its tasks. */
export interface AgentLog {
  readonly state: LogReading['state'];
  /** The line that says so. */
  readonly line?: string;
  readonly cause?: LogCause;
  /** The task of the line. */
  readonly task?: string;
  /** Why the state is unknown. */
  readonly unknown?: UnknownLog;
}

/**
 * `notInCloudWatch`: no log driver that this program can read. `otherRegion`: the log is in another region. `noTask`: no task runs.
 * `unreadable`: the log could not be read; the detail says why. `silent`: it was read, and says nothing about this yet.
 */
export interface UnknownLog {
  readonly why: 'notInCloudWatch' | 'otherRegion' | 'noTask' | 'unreadable' | 'silent';
  readonly detail?: string;
}

/** The newest tasks are read: the others run the same revision. */
const MOST_TASKS = 3;

/** What an agent prints at its start fits in. */
const HEAD_LINES = 200;
const TAIL_LINES = 100;

/**
 * Reads what the agent in the tasks' newest logs says. Nothing fails if it cannot be read.
 *
 * @param body  the task definition that the tasks run
 * @param tasks running tasks of one service
 */
export async function readAgentLog(account: Account, body: JsonObject, tasks: readonly TaskSeen[]): Promise<AgentLog> {
  const [agent] = agentsIn(body);
  const place = agent && awsLogsOf(agent);
  if (agent === undefined || place === undefined) return unknown('notInCloudWatch');
  if (place.region !== undefined && place.region !== await account.region()) return unknown('otherRegion', place.region);
  const name = nameOf(agent);
  const running = tasks.filter(({ containers = [] }) => containers.some(container => container.name === name && container.lastStatus === 'RUNNING'));
  if (running.length === 0) return unknown('noTask');
  const generation = generationIn(agent)!;
  const newest = [...running].sort((a, b) => startOf(b) - startOf(a)).slice(0, MOST_TASKS).map(({ taskArn }) => lastPart(taskArn));
  const streams = newest.map(task => ({ group: place.group, stream: place.stream(task), task }));
  return combined(await Promise.all(streams.map(async stream => readStream(account, stream, generation))));
}

function startOf({ startedAt }: TaskSeen): number {
  return startedAt?.getTime() ?? 0;
}

function unknown(why: UnknownLog['why'], detail?: string): AgentLog {
  return { state: 'unknown', unknown: { why, ...detail === undefined ? {} : { detail } } };
}

/** One agent that does not capture is a fault. One that was not chosen to capture is not, as long as another captures. */
function combined(readings: readonly AgentLog[]): AgentLog {
  return readings.find(isFault) ?? readings.find(({ state }) => state === 'capturing') ?? readings.find(({ state }) => state === 'notCapturing') ?? readings[0];
}

/** Whether the agent does not capture although it should. */
export function isFault({ state, cause }: AgentLog): boolean {
  return state === 'notCapturing' && cause !== 'notChosen';
}

interface Stream { readonly group: string; readonly stream: string; readonly task: string }

/** The last lines decide. If they do not, the first ones do: an agent that captures may print nothing for hours. */
async function readStream(account: Account, { group, stream, task }: Stream, generation: Parameters<typeof readLog>[1]): Promise<AgentLog> {
  const read = async (startFromHead: boolean, limit: number) => {
    const lines = await linesOf(account, { logGroupName: group, logStreamName: stream, startFromHead, limit });
    return readLog(lines, generation);
  };
  try {
    const tail = await read(false, TAIL_LINES);
    const reading = tail.state === 'unknown' ? await read(true, HEAD_LINES) : tail;
    return reading.state === 'unknown' ? { ...unknown('silent'), task } : { ...reading, task };
  } catch (error) {
    // The stream exists as soon as the container has logged.
    if (isNamed(error, 'ResourceNotFoundException')) return { ...unknown('silent'), task };
    const failure = account.failure(error, 'logs:GetLogEvents');
    if (failure instanceof AccountFailure || failure instanceof Interrupted) throw failure;
    return { ...unknown('unreadable', clauseOf(error, 'logs:GetLogEvents')), task };
  }
}

/** CloudWatch Logs may answer an empty page although there are events further on. */
const MOST_PAGES = 5;

/** The first page of a stream that is not empty. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html */
async function linesOf(account: Account, input: { readonly startFromHead: boolean; readonly [member: string]: unknown }): Promise<string[]> {
  for (let page = 1, nextToken: string | undefined; ; page++) {
    const { events = [], nextForwardToken, nextBackwardToken } = await account.call('logs', 'GetLogEvents', { ...input, nextToken });
    const next = input.startFromHead ? nextForwardToken : nextBackwardToken;
    // The same token again is the end of the stream.
    if (events.length > 0 || next === undefined || next === nextToken || page >= MOST_PAGES) {
      return events.map(({ message = '' }: { readonly message?: string }) => message);
    }
    nextToken = next;
  }
}

/** What is known of a log group that the agent is to use. */
export type LogGroupSeen = { readonly exists: boolean } | { readonly unseen: string };

/** Whether a log group exists, if that can be seen. */
export async function findLogGroup(account: Account, name: string): Promise<LogGroupSeen> {
  const answer = await account.look('logs', 'DescribeLogGroups', { logGroupNamePrefix: name, limit: 50 });
  if ('unseen' in answer) return { unseen: answer.unseen };
  return { exists: (answer.seen.logGroups ?? []).some(({ logGroupName }: { logGroupName?: string }) => logGroupName === name) };
}
