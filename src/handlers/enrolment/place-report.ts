import { Settings } from './contract';
import { placeId } from './keys';
import { toneOf, wordsOf } from './outcomes';
import { PlaceResult } from './place-result';
import { Item, ShardContent } from './shard';
import { lastPart, parseRevision } from '../../aws';
import { ReportedService, reportPage } from '../../report';

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
    notes: [...result.reason === undefined ? [] : [result.reason], ...rest > 0 ? [`${rest} more services, of the quieter kinds, are only in results.csv.`] : []],
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
    outcome: wordsOf(outcome),
    tone: toneOf(outcome),
    reason: [...revision ? [`The service runs ${parseRevision(revision).short}.`] : [], ...reason ? [reason] : []],
    messages,
    ...changes ? { changes } : {},
    ...network === undefined ? {} : { paths: networks[network] },
  };
}
