import { Failure, usage } from './failure';

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

function parseArn(arn: string, what: string, wrong: (given: string) => Failure): Place & { readonly resource: string } {
  const [prefix, partition, service, region, account, ...rest] = arn.split(':');
  const resource = rest.join(':');
  const isOfEcs = prefix === 'arn' && /^aws(-[a-z-]+)?$/.test(partition ?? '') && service === 'ecs';
  const isPlaced = REGION_FORM.test(region ?? '') && /^\d{12}$/.test(account ?? '');
  if (!isOfEcs || !isPlaced || !resource.startsWith(`${what}/`)) throw wrong(arn);
  return { partition, region, account, resource: resource.slice(what.length + 1) };
}

const CLUSTER_FORM = 'the ARN of an ECS cluster (arn:aws:ecs:<region>:<account>:cluster/<name>) or its name';
const SERVICE_FORM = 'the ARN of an ECS service (arn:aws:ecs:<region>:<account>:service/<cluster>/<name>) or its name';

function notA(form: string, called: string): (given: string) => Failure {
  return given => usage(`${called} must be ${form}, got: ${given || '(nothing)'}`);
}

/**
 * @param called what the text is called where the user has written it
 * @throws Failure a usage error if the text is neither a name nor the ARN of a cluster
 */
export function parseCluster(given: string, called: string): ClusterName {
  const wrong = notA(CLUSTER_FORM, called);
  if (!given.includes(':')) {
    if (!NAME_FORM.test(given)) throw wrong(given);
    return { given, name: given };
  }
  const { resource, ...place } = parseArn(given, 'cluster', wrong);
  if (!NAME_FORM.test(resource)) throw wrong(given);
  return { given, name: resource, place };
}

/**
 * @param called what the text is called where the user has written it
 * @throws Failure a usage error if the text is neither a name nor the ARN of a service
 */
export function parseService(given: string, called: string): ServiceName {
  const wrong = notA(SERVICE_FORM, called);
  if (!given.includes(':')) {
    if (!NAME_FORM.test(given)) throw wrong(given);
    return { given, name: given };
  }
  const { resource, ...place } = parseArn(given, 'service', wrong);
  const [first, second, ...more] = resource.split('/');
  if (more.length > 0 || ![first, second ?? first].every(part => NAME_FORM.test(part))) throw wrong(given);
  return second === undefined ? { given, name: first, place } : { given, name: second, place, cluster: first };
}

/**
 * @param check what the user can check
 * @throws Failure a usage error if the text does not have the form of a region. Whether the region exists is not checked.
 */
export function parseRegion(region: string, check: string): string {
  if (REGION_FORM.test(region)) return region;
  throw usage(`The region must be an AWS region such as eu-west-1, got: ${region || '(nothing)'}. ${check}`);
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
