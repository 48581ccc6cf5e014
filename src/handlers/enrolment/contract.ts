import { Asked } from '../asked';

/** `PLAN`: nothing is written to ECS, IAM or Secrets Manager. */
export type Mode = 'PLAN' | 'ENROL' | 'REMOVE';

/** An account and a region: what AWS's limits count together. */
export interface PlaceName {
  readonly account: string;
  readonly region: string;
}

/** What a person, the schedule or an event starts the state machine with. All members are optional. */
export interface ExecutionInput {
  /** Only `PLAN`: what the construct says may be made less, never more. */
  readonly mode?: 'PLAN';
  /** ARNs of services of which everything that is remembered is forgotten first. */
  readonly forget?: readonly string[];
  /** `<account>-<region>`. @default - all places */
  readonly places?: readonly string[];
  /** Whether only services are looked at that have arrived by an event. @default false */
  readonly arrivals?: boolean;
  /** Until when events are waited for, as ISO 8601. @default - the execution begins at once */
  readonly waitUntil?: string;
}

export interface BeginEvent {
  readonly task: 'begin';
  readonly execution: string;
  readonly input: ExecutionInput;
  /** Whether the definition of the state machine waits if it is told to: an execution that begins before an update of the stack has the one of before. */
  readonly waits?: true;
  readonly places?: readonly { readonly account: string; readonly regions: readonly string[] }[];
  /** A file of places in S3: JSON in the form of `places`, or CSV with `account,region` in its first line. */
  readonly placesFile?: { readonly bucket: string; readonly key: string };
}

/** Where the list of places is, for the maps of the state machine. */
export interface BeginAnswer {
  readonly bucket: string;
  readonly key: string;
  readonly count: number;
  /** If another execution has the places: how long to wait until this is asked again. Otherwise 0. */
  readonly waitSeconds: number;
}

export interface DiscoverEvent {
  readonly task: 'discover';
  readonly execution: string;
  readonly place: PlaceName;
}

export interface DiscoverAnswer {
  readonly services: number;
  readonly failed: boolean;
}

export interface StepEvent {
  readonly task: 'step';
  readonly execution: string;
  readonly place: PlaceName;
  /** How many steps the place has had. @default 0 */
  readonly iteration?: number;
  /** How many of the last ones have waited for another execution. @default 0 */
  readonly waits?: number;
}

export interface StepAnswer {
  readonly again: boolean;
  readonly waitSeconds: number;
  readonly iteration: number;
  readonly waits: number;
  /** Whether the place counts for the share of places that may fail. */
  readonly failed: boolean;
}

export interface FinishEvent {
  readonly task: 'finish';
  readonly execution: string;
  /** The error that has stopped a map. */
  readonly stopped?: string;
}

export interface FinishAnswer {
  readonly subject: string;
  readonly message: string;
  /** `s3://…` */
  readonly report: string;
  readonly failed: boolean;
  /** Whether there is nothing to tell: events have led to nothing. */
  readonly isQuiet: boolean;
  readonly counts: Counts;
}

export type TaskEvent = BeginEvent | DiscoverEvent | StepEvent | FinishEvent;

/** What a rule makes of an event of ECS. */
export interface ArrivalEvent extends PlaceName {
  /** ARN of the service. */
  readonly service: string;
  /** `ecs-svc/…` */
  readonly deployment: string;
}

/** How a service has ended. `managed`: another tool would undo the change. `held`: not begun, since too many others had failed. */
export type Outcome =
  'enrolled' | 'unchanged' | 'planned' | 'removed' | 'refused' | 'managed' | 'optedOut' | 'quarantined' | 'leftAlone'
  | 'rolledBack' | 'failed' | 'degraded' | 'superseded' | 'timedOut' | 'held' | 'gone';

/** `busy`: another execution works on it. `stopped`: too many services failed. `unfinished`: it took too many steps. */
export type PlaceState = 'done' | 'failed' | 'busy' | 'stopped' | 'unfinished';

/** How many services have ended in which way. */
export type Counts = { readonly [outcome in Outcome]?: number };

/** What one execution does, kept at its begin: a deployment of the construct does not change an execution on its way. */
export interface Settings {
  readonly mode: Mode;
  readonly agent: Asked;
  /** Whether only services with the tag `postman:agent` = `on` are taken. */
  readonly optIn: boolean;
  /** The mark of the revisions. */
  readonly owner: string;
  /** How many services of a place may fail before nothing further is begun there, in percent. */
  readonly tolerated: number;
  readonly arrivals: boolean;
}

/** What the functions work with. */
export interface Environment {
  readonly bucket: string;
  readonly mode: Mode;
  readonly agent: Asked;
  readonly optIn: boolean;
  readonly owner: string;
  readonly tolerated: number;
  /** Name of the role in the member accounts. */
  readonly memberRole: string;
  readonly externalId: string;
  /** The dimension of the metrics. */
  readonly name: string;
}
