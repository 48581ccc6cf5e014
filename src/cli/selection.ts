import { CommonFlags, Context } from './context';
import { COMMAND_LINE_HINTS } from './hints';
import { Account, parseRegion, ClusterName, EcsService, Failure, lastPart, listClusters, listServices, parseCluster, parseService, selectServices, usage } from '../aws';

export interface Selected {
  readonly account: Account;
  readonly services: readonly EcsService[];
  /** What the user has selected from lists, as flags. */
  readonly picked: Pick<CommonFlags, 'cluster' | 'service'>;
  /** Whether the services were not named one by one. */
  readonly listsServices: boolean;
  /** The error for the named services that do not exist. Only with `allowsMissing`. */
  readonly missing?: Failure;
}

/**
 * The services that the flags name, or that the user selects from lists.
 *
 * @param options `allowsMissing`: a named service that does not exist is no error if another one does
 */
export async function select(context: Context, flags: CommonFlags, { allowsMissing = false } = {}): Promise<Selected> {
  const services = (flags.service ?? []).map(given => parseService(given, '`--service`'));
  const tags = (flags.serviceTag ?? []).map(tag => parseTag(tag));
  if (services.length > 0 && flags.all) throw usage('`--service` and `--all` exclude each other: name the services, or take all of them.');
  const named = flags.cluster === undefined ? undefined : clusterOf(flags.cluster);
  const clusters = [...new Set([...services.flatMap(({ cluster: of }) => of ?? []), ...named ? [named.name] : []])];
  if (clusters.length > 1) {
    throw usage(`The ARNs and \`--cluster\` name different clusters: ${clusters.join(', ')}. One run works on one cluster.`);
  }
  const cluster = named ?? (clusters[0] === undefined ? undefined : clusterOf(clusters[0]));
  const hasServices = services.length > 0 || flags.all === true || tags.length > 0;
  if (!context.isInteractive) {
    if (cluster === undefined) throw usage('Name the cluster with `--cluster <ARN or name>`, or the service by an ARN that includes the cluster.');
    if (!hasServices) throw usage('Name the services: `--service <ARN or name>`, `--all`, `--service-tag key[=value]`, or `--from <file>`.');
  }

  const account = context.account(regionOf(flags, [cluster?.place, ...services.map(({ place }) => place)]));
  await account.region();
  const chosen = cluster ?? clusterOf(await pickCluster(account));
  const selection = { cluster: chosen, services: hasServices ? services : await pickServices(account, chosen.given), tags };
  const picked = {
    ...cluster === undefined ? { cluster: chosen.given } : {},
    ...hasServices ? {} : { service: selection.services.map(({ given }) => given) },
  };
  const { services: found, missing } = await selectServices(account, selection);
  if (missing && !(allowsMissing && found.length > 0)) throw missing;
  if (found.length === 0) {
    const tagged = tags.length === 0 ? '' : ` with ${(flags.serviceTag ?? []).join(' and ')}`;
    throw usage(`Cluster ${chosen.name} has no service${tagged}. Check \`--cluster\`, \`--region\` and \`--service-tag\`.`);
  }
  return { account, services: context.chosen?.(found) ?? found, picked, listsServices: selection.services.length === 0, missing };
}

/** The cluster of one service: that of `--cluster`, else that of the service's ARN. Undefined if neither is given. */
export function clusterOfService(given: string | undefined, service: ReturnType<typeof parseService> | undefined): ClusterName | undefined {
  const named = given === undefined ? undefined : clusterOf(given);
  if (named && service?.cluster !== undefined && service.cluster !== named.name) {
    throw usage(`\`--cluster\` and \`--service\` name different clusters: ${named.name}, ${service.cluster}.`);
  }
  return named ?? (service?.cluster === undefined ? undefined : clusterOf(service.cluster));
}

function clusterOf(given: string): ClusterName {
  return parseCluster(given, '`--cluster`');
}

/** @param called the flag or the member that has it */
export function parseTag(text: string, called = '`--service-tag`'): { key: string; value?: string } {
  const at = text.indexOf('=');
  const tag = at < 0 ? { key: text } : { key: text.slice(0, at), value: text.slice(at + 1) };
  if (tag.key === '') throw usage(`${called} must be \`key\` or \`key=value\`, got: ${text || '(nothing)'}`);
  return tag;
}

/** The region of `--region` and of all ARNs, which must be the same. Undefined if none is given. */
export function regionOf({ region }: CommonFlags, places: readonly (ClusterName['place'])[]): string | undefined {
  const regions = [...new Set([...region === undefined ? [] : [region], ...places.flatMap(place => place?.region ?? [])])];
  if (regions.length > 1) throw usage(`\`--region\` and the ARNs name different regions: ${regions.join(', ')}. One run works in one region.`);
  const accounts = [...new Set(places.flatMap(place => place?.account ?? []))];
  if (accounts.length > 1) throw usage(`The ARNs name different accounts: ${accounts.join(', ')}. One run works in one account.`);
  return regions[0] === undefined ? undefined : parseRegion(regions[0], COMMAND_LINE_HINTS.regionForm);
}

/** Asks for one of the clusters of the account and region. */
export async function pickCluster(account: Account): Promise<string> {
  const { pick } = await import('./prompts.js');
  const clusters = await listClusters(account);
  if (clusters.length === 0) throw usage(`There is no ECS cluster in ${await account.region()} of this account. Check \`--region\` and \`--profile\`.`);
  return pick('Which cluster?', clusters.map(arn => ({ value: arn, label: lastPart(arn) })));
}

async function pickServices(account: Account, cluster: string) {
  const { pickSeveral } = await import('./prompts.js');
  const services = (await listServices(account, clusterOf(cluster))).sort();
  if (services.length === 0) throw usage(`Cluster ${lastPart(cluster)} has no services.`);
  return (await pickSeveral('Which services?', services.map(arn => ({ value: arn, label: lastPart(arn) })))).map(given => ({ given, name: lastPart(given) }));
}
