import { JudgedPaths } from '../egress';

/** A line of a difference. */
export interface DiffLine {
  readonly sign: '+' | '-';
  readonly text: string;
}

/** What a reader of the report must know of a service. */
export interface ReportMessage {
  readonly severity: 'error' | 'warning' | 'info';
  /** Of the catalog, e.g. `egressUnreachable`. */
  readonly id: string;
  readonly text: string;
  /** Of the page that explains it. */
  readonly address: string;
}

/** One service of the report. */
export interface ReportedService {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  /** What happened, or what is going to happen, in a few words: `done`, `add the agent`. */
  readonly outcome: string;
  readonly tone: 'good' | 'doubtful' | 'bad' | 'neutral';
  /** Why, in lines. @default - the outcome says it */
  readonly reason?: readonly string[];
  readonly messages: readonly ReportMessage[];
  /** The changes of the task definition. @default - none */
  readonly changes?: readonly DiffLine[];
  /** The network, as it was judged. @default - it was not judged */
  readonly paths?: JudgedPaths;
}

/** What `--report` writes. */
export interface Report {
  /** The command without its options, e.g. `ecs add`. */
  readonly title: string;
  /** When the report was written, as ISO 8601 in UTC. */
  readonly writtenAt: string;
  /** What is true of the whole run. @default - nothing */
  readonly notes?: readonly string[];
  readonly services: readonly ReportedService[];
}
