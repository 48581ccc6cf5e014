import { usage } from './failure';

interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** A cluster as the user names it. */
export interface ClusterName {
  /** ARN or name: what the API takes. */
  readonly given: string;
  readonly name: string;
  /** Known if an ARN was given. */
  readonly place?: Place;
}

export interface ServiceName {
  readonly given: string;
  readonly name: string;
  readonly place?: Place;
  /** The cluster's name. Only the long form of a service's ARN has it. */
  readonly cluster?: string;
}

const REGION_FORM = /^[a-z]{2}(-[a-z]+)+-\d+$/;
const NAME_FORM = /^[A-Za-z0-9][\w-]{0,254}$/;

function parseArn(arn: string, what: string, wanted: string): Place & { readonly resource: string } {
  const [prefix, partition, service, region, account, ...rest] = arn.split(':');
  const resource = rest.join(':');
  const isOfEcs = prefix === 'arn' && /^aws(-[a-z-]+)?$/.test(partition ?? '') && service === 'ecs';
  const isPlaced = REGION_FORM.test(region ?? '') && /^\d{12}$/.test(account ?? '');
  if (!isOfEcs || !isPlaced || !resource.startsWith(`${what}/`)) throw usage(`\`--${what}\` must be ${wanted}, got: ${arn}`);
  return { partition, region, account, resource: resource.slice(what.length + 1) };
}

const CLUSTER_FORM = 'the ARN of an ECS cluster (arn:aws:ecs:<region>:<account>:cluster/<name>) or its name';
const SERVICE_FORM = 'the ARN of an ECS service (arn:aws:ecs:<region>:<account>:service/<cluster>/<name>) or its name';

/** @throws Failure a usage error if the text is neither a name nor the ARN of a cluster */
export function parseCluster(given: string): ClusterName {
  if (!given.includes(':')) {
    if (!NAME_FORM.test(given)) throw usage(`\`--cluster\` must be ${CLUSTER_FORM}, got: ${given || '(nothing)'}`);
    return { given, name: given };
  }
  const { resource, ...place } = parseArn(given, 'cluster', CLUSTER_FORM);
  if (!NAME_FORM.test(resource)) throw usage(`\`--cluster\` must be ${CLUSTER_FORM}, got: ${given}`);
  return { given, name: resource, place };
}

/** @throws Failure a usage error if the text is neither a name nor the ARN of a service */
export function parseService(given: string): ServiceName {
  if (!given.includes(':')) {
    if (!NAME_FORM.test(given)) throw usage(`\`--service\` must be ${SERVICE_FORM}, got: ${given || '(nothing)'}`);
    return { given, name: given };
  }
  const { resource, ...place } = parseArn(given, 'service', SERVICE_FORM);
  const [first, second, ...more] = resource.split('/');
  if (more.length > 0 || ![first, second ?? first].every(part => NAME_FORM.test(part))) throw usage(`\`--service\` must be ${SERVICE_FORM}, got: ${given}`);
  return second === undefined ? { given, name: first, place } : { given, name: second, place, cluster: first };
}

/** @throws Failure a usage error if the text does not have the form of a region. Whether the region exists is not checked. */
export function parseRegion(region: string): string {
  if (REGION_FORM.test(region)) return region;
  throw usage(`The region must be an AWS region such as eu-west-1, got: ${region || '(nothing)'}. Check \`--region\`, AWS_REGION and the profile.`);
}

/** The region in the ARN of a secret, where Secrets Manager finds it; undefined for a name, which is one of the account's region. */
export function regionIn(secret: string): string | undefined {
  const region = secret.split(':')[3];
  return secret.startsWith('arn:') && REGION_FORM.test(region) ? region : undefined;
}

/** `arn:…:task-definition/orders:7`, as ECS writes it. */
export function parseRevision(arn: string): { readonly family: string; readonly revision: number; readonly short: string } {
  const short = arn.slice(arn.lastIndexOf('/') + 1);
  const [family, revision] = short.split(':');
  return { family, revision: Number(revision), short };
}

/** The ARN of another revision of the same family. */
export function siblingRevision(arn: string, revision: number): string {
  return arn.replace(/\d+$/, String(revision));
}

/** Partition, region and account of an ARN. */
export function placeOf(arn: string): Place {
  const [, partition, , region, account] = arn.split(':');
  return { partition, region, account };
}

/** The name after the last slash of an ARN. */
export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
