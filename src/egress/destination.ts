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

/**
 * What ECS reads before the agent's container starts, and which VPC endpoints can serve it: also those of Amazon ECR for an image
 * there, none for an image in a public registry. With the log driver awslogs, the container starts only if CloudWatch Logs is reached.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 * @param image    its name; undefined if it is not known, as for an image asset, which is in Amazon ECR
 * @param logDriver of the agent's container; undefined if it is not known, or if it has none
 */
export function startupOf(image: string | undefined, logDriver: string | undefined): StartupFacts {
  const logs = logDriver === 'awslogs' ? ['logs'] : [];
  if (image === undefined || /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/.test(image)) {
    return { endpointServices: ['secretsmanager', 'ecr.api', 'ecr.dkr', 's3', ...logs] };
  }
  const [host, ...path] = image.split('/');
  const isPublic = path.length === 0 || !/[.:]/.test(host) || PUBLIC_REGISTRIES.includes(host);
  // The user's own registry may be in the VPC.
  return isPublic ? {} : { endpointServices: ['secretsmanager', ...logs] };
}
