import { FinishAnswer, FinishEvent, PlaceName, Settings } from './contract';
import { executionKeys, placeId, workKeys } from './keys';
import { metricsLine } from './metrics';
import { countedIn, PLACE_TONES } from './outcomes';
import { PlaceResult, resultsCsv, summaryOf } from './place-result';
import { Progress } from './progress';
import { keepResult } from './results';
import { sumOf } from './shard';
import { Discovered } from './step';
import { Here } from './tools';
import { mapEach } from '../../aws';
import { placesPage, ReportedPlace } from '../../report';

const READ_AT_ONCE = 20;
/** The message is for people. */
const MOST_LINES = 20;
/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MOST_SUBJECT = 100;

/** Collects the results of all places into one file, one page and one message. It is harmless to call it again. */
export async function finish({ execution, stopped: error }: FinishEvent, here: Here): Promise<FinishAnswer> {
  // The state machine tells an empty text if no map was stopped.
  const stopped = error === '' ? undefined : error;
  const { store, account: { clock }, environment: { name } } = here;
  const keys = executionKeys(execution);
  const places = (await store.read<readonly PlaceName[]>(keys.places))?.value ?? [];
  const settings = (await store.read<Settings>(keys.settings))?.value;
  const mode = settings?.mode ?? 'PLAN';
  const results = await mapEach(places, READ_AT_ONCE, async place => {
    const ended = await store.read<PlaceResult>(workKeys(execution, place).result);
    return ended?.value ?? unfinished(execution, place, settings!, stopped, here);
  });
  const counts = sumOf(results.map(result => result.counts));
  const bad = results.filter(({ state }) => state !== 'done' && state !== 'busy');
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = countedIn(counts);
  const told = `${total.toLocaleString('en-US')} services in ${places.length.toLocaleString('en-US')} places${parts === '' ? '' : `: ${parts}`}.`;
  const report = `s3://${store.bucket}/${keys.report}`;
  await store.put(keys.results, resultsCsv(results), 'text/csv; charset=utf-8');
  const summary = { execution, mode, counts, ...stopped === undefined ? {} : { stopped }, places: results.map(({ rows: _, ...rest }) => rest) };
  await store.put(keys.summary, JSON.stringify(summary));
  await store.put(keys.report, placesPage({
    title: `Enrolment ${execution}, mode ${mode}`, writtenAt: new Date(clock.now()).toISOString(), summary: told, places: results.map(reported),
  }), 'text/html; charset=utf-8');
  here.log(metricsLine(name, counts, { places: places.length, failed: bad.length }, clock.now()));
  const failing = bad.length > 0 || stopped !== undefined;
  // A team has deployed a revision with the agent, or the events were of deployments of the enrolment.
  const isQuiet = settings?.arrivals === true && results.every(({ state }) => state === 'done') && stopped === undefined && total === (counts.unchanged ?? 0);
  const badLines = bad.map(summaryOf);
  return {
    subject: `Postman agent, ${mode}: ${failing ? `${bad.length} of ${places.length} places failed` : `${total} services`}`.slice(0, MOST_SUBJECT),
    message: [told, ...badLines.slice(0, MOST_LINES), ...badLines.length > MOST_LINES ? [`and ${badLines.length - MOST_LINES} more`] : [], report].join('\n').slice(0, 4000),
    report,
    failed: failing,
    isQuiet,
    counts,
  };
}

/** The result of a place whose work was ended from outside: its services are in no result yet. */
async function unfinished(
  execution: string, place: PlaceName, settings: Settings, stopped: string | undefined, { store, account: { clock } }: Here,
): Promise<PlaceResult> {
  const services = (await store.read<Discovered>(workKeys(execution, place).services))?.value.services ?? [];
  const { numbers } = await Progress.read(store, execution, place, services, settings);
  const reason = `The execution ended before the place did${stopped === undefined ? '' : ` (${stopped})`}.`;
  return keepResult(store, execution, place, settings, services, numbers, { state: 'unfinished', reason }, clock.now());
}

function reported({ place, state, reason, counts }: PlaceResult): ReportedPlace {
  return { ...place, outcome: state, tone: PLACE_TONES[state], services: countedIn(counts), reason, page: `places/${placeId(place)}/report.html` };
}
