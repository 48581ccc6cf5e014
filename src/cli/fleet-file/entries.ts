import { Flags, over } from './layers';
import { FileMember, memberTables } from './members';
import { nearest } from './nearest';
import { FileFaults, FileNode, FilePlaces } from './node';
import { faultOfKeyName, valueOfMember } from './values';
import { ClusterName, Failure, parseCluster, parseRegion, parseService, placeOf } from '../../aws';
import { parseTag } from '../selection';

/** Whose credentials are used, and in which region. */
export interface PlaceName {
  readonly profile?: string;
  readonly roleArn?: string;
  readonly region?: string;
}

/** One or more services of a cluster. */
export interface ServicePattern {
  /** A name, an ARN, or a name with `*`. */
  readonly given: string;
  readonly name: string;
  readonly isGlob: boolean;
}

/** An entry of a file: which services, and what is asked for them. */
export interface FileEntry {
  /** `file:line:column` of the entry. */
  readonly at: string;
  readonly place: PlaceName;
  /** The account that its ARNs name. Undefined if they name none. */
  readonly account?: string;
  readonly cluster: ClusterName;
  /** Empty for every service of the cluster that has the tags. */
  readonly services: readonly ServicePattern[];
  readonly tags: readonly { readonly key: string; readonly value?: string }[];
  /** The options, as commander would hand them over. */
  readonly flags: Flags;
  /** `file:line:column` of a member, or of the entry. */
  readonly where: (member: string) => string;
}

/** An entry selects at least one service, and no fleet has more. */
const MOST_ENTRIES = 20_000;

/** ARN of a role. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const ROLE_ARN = /^arn:aws(?:-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
const GLOB = /^[\w*-]{1,255}$/;

interface Given {
  readonly value: unknown;
  readonly at: number;
}

/**
 * The entries of a file.
 *
 * @param flags of the command line: they apply if neither an entry nor the defaults say otherwise
 * @throws Failure a usage error with everything that is wrong, each with its place
 */
export function entriesOf(root: FileNode, places: FilePlaces, faults: FileFaults, flags: Flags): FileEntry[] {
  const tables = memberTables();
  const top = membersOf(root, [{ name: 'defaults', help: '' }, { name: 'services', help: '' }, { name: '$schema', help: '' }], faults, 'the file');
  const defaults = top.get('defaults');
  const services = top.get('services');
  const common = defaults === undefined ? new Map<string, Given>() : givenIn(defaults.node, tables.defaults, faults, '`defaults`');
  if (services === undefined) faults.add(root.at, 'the file has no `services`: a list of entries, each with `cluster`, `service`, and options');
  else if (services.node.kind !== 'list' || services.node.items.length === 0) faults.add(services.node.at, '`services` must be a list with at least one entry');
  const items = services?.node.items ?? [];
  if (items.length > MOST_ENTRIES) throw faults.only(items[MOST_ENTRIES].at, `the file has ${items.length} entries, and at most ${MOST_ENTRIES} are accepted`);
  const known = new Map<string, number>();
  const around = { places, faults, flags, commonFlags: over(flagsOf(common, tables.entry), flags), members: tables.entry };
  const entries = items.flatMap(item => {
    const entry = entryOf(item, givenIn(item, tables.entry, faults, 'an entry'), common, around);
    if (entry === undefined) return [];
    const what = JSON.stringify([entry.place, entry.cluster.given, entry.services.map(({ given }) => given), entry.tags]);
    const before = known.get(what);
    if (before !== undefined) faults.add(item.at, `the entry selects the same as that of ${places.of(before)}. Leave one of them out`);
    known.set(what, before ?? item.at);
    return [entry];
  });
  faults.check();
  return entries;
}

type Named = Pick<FileMember, 'name' | 'help'>;

function membersOf(node: FileNode, table: readonly Named[], faults: FileFaults, what: string) {
  const found = new Map<string, { readonly at: number; readonly node: FileNode }>();
  if (node.kind !== 'members') {
    faults.add(node.at, `${what} must be an object with members such as ${table.slice(0, 3).map(({ name }) => `\`${name}\``).join(', ')}`);
    return found;
  }
  for (const { name, at, node: value } of node.members) {
    const ofKey = faultOfKeyName(name);
    if (ofKey !== undefined) faults.add(at, ofKey);
    else if (!table.some(one => one.name === name)) faults.add(at, unknownMember(name, table, what));
    else if (found.has(name)) faults.add(at, `\`${name}\` is there twice`);
    else found.set(name, { at, node: value });
  }
  return found;
}

function unknownMember(name: string, table: readonly Named[], what: string): string {
  const names = table.map(one => one.name);
  const near = nearest(name.replace(/^-+/, ''), names);
  return `${what} has no member \`${name.slice(0, 60)}\`${near === undefined ? `; its members are ${names.join(', ')}` : `: did you mean \`${near}\`?`}`;
}

function givenIn(node: FileNode, table: readonly FileMember[], faults: FileFaults, what: string): Map<string, Given> {
  return new Map([...membersOf(node, table, faults, what)].flatMap(([name, { node: value }]) => {
    const given = valueOfMember(table.find(one => one.name === name)!, value, faults);
    return given === undefined ? [] : [[name, { value: given, at: value.at }]];
  }));
}

interface Around {
  readonly places: FilePlaces;
  readonly faults: FileFaults;
  readonly flags: Flags;
  /** Those of an entry without options of its own. */
  readonly commonFlags: Flags;
  readonly members: readonly FileMember[];
}

/** Undefined if it does not say which services it selects. */
function entryOf(
  { at, kind }: FileNode, own: ReadonlyMap<string, Given>, common: ReadonlyMap<string, Given>,
  { places, faults, flags, commonFlags, members }: Around,
): FileEntry | undefined {
  if (kind !== 'members') return undefined;
  const given = (name: string) => own.get(name) ?? common.get(name);
  const textOf = (name: string) => given(name)?.value as string | undefined;
  const faulty = <T>(name: string, parse: () => T): T | undefined => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      faults.add(given(name)?.at ?? at, error.message);
      return undefined;
    }
  };
  const patterns = (own.get('service')?.value as string[] | undefined ?? []).flatMap(text => faulty('service', () => patternOf(text)) ?? []);
  const named = textOf('cluster');
  const cluster = named === undefined ? undefined : faulty('cluster', () => parseCluster(named, '`cluster`'));
  const clusters = new Map([...cluster ? [cluster] : [], ...patterns.flatMap(({ cluster: of }) => of ?? [])].map(one => [one.name, one]));
  if (clusters.size > 1) faults.add(at, `the entry names different clusters: ${[...clusters.keys()].join(', ')}. Write an entry for each cluster`);
  const [chosen] = clusters.values();
  const tags = (own.get('tags')?.value as string[] | undefined ?? []).flatMap(tag => faulty('tags', () => parseTag(tag, '`tags`')) ?? []);
  if (chosen === undefined && named === undefined) faults.add(at, 'the entry has no `cluster`: name it, or give `service` as an ARN that includes the cluster');
  if (!own.has('service') && tags.length === 0) faults.add(at, 'the entry selects no services: give `service`, which may be `"*"`, or `tags`');
  const ofArns = [cluster?.place, ...patterns.map(({ place }) => place)];
  const region = regionOf(ofArns.map(place => place?.region), textOf('region'), flags.region as string | undefined);
  if (region.length > 1) faults.add(given('region')?.at ?? at, `the entry names different regions: ${region.join(', ')}. Write an entry for each region`);
  else if (region.length === 1) faulty('region', () => parseRegion(region[0], 'Check `region`.'));
  const roleArn = own.has('profile') && !own.has('roleArn') ? undefined : textOf('roleArn');
  if (roleArn !== undefined && !ROLE_ARN.test(roleArn)) faults.add(given('roleArn')!.at, `\`roleArn\` must be the ARN of a role, arn:aws:iam::<account>:role/<name>, got: ${roleArn}`);
  const accounts = new Set(ofArns.flatMap(place => place?.account ?? []));
  const [account] = accounts;
  if (accounts.size > 1) {
    faults.add(at, `the entry names different accounts: ${[...accounts].join(', ')}. Write an entry for each account`);
  } else if (account !== undefined && roleArn !== undefined && ROLE_ARN.test(roleArn) && placeOf(roleArn).account !== account) {
    const found = `\`roleArn\` is of account ${placeOf(roleArn).account}, but the entry names account ${account} by ARN`;
    faults.add(own.get('roleArn')?.at ?? at, `${found}. Name a role of account ${account}`);
  }
  if (chosen === undefined) return undefined;
  const options = flagsOf(own, members);
  return {
    at: places.of(at),
    place: { profile: textOf('profile') ?? flags.profile as string | undefined, roleArn, region: region[0] },
    account,
    cluster: chosen,
    services: patterns.map(({ given: text, name, isGlob }) => ({ given: text, name, isGlob })),
    tags,
    flags: Object.keys(options).length === 0 ? commonFlags : over(options, commonFlags),
    where: name => places.of(given(name)?.at ?? at),
  };
}

function flagsOf(given: ReadonlyMap<string, Given>, members: readonly FileMember[]): Flags {
  return Object.fromEntries([...given].flatMap(([name, { value }]) =>
    members.find(one => one.name === name)?.flag === undefined ? [] : [[flagMember(name, members), value]]));
}

/** Commander's member of a `--no-…` flag is the one without `no`. */
function flagMember(name: string, members: readonly FileMember[]): string {
  const { flag } = members.find(one => one.name === name)!;
  return flag!.startsWith('--no-') ? name.charAt(2).toLowerCase() + name.slice(3) : name;
}

function patternOf(text: string): ServicePattern & Pick<ClusterName, 'place'> & { readonly cluster?: ClusterName } {
  if (text.includes('*') && GLOB.test(text)) return { given: text, name: text, isGlob: true };
  const { given, name, cluster, place } = parseService(text, '`service`');
  const ofCluster = cluster === undefined || place === undefined ? undefined
    : parseCluster(`arn:${place.partition}:ecs:${place.region}:${place.account}:cluster/${cluster}`, '`service`');
  return { given, name, isGlob: false, cluster: ofCluster, place };
}

/** The regions that an entry names; those of ARNs come before that of the command line. */
function regionOf(ofArns: readonly (string | undefined)[], own: string | undefined, otherwise: string | undefined): string[] {
  const named = new Set([...ofArns, own].flatMap(region => region ?? []));
  return named.size > 0 ? [...named] : otherwise === undefined ? [] : [otherwise];
}
