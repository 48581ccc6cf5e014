/**
 * A container in the shape of the ECS API's `ContainerDefinition`, with the members that the agent uses.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export interface ContainerDescription {
  readonly name: string;
  readonly image: string;
  readonly essential: false;
  readonly entryPoint: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  /** Absent where the key stands among the variables. */
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly cpu?: number;
  /** MiB */
  readonly memory?: number;
  /** MiB */
  readonly memoryReservation?: number;
  readonly restartPolicy?: { readonly enabled: boolean; readonly restartAttemptPeriod: number };
  readonly logConfiguration?: { readonly logDriver: string; readonly options?: { readonly [key: string]: string } };
}

/** What both modes are asked for. Names are those of the construct's props; a value that `opaque` accepts is not judged. */
export interface AgentOptions {
  /** `<owner>-<uuid>` */
  readonly collectionId: string;
  /** @default - the generation's own image */
  readonly image?: string;
  /** The complete `valueFrom` of the secret: ARN, and for a JSON field `:<field>::`. */
  readonly apiKey: string;
  /** Whether `apiKey` is the key itself, which then stands in the task definition in clear. @default false */
  readonly apiKeyInClear?: boolean;
  readonly rateLimit?: number;
  readonly hostAllow?: readonly string[];
  readonly hostExclusions?: readonly string[];
  readonly pathAllow?: readonly string[];
  readonly pathExclusions?: readonly string[];
  readonly interfaces?: readonly string[];
  readonly filter?: string;
  readonly proxy?: string;
  readonly traceTags?: { readonly [key: string]: string };
  readonly logConfiguration?: ContainerDescription['logConfiguration'];
  readonly memoryReservationMiB?: number;
  readonly memoryLimitMiB?: number;
  readonly cpu?: number;
  /** @default true */
  readonly restartPolicy?: boolean;
  /** Whether the task itself sets a memory size. */
  readonly taskSetsMemory: boolean;
  /** What the agent is told of where it runs; each is left out where it is not known. */
  readonly place: {
    readonly region?: string;
    readonly service?: string;
    readonly taskFamily?: string;
  };
}

/** A remark on an option. `error` refuses; the others carry an id that a user can acknowledge. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  /** camelCase, stable: part of the contract. */
  readonly id: string;
  /** The option, by the construct's prop name. */
  readonly option?: string;
  readonly message: string;
}
