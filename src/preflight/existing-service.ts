/** Names of a service that runs already. */
export interface ExistingServiceNames {
  readonly cluster: string;
  readonly service: string;
}

/** Of the stack. A member is undefined if it is known only to CloudFormation. */
interface Here {
  readonly region?: string;
  readonly account?: string;
}

interface Given {
  readonly serviceArn: unknown;
  readonly clusterArn: unknown;
}

type Names = readonly string[];

const NAME = '/[A-Za-z0-9][\\w-]{0,254}';
/** The forms of the ARNs. The old form of a service's does not have the cluster. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html */
const KINDS = {
  serviceArn: { kind: 'service', form: 'service/<cluster>/<name>', names: new RegExp(`^service(${NAME}){1,2}$`) },
  clusterArn: { kind: 'cluster', form: 'cluster/<name>', names: new RegExp(`^cluster${NAME}$`) },
} as const;

/** A value that is known later, at synthesis. */
export const KNOWN_LATER = Symbol('known later');

/**
 * The names in the ARNs of a service and of its cluster, which must be of the stack's account and region.
 *
 * @param given ARNs, or `KNOWN_LATER`; the cluster's may be undefined
 * @param show  how a value of the user is shown
 * @returns names, `*` for one that is known later; or sentences that say what is wrong
 */
export function existingServiceIn(
  { serviceArn, clusterArn }: Given, here: Here, show: (value: unknown) => string,
): ExistingServiceNames | { readonly problem: string } {
  const service = namesIn('serviceArn', serviceArn, here, show);
  const cluster = clusterArn === undefined ? undefined : namesIn('clusterArn', clusterArn, here, show);
  for (const one of [service, cluster]) if (one !== undefined && 'problem' in one) return one;
  const given = (cluster as Names | undefined)?.[0];
  const [first, second] = service as Names;
  if (first === '*') return { cluster: given ?? '*', service: '*' };
  if (second === undefined) {
    if (given !== undefined) return { cluster: given, service: first };
    return { problem: `\`serviceArn\` does not have the cluster's name, got: ${show(serviceArn)}. Set \`clusterArn\`, too.` };
  }
  if (given !== undefined && given !== '*' && given !== first) {
    return { problem: `\`serviceArn\` is of cluster ${first}, and \`clusterArn\` of cluster ${given}. Leave \`clusterArn\` out.` };
  }
  return { cluster: first, service: second };
}

function namesIn(prop: keyof typeof KINDS, arn: unknown, here: Here, show: (value: unknown) => string): Names | { readonly problem: string } {
  if (arn === KNOWN_LATER) return ['*'];
  const { kind, form, names } = KINDS[prop];
  const [, region, account, resource] = /^arn:aws[a-z-]*:ecs:([a-z]{2}(?:-[a-z]+)+-\d+):(\d{12}):(.+)$/.exec(typeof arn === 'string' ? arn : '') ?? [];
  if (!names.test(resource ?? '')) {
    return { problem: `\`${prop}\` must be the ARN of an ECS ${kind} (arn:aws:ecs:<region>:<account>:${form}), got: ${show(arn)}.` };
  }
  for (const [what, found, wanted] of [['region', region, here.region], ['account', account, here.account]]) {
    if (wanted === undefined || found === wanted) continue;
    return { problem: `\`${prop}\` is of ${what} ${found}, and the stack is of ${wanted}. Add the agent in a stack of the service's ${what}.` };
  }
  return resource.split('/').slice(1);
}
