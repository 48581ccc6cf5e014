import { TaskSeen } from './tasks';
import { hasStart, LogCause, LogReading, readLog } from '../../agent';
import { agentsIn, awsLogsOf, generationIn, isObject, JsonObject, nameOf } from '../../edit';
import { Account } from '../calls/account';
import { lastPart } from '../calls/arns';
import { clauseOf, isNamed } from '../calls/errors';
import { Interrupted } from '../calls/failure';

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
 * `noLog`: no log driver. `notInCloudWatch`: one whose log this program cannot read. `otherRegion`: the log is in another region. `noTask`: no task runs.
 * `unreadable`: the log could not be read; the detail says why. `silent`: it was read, and says nothing about this yet.
 */
export interface UnknownLog {
  readonly why: 'noLog' | 'notInCloudWatch' | 'otherRegion' | 'noTask' | 'unreadable' | 'silent';
  readonly detail?: string;
}

/** The newest tasks of a service are read: the others run the same revision. */
const MOST_TASKS = 3;

/** Streams that one run reads, about: CloudWatch Logs answers few such calls a second. */
const STREAMS_A_RUN = 30;

/** Of how many tasks the log is read in a run over so many services. */
export function tasksToRead(services: number): number {
  return Math.min(MOST_TASKS, Math.max(1, Math.floor(STREAMS_A_RUN / services)));
}

/** What an agent prints at its start fits in. */
const HEAD_LINES = 200;
const TAIL_LINES = 100;

/**
 * Reads what the agent in the tasks' newest logs says. Nothing fails if it cannot be read.
 *
 * @param body  the task definition that the tasks run
 * @param tasks running tasks of one service
 * @param most  of how many tasks the log is read
 * @throws Interrupted
 */
export async function readAgentLog(account: Account, body: JsonObject, tasks: readonly TaskSeen[], most = MOST_TASKS): Promise<AgentLog> {
  const [agent] = agentsIn(body);
  if (!isObject(agent?.logConfiguration)) return unknown('noLog');
  const place = awsLogsOf(agent);
  if (place === undefined) return unknown('notInCloudWatch');
  if (place.region !== undefined && place.region !== await account.region()) return unknown('otherRegion', place.region);
  const name = nameOf(agent);
  const generation = generationIn(agent)!;
  const streams = tasks.flatMap<Stream>(({ taskArn, startedAt, containers = [] }) => {
    const status = containers.find(container => container.name === name)?.lastStatus;
    if (status !== 'RUNNING' && status !== 'STOPPED') return [];
    const task = lastPart(taskArn);
    return [{ group: place.group, stream: place.stream(task), task, hasEnded: status === 'STOPPED', startedAt: startedAt?.getTime() ?? 0 }];
  });
  if (streams.length === 0) return unknown('noTask');
  const first = streams.sort((a, b) => Number(b.hasEnded) - Number(a.hasEnded) || b.startedAt - a.startedAt).slice(0, most);
  return combined(await Promise.all(first.map(async stream => readStream(account, stream, generation))));
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

/** The log of an agent in one task. */
interface Stream {
  readonly group: string;
  readonly stream: string;
  readonly task: string;
  /** Whether the container has ended in a task that runs. */
  readonly hasEnded: boolean;
  /** Milliseconds. */
  readonly startedAt: number;
}

async function readStream(account: Account, stream: Stream, generation: Parameters<typeof readLog>[1]): Promise<AgentLog> {
  const { task, hasEnded } = stream;
  try {
    const reading = await readEnds(account, stream, generation);
    if (reading.state === 'capturing' && hasEnded) return { state: 'notCapturing', cause: 'stopped', task };
    return reading.state === 'unknown' ? { ...unknown('silent'), task } : { ...reading, task };
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    // The stream exists as soon as the container has logged.
    if (isNamed(error, 'ResourceNotFoundException')) return { ...unknown('silent'), task };
    return { ...unknown('unreadable', clauseOf(error, 'logs:GetLogEvents')), task };
  }
}

/** The last lines decide. If they do not, the first ones do: an agent that captures may print nothing for hours. */
async function readEnds(account: Account, { group, stream }: Stream, generation: Parameters<typeof readLog>[1]): Promise<LogReading> {
  const of = { logGroupName: group, logStreamName: stream };
  const tail = await linesOf(account, { ...of, startFromHead: false, limit: TAIL_LINES });
  const reading = readLog(tail, generation);
  // Before the start of a run are only the lines of earlier ones.
  if (reading.state !== 'unknown' || tail.length === 0 || hasStart(tail)) return reading;
  return readLog(await linesOf(account, { ...of, startFromHead: true, limit: HEAD_LINES }), generation);
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
      // Before a line is cut: of half a key, the rest would be shown.
      return events.map(({ message = '' }: { readonly message?: string }) => account.hidden.without(message));
    }
    nextToken = next;
  }
}

/** What is known of a log group that the agent is to use. `isBare`: it is empty, and nothing says how long it keeps events. */
export type LogGroupSeen = { readonly exists: boolean; readonly isBare: boolean } | { readonly unseen: string };

interface DescribedLogGroup {
  readonly logGroupName?: string;
  readonly retentionInDays?: number;
  readonly storedBytes?: number;
}

/** Whether a log group exists, if that can be seen. */
export async function findLogGroup(account: Account, name: string): Promise<LogGroupSeen> {
  const answer = await account.look('logs', 'DescribeLogGroups', { logGroupNamePrefix: name, limit: 50 });
  if ('unseen' in answer) return { unseen: answer.unseen };
  const found = ((answer.seen.logGroups ?? []) as DescribedLogGroup[]).find(({ logGroupName }) => logGroupName === name);
  return { exists: found !== undefined, isBare: found !== undefined && found.retentionInDays === undefined && !found.storedBytes };
}
