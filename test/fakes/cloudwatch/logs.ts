import { arnOf, Home } from '../home';
import { JsonObject, numberIn, textIn } from '../json';
import { pageOf, placeOf } from '../paging';
import { Actions } from '../wire/actions';
import { AwsError, invalidParameter } from '../wire/aws-error';

export interface LogEvent { readonly timestamp: number; readonly message: string }

interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  retentionInDays?: number;
  /** By name; the oldest event first. */
  readonly streams: Map<string, LogEvent[]>;
}

/** The CloudWatch Logs of one region. */
export class Logs {
  readonly actions: Actions = {
    CreateLogGroup: input => {
      checkKnown(input, ['logGroupName', 'tags']);
      const name = textIn(input.logGroupName)!;
      if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) throw invalidParameter(`Value '${name}' at 'logGroupName' failed to satisfy constraint.`);
      if (this.groups.has(name)) throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      this.addGroup(name);
      return {};
    },
    PutRetentionPolicy: input => {
      checkKnown(input, ['logGroupName', 'retentionInDays']);
      const group = this.groups.get(textIn(input.logGroupName)!);
      if (!group) throw notFound('group');
      const days = numberIn(input.retentionInDays)!;
      if (!RETENTIONS.includes(days)) throw invalidParameter(`Value '${days}' at 'retentionInDays' failed to satisfy constraint.`);
      group.retentionInDays = days;
      return {};
    },
    GetLogEvents: input => {
      checkKnown(input, ['logGroupName', 'logStreamName', 'limit', 'startFromHead', 'startTime', 'endTime', 'nextToken']);
      const group = this.groups.get(textIn(input.logGroupName) ?? '');
      if (!group) throw notFound('group');
      const events = group.streams.get(textIn(input.logStreamName)!);
      if (!events) throw notFound('stream');
      return eventsPage(events, input);
    },
    DescribeLogGroups: input => {
      checkKnown(input, ['logGroupNamePrefix', 'limit', 'nextToken']);
      const prefix = textIn(input.logGroupNamePrefix) ?? '';
      const found = [...this.groups.values()].filter(({ name }) => name.startsWith(prefix)).sort((a, b) => a.name < b.name ? -1 : 1);
      const { items, nextToken } = pageOf(found, placeOf(textIn(input.nextToken), invalidToken), limitIn(input, 50));
      return { logGroups: items.map(group => this.described(group)), nextToken };
    },
  };

  private readonly groups = new Map<string, LogGroup>();

  constructor(private readonly home: Home) {}

  /** Adds a log group without streams; a group that is there stays as it is. */
  addGroup(name: string): void {
    if (!this.groups.has(name)) this.groups.set(name, { name, createdAt: this.home.timeline.now(), streams: new Map() });
  }

  /** Logs lines as they would arrive now, each as one event. The group and the stream are made if they are missing, also for no lines. */
  put(group: string, stream: string, ...lines: string[]): void {
    this.addGroup(group);
    const { streams } = this.groups.get(group)!;
    const timestamp = this.home.timeline.now();
    streams.set(stream, [...streams.get(stream) ?? [], ...lines.map(message => ({ timestamp, message }))]);
  }

  /** Every stream with its events, oldest first; afterwards there is none. */
  take(): readonly { readonly group: string; readonly stream: string; readonly events: readonly LogEvent[] }[] {
    const taken = [...this.groups.values()].flatMap(group => [...group.streams].map(([stream, events]) => ({ group: group.name, stream, events })));
    this.groups.clear();
    return taken;
  }

  /** Days; undefined if its events never expire. @throws Error if there is no such group */
  retentionOf(group: string): number | undefined {
    const found = this.groups.get(group);
    if (!found) throw new Error(`The fake CloudWatch Logs has no group ${group}.`);
    return found.retentionInDays;
  }

  private described({ name, createdAt, retentionInDays, streams }: LogGroup): JsonObject {
    const logGroupArn = arnOf(this.home, 'logs', `log-group:${name}`);
    const storedBytes = [...streams.values()].flat().reduce((bytes, { message }) => bytes + Buffer.byteLength(message), 0);
    return {
      logGroupName: name, creationTime: createdAt, ...retentionInDays === undefined ? {} : { retentionInDays }, metricFilterCount: 0,
      arn: `${logGroupArn}:*`, logGroupArn, storedBytes, logGroupClass: 'STANDARD',
    };
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTIONS: readonly number[] = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** A member that is ignored would give an answer that AWS does not give, so the test must fail. */
function checkKnown(input: JsonObject, known: readonly string[]): void {
  const unknown = Object.keys(input).find(name => !known.includes(name));
  if (unknown !== undefined) throw new Error(`The fake CloudWatch Logs does not know the parameter ${unknown}.`);
}

function notFound(what: 'group' | 'stream'): AwsError {
  return new AwsError('ResourceNotFoundException', `The specified log ${what} does not exist.`);
}

const invalidToken = () => invalidParameter('The specified nextToken is invalid.');

function limitIn({ limit }: JsonObject, most: number): number {
  const wanted = numberIn(limit) ?? most;
  if (wanted < 1 || wanted > most) throw invalidParameter(`Value '${wanted}' at 'limit' failed to satisfy constraint: Member must be between 1 and ${most}.`);
  return wanted;
}

/** The place in the stream where a page begins, as the number of events before it, and the direction from there. */
interface Start { readonly direction: 'f' | 'b'; readonly place: number }

function startOf({ nextToken, startFromHead }: JsonObject, count: number): Start {
  const token = textIn(nextToken);
  if (token === undefined) return startFromHead === true ? { direction: 'f', place: 0 } : { direction: 'b', place: count };
  const [, direction, place] = /^([fb])\/(\d+)\/s$/.exec(token) ?? [];
  if (place === undefined) throw invalidToken();
  // It is documented that the caller must do so, and not what happens otherwise.
  if (direction === 'f' && startFromHead !== true) throw new Error('A nextForwardToken of GetLogEvents needs startFromHead.');
  return { direction: direction as Start['direction'], place: Number(place) };
}

/** At an end of the stream, the token for that direction is the one that was given: that tells the caller that there is no more. */
function eventsPage(events: readonly LogEvent[], input: JsonObject): JsonObject {
  const { direction, place } = startOf(input, events.length);
  const limit = limitIn(input, 10_000);
  const { startTime, endTime } = input;
  const asked = events.map((event, index) => ({ ...event, index })).filter(({ index, timestamp }) =>
    (direction === 'f' ? index >= place : index < place)
    && timestamp >= (numberIn(startTime) ?? -Infinity) && timestamp < (numberIn(endTime) ?? Infinity));
  const page = direction === 'f' ? asked.slice(0, limit) : asked.slice(-limit);
  return {
    events: page.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
    nextForwardToken: tokenAt('f', page.length === 0 ? place : page[page.length - 1].index + 1),
    nextBackwardToken: tokenAt('b', page.length === 0 ? place : page[0].index),
  };
}

function tokenAt(direction: Start['direction'], place: number): string {
  return `${direction}/${String(place).padStart(56, '0')}/s`;
}
