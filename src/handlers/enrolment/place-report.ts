import { Outcome, Settings } from './contract';
import { placeId } from './keys';
import { PlaceResult, summaryOf } from './place-result';
import { Item, ShardContent } from './shard';
import { lastPart, parseRevision } from '../../aws';
import { ReportedService, reportPage } from '../../report';

const TONES: { readonly [outcome in Outcome]: ReportedService['tone'] } = {
  enrolled: 'good',
  unchanged: 'good',
  removed: 'good',
  planned: 'doubtful',
  optedOut: 'neutral',
  managed: 'doubtful',
  gone: 'neutral',
  refused: 'bad',
  quarantined: 'bad',
  leftAlone: 'bad',
  rolledBack: 'bad',
  failed: 'bad',
  degraded: 'bad',
  superseded: 'doubtful',
  timedOut: 'bad',
  held: 'doubtful',
};

const WORDS: { readonly [outcome in Outcome]?: string } = {
  unchanged: 'nothing to do',
  planned: 'to be changed',
  optedOut: 'opted out',
  managed: 'managed by another tool',
  leftAlone: 'left alone',
  rolledBack: 'rolled back',
  timedOut: 'timed out',
  held: 'not begun',
};

/** A page with more services is slow to open. `results.csv` has all. */
const MOST_SERVICES = 1000;
const ORDER: readonly ReportedService['tone'][] = ['bad', 'doubtful', 'neutral', 'good'];

/** @param now milliseconds since 1970 */
export function placeReport(result: PlaceResult, items: readonly Item[], networks: ShardContent['networks'], { mode }: Settings, now: number): string {
  const services = items.map(item => reported(item, result, networks)).sort((one, other) => ORDER.indexOf(one.tone) - ORDER.indexOf(other.tone));
  const rest = services.length - MOST_SERVICES;
  return reportPage({
    title: `Enrolment of ${placeId(result.place)}, mode ${mode}`,
    writtenAt: new Date(now).toISOString(),
    notes: [summaryOf(result), ...rest > 0 ? [`${rest} more services, of the quieter kinds, are only in results.csv.`] : []],
    services: services.slice(0, MOST_SERVICES),
  });
}

function reported({ service, cluster, planned, end }: Item, { place }: PlaceResult, networks: ShardContent['networks']): ReportedService {
  const { outcome, reason, revision } = end!;
  const { messages = [], changes, network } = planned ?? {};
  return {
    ...place,
    name: lastPart(service),
    cluster: lastPart(cluster),
    outcome: WORDS[outcome] ?? outcome,
    tone: TONES[outcome],
    reason: [...revision ? [`The service runs ${parseRevision(revision).short}.`] : [], ...reason ? [reason] : []],
    messages,
    ...changes ? { changes } : {},
    ...network === undefined ? {} : { paths: networks[network] },
  };
}
