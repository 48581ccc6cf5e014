import { CommonFlags, Context } from './context';
import { FailedPlace, selectedDocument } from './documents';
import { EditFlags, editRequest, tellNotes } from './edit-flags';
import { memberOf } from './flag-names';
import { FileEntry, FleetFile, readFleetFile } from './fleet-file';
import { selectFleet, SelectedPlace } from './fleet-selection';
import { Waiting, waitForRollouts } from './waiting';
import { EcsService, EditRequest, Failure, hasTaskDefinition, Planner, PlanReads, remember, usage } from '../aws';
import { inOrder, Part, ServiceOrder } from '../fleet';

/** What the file of `--from` asks for, as plans of each place. */
export interface FileParts {
  readonly parts: readonly Part[];
  readonly failures: readonly FailedPlace[];
  /** That of the file. */
  readonly order: ServiceOrder;
}

/** A selection of flags and one of a file exclude each other. @throws Failure a usage error */
function refuseSelection({ cluster, service, all, serviceTag }: CommonFlags): void {
  const given = [cluster === undefined ? [] : '--cluster', service === undefined ? [] : '--service', all ? '--all' : [], serviceTag === undefined ? [] : '--service-tag'].flat();
  if (given.length > 0) throw usage(`\`--from\` names the services, so leave out ${given.map(flag => `\`${flag}\``).join(', ')}, or leave out \`--from\`.`);
}

/**
 * Reads the file, the services that it selects, and what their plans need. Everything that is wrong in the file is told before any call.
 *
 * @param invokedVerb as it was called
 * @throws Failure also if no place can be read
 */
export async function partsOfFile(
  context: Context, invokedVerb: 'plan' | 'add' | 'remove', verb: 'add' | 'remove', flags: EditFlags & { readonly from: string },
  waiting: Waiting | undefined,
): Promise<FileParts> {
  refuseSelection(flags);
  const file = await readFleetFile(flags.from, flags);
  const requests = await requestsOf(context, verb, file);
  tellNotes(context.output, [...requests.values()]);
  const { places: selected, order } = await selectFleet(context, file.entries, entry => settingsOf(verb, entry));
  const found = inOrder(selected.flatMap(place => place.services.map(({ service }) => service)), ({ serviceArn }) => serviceArn, order);
  const services = context.chosen?.(found) ?? found;
  context.output.know(() => selectedDocument(invokedVerb, services));
  tellEmpty(context, file, selected);
  const own = new Set(services);
  const places = selected.map(place => ({ ...place, services: place.services.filter(({ service }) => own.has(service)) }));
  const made = await Promise.all(places.map(async place => partsOf(place, requests, one => settingsOf(verb, one), waiting)));
  const failures = made.flatMap(({ failure }) => failure ?? []);
  if (failures.length > 0 && failures.length === places.length && places.length === 1) throw failures[0].error;
  return { parts: made.flatMap(({ parts }) => parts), failures, order };
}

/** A place whose services `status` reads. */
export interface StatusPlace extends Pick<SelectedPlace, 'name' | 'account'> {
  readonly services: readonly EcsService[];
}

/** The services of a file. Its options are only checked for their form, so the file of `add` is one of `status`, too. */
export async function statusPlaces(context: Context, flags: CommonFlags & { readonly from: string }) {
  refuseSelection(flags);
  const file = await readFleetFile(flags.from, { region: flags.region, profile: flags.profile });
  const { places, order } = await selectFleet(context, file.entries, () => '');
  tellEmpty(context, file, places);
  if (places.length === 1 && places[0].failure) throw places[0].failure;
  const missing = places.flatMap(place => place.missing);
  return {
    order,
    places: places.map(({ name, account, services }) => ({ name, account, services: services.map(({ service }) => service) })),
    failures: places.flatMap(({ name, failure }) => failure ? [{ name, error: failure }] : []),
    missing: missing.length === 0 ? undefined : new Failure(missing.map(({ message }) => message).join('\n')),
  };
}

/** What is asked for in an entry, as a text. Entries with the same text have one request. */
function settingsOf(verb: 'add' | 'remove', { flags }: FileEntry): string {
  if (verb === 'remove') return String(flags.allowManaged === true);
  return JSON.stringify(Object.entries(flags).filter(([, value]) => value !== undefined).sort(([one], [other]) => one < other ? -1 : 1));
}

async function requestsOf(context: Context, verb: 'add' | 'remove', { entries }: FleetFile): Promise<ReadonlyMap<string, EditRequest>> {
  const requests = new Map<string, EditRequest>();
  const faults: string[] = [];
  for (const entry of entries) {
    const settings = settingsOf(verb, entry);
    if (requests.has(settings)) continue;
    try {
      // What is missing in a file is not asked for.
      requests.set(settings, await editRequest({ ...context, isInteractive: false }, verb, entry.flags));
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'usage') throw error;
      const [, flag] = /`--([a-z-]+)`/.exec(error.message) ?? [];
      faults.push(`${entry.where(flag === undefined ? '' : memberOf(flag))}: ${error.message}`);
    }
  }
  if (faults.length > 0) throw usage(faults.slice(0, 20).join('\n'));
  return requests;
}

/** An entry that selects no service is not an error: a service may be created later. */
function tellEmpty({ output }: Context, { entries, name }: FleetFile, places: readonly SelectedPlace[]): void {
  if (places.every(({ services, failure, missing }) => services.length === 0 && failure === undefined && missing.length === 0)) {
    throw usage(`No entry of ${name} selects a service. Check \`cluster\`, \`region\`, \`service\` and \`tags\`.`);
  }
  const placeOf = new Map(places.flatMap(place => place.entries.map(entry => [entry, place] as const)));
  for (const entry of entries) {
    const place = placeOf.get(entry);
    if (place && place.failure === undefined && !place.matched.has(entry)) output.note(`${entry.at}: no service of cluster ${entry.cluster.name} matches this entry`);
  }
}

async function partsOf(
  place: SelectedPlace, requests: ReadonlyMap<string, EditRequest>, settings: (entry: FileEntry) => string, waiting: Waiting | undefined,
): Promise<{ readonly parts: Part[]; readonly failure?: FailedPlace }> {
  const { account, services, failure = place.missing[0] } = place;
  const failed = (error: Failure) => ({ parts: [], failure: { name: place.name, error } });
  if (failure) return failed(failure);
  if (services.length === 0) return { parts: [] };
  try {
    const all = services.map(({ service }) => service);
    const settled = new Map((waiting ? await waitForRollouts(account, all, waiting) : all).map(service => [service.serviceArn, service]));
    const groups = new Map<string, EcsService[]>();
    for (const { service, entry } of services) remember(groups, settings(entry), () => []).push(settled.get(service.serviceArn) ?? service);
    const reads = new PlanReads(account);
    // Then the plans wait for nothing of their own, and read everything else together.
    const running = services.map(({ service }) => service).filter(one => one.status === 'ACTIVE' && hasTaskDefinition(one));
    await reads.revisions.readAll(running.map(({ taskDefinition }) => taskDefinition));
    const plans = await Promise.all([...groups].map(async ([key, own]) => new Planner(account, requests.get(key)!, reads).plan(own)));
    return { parts: plans.map(plan => ({ account, plan })) };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
    return failed(error);
  }
}
