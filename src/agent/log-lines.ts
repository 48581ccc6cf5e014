import { Generation, GenerationName } from './generations';
import { withoutApiKeys, withoutUrlCredentials } from './hidden';

/** What a line of the agent's log says about capturing. */
export type LogState = 'capturing' | 'notCapturing';

/** Why an agent does not capture. */
export type LogCause =
  | 'keyRejected' | 'keyMissing' | 'destinationUnknown' | 'destinationForbidden' | 'destinationInvalid' | 'discoveryRefused' | 'discoveryIncomplete'
  | 'noRoute' | 'noPermission' | 'noInterface' | 'badFilter' | 'badExpression' | 'notChosen' | 'unknownFlag' | 'stopped' | 'other';

/**
 * Where a text comes from in the public sources of the agents: a file, and a commit that has it. The version of a release is not in the
 * sources. The repositories are `observability-cli` (Live Collection) and `postman-insights-agent` of https://github.com/postmanlabs.
 */
interface Source { readonly file: string; readonly commit: string }

export interface LogLine {
  /** A part of the line as the agent prints it, without a variable part. */
  readonly fragment: string;
  /** A part that the line must not have. */
  readonly unless?: string;
  readonly state: LogState;
  readonly cause?: LogCause;
  readonly generations: readonly GenerationName[];
  readonly source: Source;
}

const BOTH: readonly GenerationName[] = ['live-collection', 'insights'];
const INSIGHTS: readonly GenerationName[] = ['insights'];
const LIVE_COLLECTION: readonly GenerationName[] = ['live-collection'];

const CMD: Source = { file: 'cmd/internal/apidump/apidump.go', commit: '5fe23be' };
const RUN: Source = { file: 'apidump/apidump.go', commit: '321d596' };
const RUN_LC: Source = { file: 'apidump/apidump.go', commit: '03e8481' };
const UTIL: Source = { file: 'util/util.go', commit: 'c68b465' };
const NET: Source = { file: 'apidump/net.go', commit: '3b326b6' };

/** Spelled so in its source. */
const ERROR_AT_START = 'Error during initiaization:';

/** The lines that decide: the last one in the log of a run counts. */
export const STATE_LINES: readonly LogLine[] = [
  // Printed after the key was accepted, the destination found and the interfaces opened.
  { fragment: 'Running learn mode on interfaces ', state: 'capturing', generations: BOTH, source: RUN_LC },
  { fragment: 'Send SIGINT (Ctrl-C) to stop', state: 'capturing', generations: BOTH, source: RUN_LC },
  { fragment: 'Rotating to new trace on Postman Cloud:', state: 'capturing', generations: BOTH, source: RUN },
  { fragment: 'Capture diagnostics: client=', state: 'capturing', generations: INSIGHTS, source: { file: 'apidump/diagnostics.go', commit: 'b9bc601' } },
  { fragment: 'Printing packet capture statistics after', state: 'capturing', generations: BOTH, source: RUN_LC },

  // The agent logs the error, and then waits forever.
  { fragment: ERROR_AT_START, state: 'notCapturing', generations: INSIGHTS, source: CMD },
  { fragment: 'This process will not exit, to avoid boot loops', state: 'notCapturing', generations: INSIGHTS, source: CMD },
  { fragment: 'This agent instance will not begin capturing data', state: 'notCapturing', cause: 'notChosen', generations: INSIGHTS, source: CMD },
  { fragment: 'Encountered an error on interface ', unless: 'continuing with', state: 'notCapturing', generations: BOTH, source: RUN },
  { fragment: 'stopping trace collection...', state: 'notCapturing', cause: 'stopped', generations: BOTH, source: RUN },
  { fragment: 'Trace collection stopped', state: 'notCapturing', cause: 'stopped', generations: BOTH, source: RUN },
  { fragment: 'trace collection failed', state: 'notCapturing', generations: BOTH, source: RUN },
  { fragment: 'TTL already expired, stopping capture', state: 'notCapturing', cause: 'discoveryRefused', generations: INSIGHTS, source: RUN },
  // After these the agent exits.
  { fragment: 'Something went wrong while starting the ', state: 'notCapturing', generations: BOTH, source: UTIL },
  { fragment: 'failed to create trace or fetch existing trace', state: 'notCapturing', generations: BOTH, source: RUN },
  { fragment: 'unknown flag: --', state: 'notCapturing', cause: 'unknownFlag', generations: BOTH, source: CMD },
  { fragment: 'none of the others can be', state: 'notCapturing', cause: 'destinationInvalid', generations: BOTH, source: CMD },
];

/** Overrules every later line of the same run: the agent goes on without a capture. */
export const NO_PIPELINES: LogLine = { fragment: 'No capture pipelines were started', state: 'notCapturing', cause: 'noInterface', generations: INSIGHTS, source: RUN };

/** Why a start failed. These parts are in the line of the error, or in lines before it. The more special come first. */
export const CAUSE_LINES: readonly (Omit<LogLine, 'state'> & { readonly cause: LogCause })[] = [
  { fragment: 'Invalid credentials', cause: 'keyRejected', generations: BOTH, source: { file: 'rest/http.go', commit: '0e736f1' } },
  { fragment: 'Missing or incomplete credentials', cause: 'keyMissing', generations: INSIGHTS, source: { file: 'rest/auth_handlers.go', commit: 'bb1c053' } },
  { fragment: 'API key ID not found', cause: 'keyMissing', generations: LIVE_COLLECTION, source: { file: 'rest/http.go', commit: '102705f' } },
  { fragment: 'context deadline exceeded', cause: 'noRoute', generations: BOTH, source: RUN },
  { fragment: 'i/o timeout', cause: 'noRoute', generations: BOTH, source: RUN },
  { fragment: 'no such host', cause: 'noRoute', generations: BOTH, source: RUN },
  { fragment: 'connection refused', cause: 'noRoute', generations: BOTH, source: RUN },
  { fragment: 'There is no project with given ID', cause: 'destinationUnknown', generations: INSIGHTS, source: UTIL },
  { fragment: 'cannot send traffic to the project', cause: 'destinationForbidden', generations: INSIGHTS, source: UTIL },
  { fragment: 'cannot send traffic to the collection', cause: 'destinationForbidden', generations: BOTH, source: UTIL },
  { fragment: 'API Catalog is not enabled for this team', cause: 'destinationForbidden', generations: INSIGHTS, source: { file: 'rest/errors.go', commit: 'ebd256d' } },
  { fragment: 'failed to parse project ID', cause: 'destinationInvalid', generations: INSIGHTS, source: CMD },
  { fragment: 'must be a valid UUID', cause: 'destinationInvalid', generations: INSIGHTS, source: CMD },
  { fragment: 'xactly one of --', cause: 'destinationInvalid', generations: BOTH, source: CMD },
  { fragment: 'Only one of --project', cause: 'destinationInvalid', generations: INSIGHTS, source: CMD },
  { fragment: '--system-env is required', cause: 'destinationInvalid', generations: INSIGHTS, source: CMD },
  { fragment: 'discovery mode requires a', cause: 'discoveryIncomplete', generations: INSIGHTS, source: RUN },
  { fragment: 'failed to register discovered service', cause: 'discoveryRefused', generations: INSIGHTS, source: RUN },
  { fragment: 'iscovery traffic TTL', cause: 'discoveryRefused', generations: INSIGHTS, source: RUN },
  { fragment: 'CAP_NET_RAW', cause: 'noPermission', generations: BOTH, source: NET },
  { fragment: 'Insufficient permissions', cause: 'noPermission', generations: BOTH, source: NET },
  { fragment: 'No network interfaces could be used', cause: 'noInterface', generations: BOTH, source: RUN_LC },
  { fragment: 'failed to set BPF filter', cause: 'badFilter', generations: BOTH, source: { file: 'pcap/pcap.go', commit: '04c40fd' } },
  { fragment: 'failed to compile', cause: 'badExpression', generations: BOTH, source: RUN },
  { fragment: 'status code: 401', cause: 'keyRejected', generations: INSIGHTS, source: { file: 'rest/http.go', commit: '0e736f1' } },
  { fragment: 'status code: 403', cause: 'destinationForbidden', generations: INSIGHTS, source: { file: 'rest/http.go', commit: '0e736f1' } },
  { fragment: 'status code: 404', cause: 'destinationUnknown', generations: INSIGHTS, source: { file: 'rest/http.go', commit: '0e736f1' } },
];

/**
 * Lines about one attempt or one batch. An agent prints them at its start and while it captures, and goes on. They never decide, but may
 * say why a start failed.
 */
const PASSING_LINES: readonly string[] = [
  'request failed [error ', 'request failed[error ', 'Failed to upload to Postman:', 'Failed to send telemetry statistics:',
  'Failed to send initial telemetry statistics:', 'failed to update redaction configuration for ', 'Failed to create trace ', 'Telemetry using temporary ID;',
];

/** Causes that a running agent may also log while it captures. */
const PASSING: readonly LogCause[] = ['noRoute', 'notChosen', 'stopped'];

/** The first line of a run, with the version. A container that ECS restarts begins again in the same log stream. */
const BANNER = /Postman (?:Insights|Live Collections) Agent v?\d/;

/** What the log of an agent says. */
export interface LogReading {
  readonly state: LogState | 'unknown';
  /** The line that says so, without colours and time. */
  readonly line?: string;
  readonly cause?: LogCause;
}

/**
 * What the lines of an agent's log say, oldest first. Silence says nothing: a healthy agent may print nothing for hours.
 *
 * @param lines as the log driver keeps them, with or without colours
 */
export function readLog(lines: readonly string[], { name }: Pick<Generation, 'name'>): LogReading {
  const plain = lines.map(withoutColours);
  const run = plain.slice(Math.max(0, lastIndex(plain, line => BANNER.test(line))));
  const known = STATE_LINES.filter(({ generations }) => generations.includes(name));
  const overruling = run.find(line => line.includes(NO_PIPELINES.fragment));
  if (overruling !== undefined) return { state: 'notCapturing', line: textOf(overruling), cause: NO_PIPELINES.cause };
  const at = lastIndex(run, line => known.some(one => isLine(one, line)));
  if (at < 0) return failedStart(run, name);
  const { state, cause } = known.find(one => isLine(one, run[at]))!;
  if (state === 'capturing') return { state, line: textOf(run[at]) };
  const since = run.slice(lastIndex(run.slice(0, at), line => known.some(one => one.state === 'capturing' && isLine(one, line))) + 1, at + 1);
  // The line of the error comes before the line that says that the agent waits. Other lines count only if neither says why.
  const deciding = since.filter(line => known.some(one => isLine(one, line)));
  const found = causeIn(deciding, name) ?? (cause === undefined ? causeIn(since, name) : undefined);
  const line = found?.line ?? deciding.find(text => text.includes(ERROR_AT_START)) ?? run[at];
  return { state, line: textOf(line), cause: found?.cause ?? cause ?? 'other' };
}

/** An agent that exits prints only the error. */
function failedStart(run: readonly string[], name: GenerationName): LogReading {
  const errors = run.filter(line => /\[ERROR\]|"status":"error"/.test(line) && !PASSING_LINES.some(fragment => line.includes(fragment)));
  const found = causeIn(errors, name, PASSING);
  return found === undefined ? { state: 'unknown' } : { state: 'notCapturing', line: textOf(found.line), cause: found.cause };
}

/** Whether lines contain the start of a run: what was logged before says nothing about that run. */
export function hasStart(lines: readonly string[]): boolean {
  return lines.some(line => BANNER.test(withoutColours(line)));
}

function causeIn(
  lines: readonly string[], name: GenerationName, except: readonly LogCause[] = [],
): { readonly line: string; readonly cause: LogCause } | undefined {
  for (const { fragment, cause, generations } of CAUSE_LINES) {
    const line = lines[lastIndex(lines, text => text.includes(fragment))];
    if (line !== undefined && generations.includes(name) && !except.includes(cause)) return { line, cause };
  }
  return undefined;
}

/** The place of the last line that fits; -1 if no line does. */
function lastIndex(lines: readonly string[], is: (line: string) => boolean): number {
  const fromEnd = [...lines].reverse().findIndex(is);
  return fromEnd < 0 ? -1 : lines.length - 1 - fromEnd;
}

function isLine({ fragment, unless }: LogLine, line: string): boolean {
  return line.includes(fragment) && (unless === undefined || !line.includes(unless));
}

/** The agent colours its lines, also if no terminal reads them. */
function withoutColours(line: string): string {
  // eslint-disable-next-line no-control-regex -- a colour begins with this control character
  return line.replace(/\u001b\[[0-9;]*m/g, '');
}

/** Characters of a line that are shown. */
const MAX_LINE = 300;
/** Characters that are looked at: a line may have 256 KiB. */
const MAX_READ = 4096;

/** The text of a line, without its time, its level and characters that a terminal does not show. A log is data of a stranger. */
function textOf(line: string): string {
  const text = messageOf(line).replace(/^[\d-]+ [\d:.]+ /, '').replace(/^\[[A-Z]+\]\s*/, '').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').trim();
  // Half of a key or of a URL is not recognized, so they are hidden before the cut.
  const shown = withoutUrlCredentials(withoutApiKeys(text.slice(0, MAX_READ)));
  // The cut may be within a character of two units.
  return shown.slice(0, MAX_LINE).replace(/[\ud800-\udbff]$/, '');
}

/** The message of a line that the agent wrote as JSON, or the line itself. */
function messageOf(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { message } = JSON.parse(line) as { readonly message?: unknown };
    return typeof message === 'string' ? message : line;
  } catch {
    return line;
  }
}

/** Parts of the lines that say that an agent does not capture, for a metric filter. A task that ends in the usual way does not count. */
export function notCapturingFragments({ name, exitsOnError }: Pick<Generation, 'name' | 'exitsOnError'>): string[] {
  // An agent that exits prints only the cause.
  const causes = exitsOnError ? CAUSE_LINES : [];
  const states = [...STATE_LINES, NO_PIPELINES].filter(({ state, unless }) => state === 'notCapturing' && unless === undefined);
  return [...states, ...causes].flatMap(({ fragment, cause, generations }) =>
    generations.includes(name) && (cause === undefined || !PASSING.includes(cause)) ? [fragment] : []);
}
