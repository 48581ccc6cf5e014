import { parseService, usage } from '../../aws';

/** What a rule makes of an event, for one service. */
export interface Change {
  /** ARN of the secret or the parameter. */
  readonly source: string;
  /** When the value changed, as in the event: `2026-11-27T10:15:30Z`. */
  readonly changedAt: string;
  /** ARN of the service. */
  readonly service: string;
  /** ARN or name of its cluster. @default - that in the service's ARN */
  readonly cluster?: string;
}

/** What is asked for, checked. */
export interface Asked extends Change {
  readonly cluster: string;
  /** Milliseconds since 1970. */
  readonly changedAtMs: number;
}

/** @throws Error if it is not what a rule makes */
export function changeIn(body: string): Asked {
  const change = parsed(body);
  const changedAtMs = Date.parse(change.changedAt ?? '');
  if (typeof change.service !== 'string' || Number.isNaN(changedAtMs)) throw usage(`The message is not one of this function's rules: ${body.slice(0, 200)}`);
  const cluster = change.cluster ?? parseService(change.service, 'The service').cluster;
  if (cluster === undefined) throw usage(`The ARN of the service does not have the cluster's name: ${change.service}. Set \`clusterArn\`, too.`);
  return { source: change.source ?? '', changedAt: change.changedAt!, service: change.service, cluster, changedAtMs };
}

function parsed(body: string): Partial<Change> {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}
