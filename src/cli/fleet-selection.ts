import { Context } from './context';
import { FileEntry, PlaceName, ServicePattern } from './fleet-file';
import { Account, describeServices, EcsService, Failure, hasTags, Interrupted, isForAll, lastPart, listServices, mapEach, placeOf, remember, SERVICES_A_CALL, usage } from '../aws';
import { ServiceOrder } from '../fleet';
import { matchesGlob } from './fleet-file/glob';

/** Places that are read at the same time. */
const PLACES_AT_ONCE = 40;

/** A service of a file, and the entry that selects it. */
export interface SelectedService {
  readonly service: EcsService;
  readonly entry: FileEntry;
}

/** An account and region of a file. */
export interface SelectedPlace {
  /** How lines call it. */
  readonly name: string;
  readonly given: PlaceName;
  readonly account: Account;
  readonly services: readonly SelectedService[];
  /** The entries of the place, and those that have selected a service. */
  readonly entries: readonly FileEntry[];
  readonly matched: ReadonlySet<FileEntry>;
  /** Named services that do not exist. */
  readonly missing: readonly Failure[];
  /** Why it could not be read. */
  readonly failure?: Failure;
}

/** The services of a file. */
export interface SelectedFleet {
  /** In the order of their first entries. */
  readonly places: readonly SelectedPlace[];
  /** The position of each service in the file, by its ARN. */
  readonly order: ServiceOrder;
}

/**
 * The services of all entries. A place that cannot be read has its failure.
 *
 * @param settingsOf what is asked for in an entry, as a text
 * @throws Failure a usage error if entries select a service with different settings
 */
export async function selectFleet(
  context: Context, entries: readonly FileEntry[], settingsOf: (entry: FileEntry) => string,
): Promise<SelectedFleet> {
  const places = await placesOf(context, entries);
  const budgets = new Budgets();
  const selected = await mapEach(places, PLACES_AT_ONCE, async place => discover(place, budgets));
  const byEntry = new Map<FileEntry, SelectedService[]>();
  for (const one of selected.flatMap(({ services }) => services)) remember(byEntry, one.entry, () => []).push(one);
  const owners = new Map<string, SelectedService>();
  const faults: string[] = [];
  for (const one of entries.flatMap(entry => byEntry.get(entry) ?? [])) {
    const { service, entry } = one;
    const owner = remember(owners, service.serviceArn, () => one);
    if (owner === one || settingsOf(owner.entry) === settingsOf(entry)) continue;
    faults.push(`${entry.at}: service ${service.serviceName} in cluster ${lastPart(service.clusterArn)} is selected by the entry of ${owner.entry.at}, too, with other options`);
  }
  if (faults.length > 0) throw usage([...new Set(faults)].slice(0, 20).join('\n'));
  return {
    places: selected.map(place => ({
      ...place,
      matched: new Set(place.services.map(({ entry }) => entry)),
      services: place.services.filter(one => owners.get(one.service.serviceArn) === one),
    })),
    order: new Map([...owners.keys()].map((arn, position) => [arn, position])),
  };
}

type EmptyPlace = Pick<SelectedPlace, 'name' | 'given' | 'account' | 'failure'> & { readonly entries: FileEntry[] };
type FoundPlace = Omit<SelectedPlace, 'matched'>;

/** AWS's limits are for an account and region, and not for a caller: places that turn out to be the same one share a budget. */
class Budgets {
  private readonly first = new Map<string, Account>();

  /** @param id of the account, as ARNs have it */
  know(account: Account, id: string, region: string): void {
    account.shareBudget(remember(this.first, `${id} ${region}`, () => account));
  }
}

/** One place for each caller and region: an entry without a region is in that of the environment or of the profile. */
async function placesOf(context: Context, entries: readonly FileEntry[]): Promise<EmptyPlace[]> {
  const given = new Map<string, FileEntry[]>();
  for (const entry of entries) remember(given, JSON.stringify(entry.place), () => []).push(entry);
  const found = await Promise.all([...given.values()].map(async own => {
    const { place } = own[0];
    const account = context.account(place.region, place);
    const { region, failure } = await account.region().then(known => ({ region: known, failure: undefined }), (error: unknown) => {
      if (error instanceof Failure) return { region: '', failure: error };
      throw error;
    });
    const whose = [...place.roleArn === undefined ? [] : [`role ${place.roleArn}`], ...place.profile === undefined ? [] : [`profile ${place.profile}`]];
    const name = [...whose, ...region === '' ? [] : [region]].join(', ') || 'the default place';
    return { name, given: { ...place, region }, account, failure, entries: own };
  }));
  // Only now: which region is known first is a matter of time.
  const places = new Map<string, EmptyPlace>();
  for (const { entries: own, ...place } of found) {
    const { profile, roleArn, region } = place.given;
    remember(places, JSON.stringify([profile, roleArn, region]), () => ({ ...place, entries: [] })).entries.push(...own);
  }
  return [...places.values()];
}

async function discover(place: EmptyPlace, budgets: Budgets): Promise<FoundPlace> {
  if (place.failure) return { ...place, services: [], missing: [] };
  let own: string | undefined;
  const read = await readPlace(place, arn => {
    own = placeOf(arn).account;
    budgets.know(place.account, own, place.given.region!);
  });
  const failure = await failureOfAccount(read, own);
  return failure === undefined ? read : { ...place, services: [], missing: [], failure };
}

/** @param know called with the ARN of a service of each cluster that has one */
async function readPlace(place: EmptyPlace, know: (arn: string) => void): Promise<FoundPlace> {
  try {
    const clusters = new Map<string, FileEntry[]>();
    for (const entry of place.entries) remember(clusters, entry.cluster.name, () => []).push(entry);
    const found = await Promise.all([...clusters.values()].map(async own => inCluster(place.account, own, know)));
    return { ...place, services: found.flatMap(({ services }) => services), missing: found.flatMap(({ missing }) => missing) };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted') throw error;
    return { ...place, services: [], missing: [], failure: error };
  }
}

/**
 * The failure of a place whose credentials are of another account than an entry names by ARN: a service there may have the same name.
 *
 * @param seen the account, if one of its services was read
 */
async function failureOfAccount({ account, entries, failure }: FoundPlace, seen: string | undefined): Promise<Failure | undefined> {
  if (isForAll(failure) || entries.every(entry => entry.account === undefined)) return undefined;
  const own = seen ?? await callerOf(account);
  const wrong = entries.find(entry => entry.account !== undefined && entry.account !== own);
  if (own === undefined || wrong === undefined) return undefined;
  const where = wrong.where(wrong.services.some(({ given }) => given.startsWith('arn:')) ? 'service' : 'cluster');
  return new Failure(`${where}: The ARN names account ${wrong.account}, but the credentials of the entry are of account ${own}. `
    + `Give the entry a \`roleArn\` or a \`profile\` of account ${wrong.account}.`);
}

/** The account of the credentials, if it can be seen. */
async function callerOf(account: Account): Promise<string | undefined> {
  try {
    return (await account.call<{ readonly Account?: string }>('sts', 'GetCallerIdentity', {})).Account;
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return undefined;
  }
}

/**
 * The services of a cluster that the entries select. They are listed only if an entry does not name them all.
 *
 * @param know called with the ARN of one of its services, as soon as there is one
 */
async function inCluster(account: Account, entries: readonly FileEntry[], know: (arn: string) => void): Promise<Pick<SelectedPlace, 'services' | 'missing'>> {
  const { cluster } = entries[0];
  const isOpen = ({ services }: FileEntry) => services.length === 0 || services.some(({ isGlob }) => isGlob);
  const listed = entries.some(isOpen) ? await listServices(account, cluster) : [];
  const names = new Set(entries.flatMap(({ services }) => services.flatMap(({ name, isGlob }) => isGlob ? [] : [name])));
  const matches = ({ services }: FileEntry, name: string) =>
    services.length === 0 || services.some(one => one.isGlob ? matchesGlob(one.name, name) : one.name === name);
  for (const arn of listed) if (entries.some(entry => isOpen(entry) && matches(entry, lastPart(arn)))) names.add(lastPart(arn));
  const describe = async (some: readonly string[]) => describeServices(account, cluster.given, some, { mustExist: false });
  const wanted = [...names];
  const first = listed.length > 0 ? [] : await describe(wanted.splice(0, SERVICES_A_CALL));
  const seen = listed[0] ?? first[0]?.serviceArn;
  if (seen !== undefined) know(seen);
  const found = [...first, ...await describe(wanted)];
  if (seen === undefined && found.length > 0) know(found[0].serviceArn);
  const region = await account.region();
  const byName = new Map(found.map(one => [one.serviceName, one]));
  const isMissing = ({ name, isGlob }: ServicePattern) => !isGlob && !byName.has(name);
  const missing = entries.flatMap(({ services, where }) => services.filter(isMissing).map(({ name }) =>
    new Failure(`${where('service')}: Cluster ${cluster.name} has no service ${name} in ${region}. Check the name, cluster and region.`)));
  // A file may name thousands of services, so those that are named are not searched for.
  const all = [...found].sort((one, other) => one.serviceName < other.serviceName ? -1 : 1);
  const matching = ({ name, isGlob }: ServicePattern) => isGlob ? all.filter(one => matchesGlob(name, one.serviceName)) : byName.get(name) ?? [];
  const selectedBy = ({ services, tags }: FileEntry) =>
    [...new Set(services.length === 0 ? all : services.flatMap(matching))].filter(one => hasTags(one, tags));
  return { services: entries.flatMap(entry => selectedBy(entry).map(service => ({ service, entry }))), missing };
}
