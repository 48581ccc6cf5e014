/** What is known of one generation of the agent. Everything that names a fact of it stands here and nowhere else. */
export interface Generation {
  /** The image that is run where none is given. */
  readonly image: string;
  /** Repositories that hold this agent, without their registry. */
  readonly repositories: readonly string[];
  readonly containerName: string;
  /** The program in the image, which is built from scratch: there is no shell beside it. */
  readonly program: string;
  /** The variables in which the agent looks for the API key, in its order. */
  readonly apiKeyVariables: readonly string[];
  /** The prefix of the variables whose values become tags of what is captured. */
  readonly tagVariablePrefix: string;
  /** Requests captured a minute where no rate limit is set. */
  readonly defaultRateLimit: number;
  /** The host it sends to, on TCP 443. */
  readonly backend: string;
  /**
   * Memory that one task's agent used, in MB, measured at 500 requests a second with bodies of 1 KB: idle, and at its peak by
   * requests captured a minute.
   */
  readonly memory: { readonly idle: number; readonly peaks: readonly (readonly [perMinute: number, megabytes: number])[] };
  /** What Postman asks for where a hard limit is set and the rate limit is the default, in MiB. */
  readonly recommendedMemoryLimitMiB: number;
}

/** The Live Collection agent, of https://github.com/postmanlabs/observability-cli. */
export const LIVE_COLLECTION: Generation = {
  image: 'docker.postman.com/postman-lc-agent:latest',
  repositories: ['postman-lc-agent', 'akita-cli', 'akitasoftware/cli'],
  containerName: 'postman-lc-agent',
  program: '/postman-lc-agent',
  apiKeyVariables: ['POSTMAN_API_KEY'],
  tagVariablePrefix: 'AKITA',
  defaultRateLimit: 1000,
  backend: 'api.observability.postman.com',
  memory: { idle: 49, peaks: [[100, 117], [1000, 356]] },
  recommendedMemoryLimitMiB: 700,
};

/** Its successor, the Insights agent, of https://github.com/postmanlabs/postman-insights-agent. */
export const INSIGHTS: Generation = {
  image: 'public.ecr.aws/postman/postman-insights-agent:latest',
  repositories: ['postman-insights-agent'],
  containerName: 'postman-insights-agent',
  program: '/postman-insights-agent',
  apiKeyVariables: ['POSTMAN_INSIGHTS_API_KEY', 'POSTMAN_API_KEY'],
  tagVariablePrefix: 'POSTMAN',
  defaultRateLimit: 12000,
  backend: 'api.observability.postman.com',
  memory: { idle: 73, peaks: [[12000, 145]] },
  recommendedMemoryLimitMiB: 700,
};

export const GENERATIONS: readonly Generation[] = [LIVE_COLLECTION, INSIGHTS];

/**
 * Whether an image is the agent: any of the generations, from its own registry or any mirror of it, with any tag or digest.
 */
export function isAgentImage(image: string, generations: readonly Generation[] = GENERATIONS): boolean {
  const [name] = image.split('@');
  const repository = `/${name.replace(/:[^:/]*$/, '')}`;
  return generations.some(({ repositories }) => repositories.some(known => repository.endsWith(`/${known}`)));
}
