import { Destination, StartupFacts } from './facts';

/** Where the agent's own traffic goes through a forward proxy that `checkAgent` has passed: `http://host:port` or `address:port`. */
export function proxyDestination(proxy: string): Destination {
  const { hostname, port } = new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
  // URL leaves the port out where it is the scheme's own.
  const where = { port: Number(port || (proxy.startsWith('https:') ? 443 : 80)) };
  const address = /^\[(.*)\]$/.exec(hostname)?.[1] ?? (/^[\d.]+$/.test(hostname) ? hostname : undefined);
  return address === undefined ? { kind: 'host', host: hostname, ...where } : { kind: 'address', address, ...where };
}

const PUBLIC_REGISTRIES = ['docker.postman.com', 'public.ecr.aws'];

/**
 * What ECS reads before the agent's container starts, and which VPC endpoints would serve it: those of Amazon ECR too for an
 * image there, none for one in a public registry.
 *
 * @param image its name; undefined where it is not known, as that of an asset, which stands in Amazon ECR
 */
export function startupOf(image: string | undefined): StartupFacts {
  if (image === undefined || /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/.test(image)) {
    return { endpointServices: ['secretsmanager', 'ecr.api', 'ecr.dkr', 's3'] };
  }
  const [host, ...path] = image.split('/');
  const isPublic = path.length === 0 || !/[.:]/.test(host) || PUBLIC_REGISTRIES.includes(host);
  // A registry of the user's own may stand in the VPC.
  return isPublic ? {} : { endpointServices: ['secretsmanager'] };
}
