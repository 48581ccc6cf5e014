import { CommonFlags, Context } from './context';
import { Account, parseRegion, ClusterName, EcsService, lastPart, listClusters, listServices, parseCluster, parseService, selectServices, usage } from '../aws';

export interface Selected {
  readonly account: Account;
  readonly services: readonly EcsService[];
  readonly listsServices: boolean;
}

/** The services that the flags name, or that the user selects from lists. */
export async function select(context: Context, flags: CommonFlags): Promise<Selected> {
  const services = (flags.service ?? []).map(parseService);
  const tags = (flags.serviceTag ?? []).map(parseTag);
  if (services.length > 0 && flags.all) throw usage('`--service` and `--all` exclude each other: name the services, or take all of them.');
  const named = flags.cluster === undefined ? undefined : parseCluster(flags.cluster);
  const clusters = [...new Set([...services.flatMap(({ cluster: of }) => of ?? []), ...named ? [named.name] : []])];
  if (clusters.length > 1) {
    throw usage(`The ARNs and \`--cluster\` name different clusters: ${clusters.join(', ')}. One run works on one cluster.`);
  }
  const cluster = named ?? (clusters[0] === undefined ? undefined : parseCluster(clusters[0]));
  const hasServices = services.length > 0 || flags.all === true || tags.length > 0;
  if (!context.isInteractive) {
    if (cluster === undefined) throw usage('Name the cluster with `--cluster <ARN or name>`, or the service by an ARN that includes the cluster.');
    if (!hasServices) throw usage('Name the services: `--service <ARN or name>`, `--all`, or `--service-tag key[=value]`.');
  }

  const account = context.account(regionOf(flags, [cluster?.place, ...services.map(({ place }) => place)]));
  await account.region();
  const chosen = cluster ?? parseCluster(await pickCluster(account));
  const selection = { cluster: chosen, services: hasServices ? services : await pickServices(account, chosen.given), tags };
  const found = await selectServices(account, selection);
  if (found.length === 0) {
    const tagged = tags.length === 0 ? '' : ` with ${(flags.serviceTag ?? []).join(' and ')}`;
    throw usage(`Cluster ${chosen.name} has no service${tagged}. Check \`--cluster\`, \`--region\` and \`--service-tag\`.`);
  }
  return { account, services: found, listsServices: selection.services.length === 0 };
}

function parseTag(text: string): { key: string; value?: string } {
  const at = text.indexOf('=');
  const tag = at < 0 ? { key: text } : { key: text.slice(0, at), value: text.slice(at + 1) };
  if (tag.key === '') throw usage(`\`--service-tag\` must be \`key\` or \`key=value\`, got: ${text || '(nothing)'}`);
  return tag;
}

/** The region of `--region` and of all ARNs, which must be the same. Undefined if none is given. */
export function regionOf({ region }: CommonFlags, places: readonly (ClusterName['place'])[]): string | undefined {
  const regions = [...new Set([...region === undefined ? [] : [region], ...places.flatMap(place => place?.region ?? [])])];
  if (regions.length > 1) throw usage(`\`--region\` and the ARNs name different regions: ${regions.join(', ')}. One run works in one region.`);
  const accounts = [...new Set(places.flatMap(place => place?.account ?? []))];
  if (accounts.length > 1) throw usage(`The ARNs name different accounts: ${accounts.join(', ')}. One run works in one account.`);
  return regions[0] === undefined ? undefined : parseRegion(regions[0]);
}

async function pickCluster(account: Account): Promise<string> {
  const { pick } = await import('./prompts.js');
  const clusters = await listClusters(account);
  if (clusters.length === 0) throw usage(`There is no ECS cluster in ${await account.region()} of this account. Check \`--region\` and \`--profile\`.`);
  return pick('Which cluster?', clusters.map(arn => ({ value: arn, label: lastPart(arn) })));
}

async function pickServices(account: Account, cluster: string) {
  const { pickSeveral } = await import('./prompts.js');
  const services = (await listServices(account, parseCluster(cluster))).sort();
  if (services.length === 0) throw usage(`Cluster ${lastPart(cluster)} has no services.`);
  return (await pickSeveral('Which services?', services.map(arn => ({ value: arn, label: lastPart(arn) })))).map(given => ({ given, name: lastPart(given) }));
}
