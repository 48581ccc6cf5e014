import { Destination, StartupFacts } from './facts';

/** Where the agent sends its traffic with a forward proxy. `checkAgent` has accepted the proxy: `http://host:port` or `address:port`. */
export function proxyDestination(proxy: string): Destination {
  const { hostname, port } = new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
  // URL leaves the port out if it is the scheme's default.
  const where = { port: Number(port || (proxy.startsWith('https:') ? 443 : 80)) };
  const address = /^\[(.*)\]$/.exec(hostname)?.[1] ?? (/^[\d.]+$/.test(hostname) ? hostname : undefined);
  return address === undefined ? { kind: 'host', host: hostname, ...where } : { kind: 'address', address, ...where };
}

const PUBLIC_REGISTRIES = ['docker.postman.com', 'public.ecr.aws'];

/** Where an image without a host in its name is. */
const DOCKER_HUB = 'registry-1.docker.io';

/** What a start-up needs, as the task definition says it. */
interface Startup {
  /** The image's name; undefined if it is not known, as for an image asset, which is in Amazon ECR. */
  readonly image: string | undefined;
  /** The log driver of the agent's container; undefined if it is not known, or if it has none. */
  readonly logDriver: string | undefined;
  /** The service that keeps the API key, as VPC endpoints and names call it: `secretsmanager` or `ssm`, which itself decrypts a parameter. */
  readonly keyStore: string;
  /** The region of the tasks; undefined if it is not known. */
  readonly region: string | undefined;
  /** The region of the key, where ECS reads it; undefined if it is not known. */
  readonly keyRegion: string | undefined;
}

/**
 * What ECS reads before the agent's container starts, and which VPC endpoints can serve it: also those of Amazon ECR for an image
 * there, none for an image in a public registry. With the log driver awslogs, the container starts only if CloudWatch Logs is reached.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
 */
export function startupOf({ image, logDriver, keyStore: store, region, keyRegion }: Startup): StartupFacts {
  // The endpoint of a region serves only that region.
  const keyStore = region === undefined || keyRegion === undefined || region === keyRegion ? store : `${store} in ${keyRegion}`;
  const logs = logDriver === 'awslogs' ? ['logs'] : [];
  // Elsewhere than in these regions, the names of AWS end otherwise.
  const stores = keyRegion === undefined || keyRegion.startsWith('cn-') ? [] : [`${store}.${keyRegion}.amazonaws.com`];
  if (image === undefined) return { endpointServices: [keyStore, 'ecr.api', 'ecr.dkr', 's3', ...logs], names: stores };
  const [first, ...path] = image.split('/');
  const hasHost = path.length > 0 && /[.:]/.test(first);
  const host = hasHost ? first.split(':')[0] : DOCKER_HUB;
  const names = [host, ...stores];
  if (/\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/.test(image)) return { endpointServices: [keyStore, 'ecr.api', 'ecr.dkr', 's3', ...logs], names };
  // The user's own registry may be in the VPC.
  return !hasHost || PUBLIC_REGISTRIES.includes(first) ? { names } : { endpointServices: [keyStore, ...logs], names };
}
