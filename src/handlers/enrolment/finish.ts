import { FinishAnswer, FinishEvent, Outcome, PlaceName, Settings } from './contract';
import { executionKeys, placeId, workKeys } from './keys';
import { metricsLine } from './metrics';
import { PlaceResult, resultsCsv, summaryOf } from './place-result';
import { Progress } from './progress';
import { keepResult } from './results';
import { sumOf } from './shard';
import { Discovered } from './step';
import { Here } from './tools';
import { forEach } from '../../aws';
import { reportPage } from '../../report';

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
  const results: PlaceResult[] = [];
  await forEach([...places.entries()], READ_AT_ONCE, async ([index, place]) => {
    const result = await store.read<PlaceResult>(workKeys(execution, place).result);
    results[index] = result?.value ?? await unfinished(execution, place, settings!, stopped, here);
  });
  const counts = sumOf(results.map(result => result.counts));
  const bad = results.filter(({ state }) => state !== 'done' && state !== 'busy');
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = (Object.entries(counts) as [Outcome, number][]).map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const told = `${total} services in ${places.length} places: ${parts || 'none'}`;
  const lines = results.map(summaryOf);
  const report = `s3://${store.bucket}/${keys.report}`;
  await store.put(keys.results, resultsCsv(results), 'text/csv; charset=utf-8');
  const summary = { execution, mode, counts, ...stopped === undefined ? {} : { stopped }, places: results.map(({ rows: _, ...rest }) => rest) };
  await store.put(keys.summary, JSON.stringify(summary));
  await store.put(keys.report, reportPage({
    title: `Enrolment ${execution}, mode ${mode}`,
    writtenAt: new Date(clock.now()).toISOString(),
    notes: [told, ...lines, `Each place has a page with its services beside this one: ${places.length === 0 ? 'places/' : `places/${placeId(places[0])}/report.html`}.`],
    services: [],
  }), 'text/html; charset=utf-8');
  here.log(metricsLine(name, counts, { places: places.length, failed: bad.length }, clock.now()));
  const failing = bad.length > 0 || stopped !== undefined;
  const badLines = bad.map(summaryOf);
  return {
    subject: `Postman agent, ${mode}: ${failing ? `${bad.length} of ${places.length} places failed` : `${total} services`}`.slice(0, MOST_SUBJECT),
    message: [told, ...badLines.slice(0, MOST_LINES), ...badLines.length > MOST_LINES ? [`and ${badLines.length - MOST_LINES} more`] : [], report].join('\n').slice(0, 4000),
    report,
    failed: failing,
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
