export type GenerationName = 'live-collection' | 'insights';

/** Where Postman keeps a team's data. */
export type DataRegion = 'US' | 'EU';

/** The facts of one generation of the agent. */
export interface Generation {
  readonly name: GenerationName;
  /** How sentences call the agent, e.g. `Live Collection agent`. */
  readonly title: string;
  /** The image that runs if no other is given. */
  readonly image: string;
  /** Repositories that hold this agent, without their registry. */
  readonly repositories: readonly string[];
  /**
   * Postman's own images, without their tag, of which no public source shows that they run on ARM64. Both agents say in `apidump/net.go` that
   * `docker pull --platform` gets an image for another architecture, but not for which ones there is an image.
   */
  readonly notKnownOnArm64: readonly string[];
  readonly containerName: string;
  /** The program in the image. The image is built from scratch, so it has no shell. */
  readonly program: string;
  /** The construct that runs it as a sidecar of a service. */
  readonly sidecar: string;
  /** The construct that runs it once on each container instance. */
  readonly daemon: string;
  /** The name of a daemon's service if no other is given. */
  readonly daemonService: string;
  /** The hosts that get what it captures, by the data region of the Postman team. The port is 443. */
  readonly hosts: { readonly US: string; readonly EU?: string };
  /**
   * The variables in which versions of the agent look for the API key. All are set to it: an older version reads only the last, a
   * newer one only the first.
   */
  readonly apiKeyVariables: readonly string[];
  /** The prefix of the variables whose values become tags of the captured traffic. */
  readonly tagVariablePrefix: string;
  /** The host that gets the agent's own usage reports. */
  readonly telemetryHost: string;
  /** What names a discovered workload besides the options: the variable of the cluster, and another name for namespace and workload. */
  readonly discovery?: { readonly clusterVariable: string; readonly nameVariable: string; readonly nameFlag: `--${string}` };
  /** Flags of old versions that name a destination beside those of the options. All take a value. */
  readonly oldDestinationFlags: readonly `--${string}`[];
  /** Whether the program ends if it cannot start. Otherwise it logs the error and waits forever. */
  readonly exitsOnError: boolean;
  /** The flag with which the agent captures HTTPS, if it can. */
  readonly httpsCaptureFlag?: `--${string}`;
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
  notKnownOnArm64: ['docker.postman.com/postman-lc-agent', 'public.ecr.aws/akitasoftware/akita-cli', 'akitasoftware/cli'],
  containerName: 'postman-lc-agent',
  program: '/postman-lc-agent',
  sidecar: 'PostmanLiveCollectionSidecar',
  daemon: 'PostmanLiveCollectionDaemon',
  daemonService: 'postman-lc-daemon',
  hosts: { US: 'api.observability.postman.com' },
  apiKeyVariables: ['POSTMAN_API_KEY'],
  tagVariablePrefix: 'AKITA',
  telemetryHost: 'api.segment.io',
  oldDestinationFlags: ['--out', '--service', '--cluster'],
  exitsOnError: true,
  defaultRateLimit: 1000,
  memory: { idle: 49, peaks: [[100, 117], [1000, 356]] },
  recommendedMemoryLimitMiB: 700,
};

/** Its successor, the Insights agent, of https://github.com/postmanlabs/postman-insights-agent. */
export const INSIGHTS: Generation = {
  name: 'insights',
  title: 'Insights agent',
  image: 'public.ecr.aws/postman/postman-insights-agent:latest',
  repositories: ['postman-insights-agent'],
  // `public.ecr.aws/postman/postman-insights-agent:preview` runs on Fargate with ARM64 in a demo of Postman, which fails if it does not run:
  // https://github.com/postman-cs/autodemo-vzw/blob/db8608ff47ca213027a70aa6d98dfc129346afed/internal-catalog/.github/actions/aws-deploy/src/index.ts
  notKnownOnArm64: ['docker.postman.com/postman-insights-agent'],
  containerName: 'postman-insights-agent',
  program: '/postman-insights-agent',
  sidecar: 'PostmanInsightsSidecar',
  daemon: 'PostmanInsightsDaemon',
  daemonService: 'postman-insights-daemon',
  hosts: { US: 'api.observability.postman.com', EU: 'api.observability.eu.postman.com' },
  apiKeyVariables: ['POSTMAN_INSIGHTS_API_KEY', 'POSTMAN_API_KEY'],
  tagVariablePrefix: 'POSTMAN',
  telemetryHost: 'api2.amplitude.com',
  oldDestinationFlags: [],
  exitsOnError: false,
  discovery: { clusterVariable: 'POSTMAN_INSIGHTS_CLUSTER_NAME', nameVariable: 'POSTMAN_INSIGHTS_SERVICE_NAME', nameFlag: '--service-name' },
  httpsCaptureFlag: '--enable-https-capture',
  defaultRateLimit: 12000,
  memory: { idle: 73, peaks: [[12000, 145]] },
  recommendedMemoryLimitMiB: 700,
};

export const GENERATIONS: readonly Generation[] = [LIVE_COLLECTION, INSIGHTS];

/** Flags that name a destination, or a part of one, and are no options here. */
export const OTHER_DESTINATION_FLAGS: readonly string[] =
  GENERATIONS.flatMap(({ discovery, oldDestinationFlags }) => [...oldDestinationFlags, ...discovery === undefined ? [] : [discovery.nameFlag]]);

/**
 * The variables of a key for Akita's service, from which the agents come. Their programs read them only if there is no key of Postman, so
 * they are never set here, but they must not be shown.
 */
export const AKITA_KEY_VARIABLES: readonly string[] = ['AKITA_API_KEY_ID', 'AKITA_API_KEY_SECRET'];
