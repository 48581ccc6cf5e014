import { Counts, Outcome, PlaceName, PlaceState } from './contract';
import { placeId } from './keys';
import { countedIn } from './outcomes';
import { inOneLine } from '../../agent';

/** A row of the results: cluster, service, outcome, reason, and the revision that the service runs. */
export type ResultRow = readonly [cluster: string, service: string, outcome: Outcome, reason: string, revision: string];

/** How a place has ended in an execution. */
export interface PlaceResult {
  readonly place: PlaceName;
  readonly state: PlaceState;
  readonly reason?: string;
  readonly counts: Counts;
  readonly rows: readonly ResultRow[];
}

export function resultsCsv(results: readonly PlaceResult[]): string {
  const lines = results.flatMap(({ place: { account, region }, rows }) => rows.map(row => [account, region, ...row].map(field).join(',')));
  return `${['account,region,cluster,service,outcome,reason,revision', ...lines].join('\n')}\n`;
}

/** Quoted if it has to be. A text that a spreadsheet would take for a formula begins with an apostrophe. */
function field(text: string): string {
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line for a place. */
export function summaryOf({ place, state, reason, counts }: PlaceResult): string {
  const counted = countedIn(counts);
  return `${placeId(place)}: ${state}${counted === '' ? '' : `, ${counted}`}${reason === undefined ? '' : `. ${inOneLine(reason)}`}`;
}
