export type GenerationName = 'live-collection' | 'insights';

/** The facts of one generation of the agent. */
export interface Generation {
  readonly name: GenerationName;
  /** How sentences call the agent, e.g. `Live Collection agent`. */
  readonly title: string;
  /** The image that runs if no other is given. */
  readonly image: string;
  /** Repositories that hold this agent, without their registry. */
  readonly repositories: readonly string[];
  readonly containerName: string;
  /** The program in the image. The image is built from scratch, so it has no shell. */
  readonly program: string;
  /** The program's flags that say where it sends what it captures. It accepts one destination. */
  readonly destinationFlags: readonly string[];
  /** The variables in which the agent looks for the API key, in its order. */
  readonly apiKeyVariables: readonly string[];
  /** The prefix of the variables whose values become tags of the captured traffic. */
  readonly tagVariablePrefix: string;
  /** Requests captured a minute if no rate limit is set. */
  readonly defaultRateLimit: number;
  /**
   * Memory of the agent in one task, in MB, measured at 500 requests a second with bodies of 1 KB: idle, and at its peak by
   * requests captured a minute.
   */
  readonly memory: { readonly idle: number; readonly peaks: readonly (readonly [perMinute: number, megabytes: number])[] };
  /** What Postman asks for if a hard limit is set and the rate limit is the default, in MiB. */
  readonly recommendedMemoryLimitMiB: number;
}

/** The Live Collection agent, of https://github.com/postmanlabs/observability-cli. */
export const LIVE_COLLECTION: Generation = {
  name: 'live-collection',
  title: 'Live Collection agent',
  image: 'docker.postman.com/postman-lc-agent:latest',
  repositories: ['postman-lc-agent', 'akita-cli', 'akitasoftware/cli'],
  containerName: 'postman-lc-agent',
  program: '/postman-lc-agent',
  destinationFlags: ['--collection'],
  apiKeyVariables: ['POSTMAN_API_KEY'],
  tagVariablePrefix: 'AKITA',
  defaultRateLimit: 1000,
  memory: { idle: 49, peaks: [[100, 117], [1000, 356]] },
  recommendedMemoryLimitMiB: 700,
};

/** Its successor, the Insights agent, of https://github.com/postmanlabs/postman-insights-agent. */
const INSIGHTS: Generation = {
  name: 'insights',
  title: 'Insights agent',
  image: 'public.ecr.aws/postman/postman-insights-agent:latest',
  repositories: ['postman-insights-agent'],
  containerName: 'postman-insights-agent',
  program: '/postman-insights-agent',
  destinationFlags: ['--project', '--workspace-id', '--system-env', '--collection'],
  apiKeyVariables: ['POSTMAN_INSIGHTS_API_KEY', 'POSTMAN_API_KEY'],
  tagVariablePrefix: 'POSTMAN',
  defaultRateLimit: 12000,
  memory: { idle: 73, peaks: [[12000, 145]] },
  recommendedMemoryLimitMiB: 700,
};

export const GENERATIONS: readonly Generation[] = [LIVE_COLLECTION, INSIGHTS];
