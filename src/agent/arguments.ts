import { OTHER_DESTINATION_FLAGS } from './generations';
import { OptionRow, OPTIONS } from './options';

/** One flag with the value that belongs to it, or an argument that is not a flag, by its place in the list. */
export interface Word {
  readonly start: number;
  /** The place after the last argument of the word. */
  readonly end: number;
  readonly flag?: string;
  readonly value?: string;
  /** No flag can follow: this is `--`, or a flag whose value is missing. */
  readonly isLast?: boolean;
}

/**
 * Flags of the programs that take a value and are not options here.
 *
 * @see https://github.com/postmanlabs/postman-insights-agent/blob/main/cmd/internal/apidump/apidump.go
 */
const OTHER_VALUE_FLAGS: readonly string[] = [
  '--command', '--cpu-profile', '--deployment', '--domain', '--gopacket-pages', '--gopacket-per-conn', '--health-check-port', '--heap-profile',
  '--live-profile', '--log-format', '--log_dir', '--max-http-length', '--max-witness-size-bytes', '--max-witness-upload-buffers', '--plugins', '--proc-polling-interval',
  '--sample-rate', '--server-tls-name', '--stats-log-delay', '--stream-timeout-seconds', '--telemetry-interval', '--trace-rotate', '--user', '--v',
  '--https-libraries', '--https-target-namespaces', '--https-discovery-config', '--https-capture-mode', '--privacy-mode', '--redaction-style',
  '--dry-run-dir', '--https-body-size-cap', '--https-rate-cap-per-sec', '--https-cbpf-exclude-port', '-c', '-u', '-v',
];

/** Flags that take the next argument as their value, whatever it looks like. Any other flag has a value only after `=`. */
function flagsWithValue(rows: readonly OptionRow[]): ReadonlySet<string> {
  const ofOptions = rows.flatMap(({ agentFlag, type }) => agentFlag === undefined || type === 'switch' ? [] : agentFlag);
  return new Set([...ofOptions, ...OTHER_VALUE_FLAGS, ...OTHER_DESTINATION_FLAGS]);
}

/**
 * The arguments of the agent's program as its own parser reads them: `--name value` or `--name=value`.
 *
 * @param args entry point and command; an item that is not text is not a flag
 */
export function wordsOf(args: readonly unknown[], rows: readonly OptionRow[] = OPTIONS): Word[] {
  const withValue = flagsWithValue(rows);
  const words: Word[] = [];
  for (let start = 0; start < args.length;) {
    if (args[start] === '--') return [...words, { start, end: args.length, isLast: true }];
    const [, flag, given] = /^(--?[^-=][^=]*)(?:=(.*))?$/s.exec(textOf(args[start]) ?? '') ?? [];
    const takesNext = flag !== undefined && given === undefined && withValue.has(flag);
    const end = start + (takesNext ? 2 : 1);
    words.push({ start, end: Math.min(end, args.length), flag, value: takesNext ? textOf(args[start + 1]) : given, isLast: end > args.length });
    start = end;
  }
  return words;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
