import { hasArrivals, removeArrivals } from './arrivals';
import { BeginAnswer, BeginEvent, ExecutionInput, PlaceName, Settings } from './contract';
import { executionKeys, placeId, placeIn } from './keys';
import { Lease, PlaceBusy } from './lease';
import { Memory } from './memory';
import { placesInFile, placesOf } from './places';
import { requestFor } from './requests';
import { Here } from './tools';
import { forEach, lastPart, mapEach, placeOf, remember, usage } from '../../aws';

const READ_AT_ONCE = 20;
/** Between two looks whether a place is free. */
const TAKEN_SECONDS = 300;
/** After them, the place is waited for as others wait for it, and the report says which execution has it. */
const MOST_TAKEN_MS = 6 * 3_600_000;

/**
 * Keeps what the execution does: its places and its settings. What changes later, also in a file of places, is for later executions. A second call of
 * the same execution changes nothing.
 *
 * @throws Failure if the input or the places are wrong
 */
export async function begin({ execution, input, waits, places: given, placesFile }: BeginEvent, here: Here): Promise<BeginAnswer> {
  const { store, environment: { mode: wanted, agent, optIn, owner, tolerated } } = here;
  const keys = executionKeys(execution);
  const before = await store.read<readonly PlaceName[]>(keys.places);
  const answer = (count: number, waitSeconds = 0): BeginAnswer => ({ bucket: store.bucket, key: keys.places, count, waitSeconds });
  if (before) return answer(before.value.length);
  refuseUnknown(input);
  const all = placesFile ? await placesOfFile(placesFile, here) : placesOf(given, '`places`');
  let places = selected(all, input);
  if (input.arrivals === true) {
    await forEach(unknownIn(all, input), 1, async id => removeArrivals(store, placeIn(id)));
    places = await arrivedIn(places, here);
    if (places.length === 0) return answer(0);
    if (waits && await mustWait(places, execution, input, here)) return answer(places.length, TAKEN_SECONDS);
  }
  const settings: Settings = { mode: input.mode ?? wanted, agent, optIn, owner, tolerated, arrivals: input.arrivals === true };
  // A wrong option is one error here, and not one of each service.
  requestFor(settings, false);
  await forget(input.forget ?? [], execution, here);
  await store.put(keys.settings, JSON.stringify(settings));
  await store.put(keys.places, JSON.stringify(places));
  return answer(places.length);
}

/** The places with events of others than the enrolment. */
async function arrivedIn(places: readonly PlaceName[], { store }: Here): Promise<readonly PlaceName[]> {
  const has = await mapEach(places, READ_AT_ONCE, async place => hasArrivals(store, place));
  return places.filter((_, index) => has[index]);
}

/** An execution takes what arrives in its places itself, so usually nothing is left when they are free. */
async function mustWait(
  places: readonly PlaceName[], execution: string, { waitUntil }: ExecutionInput, { store, account: { clock } }: Here,
): Promise<boolean> {
  const now = clock.now();
  if (waitUntil === undefined || !(now < Date.parse(waitUntil) + MOST_TAKEN_MS)) return false;
  return (await mapEach(places, READ_AT_ONCE, async place => Lease.isTaken(store, place, now, execution))).every(isTaken => isTaken);
}

const KNOWN = ['mode', 'forget', 'places', 'arrivals', 'waitUntil'];

function refuseUnknown(input: ExecutionInput): void {
  const unknown = Object.keys(input).filter(name => !KNOWN.includes(name));
  if (unknown.length > 0) throw usage(`The input of the execution has members that are not known: ${unknown.join(', ')}. Known are ${KNOWN.slice(0, -1).join(', ')}.`);
  const mode: unknown = input.mode;
  if (mode !== undefined && mode !== 'PLAN') throw usage(`\`mode\` in the input can only be PLAN, got: ${String(mode)}. Set \`mode\` of the construct, and deploy it.`);
  for (const name of ['forget', 'places'] as const) {
    const list: unknown = input[name];
    if (list !== undefined && !(Array.isArray(list) && list.every(one => typeof one === 'string'))) throw usage(`\`${name}\` in the input must be a list of texts.`);
  }
}

async function placesOfFile({ bucket, key }: NonNullable<BeginEvent['placesFile']>, { store }: Here): Promise<PlaceName[]> {
  const where = `s3://${bucket}/${key}`;
  const file = await store.text(key, bucket);
  if (file === undefined) throw usage(`There is no file ${where}. Check \`placesFile\`.`);
  return placesInFile(file.value, where);
}

function unknownIn(all: readonly PlaceName[], { places = [] }: ExecutionInput): readonly string[] {
  return places.filter(id => !all.some(place => placeId(place) === id));
}

/** An event may come from a place that the list does not have, or not any more: nothing is done there. */
function selected(all: readonly PlaceName[], input: ExecutionInput): readonly PlaceName[] {
  const { places: wanted, arrivals } = input;
  if (wanted === undefined) return all;
  const unknown = unknownIn(all, input);
  if (unknown.length > 0 && arrivals !== true) throw usage(`\`places\` in the input has places that the construct does not have: ${unknown.slice(0, 20).join(', ')}.`);
  return all.filter(place => wanted.includes(placeId(place)));
}

/** @throws Failure if another execution works on the place of one of the services, and `PlaceBusy` if another process of this one does */
async function forget(services: readonly string[], execution: string, { store, account: { clock } }: Here): Promise<void> {
  const places = new Map<string, { readonly place: PlaceName; readonly services: string[] }>();
  for (const service of services) {
    const { account, region } = placeOf(service);
    remember(places, placeId({ account, region }), () => ({ place: { account, region }, services: [] as string[] })).services.push(service);
  }
  for (const [id, { place, services: own }] of places) {
    const lease = await Lease.take(store, place, execution, clock.now());
    if (!(lease instanceof Lease)) {
      if (lease.execution === undefined) throw new PlaceBusy(id);
      throw usage(`${own.map(lastPart).join(', ')} cannot be forgotten while another execution works on ${id}. Start it again later.`);
    }
    try {
      const memory = await Memory.read(store, place);
      for (const service of own) memory.forget(service);
      await memory.keep();
    } finally {
      await lease.release(true, clock.now());
    }
  }
}
