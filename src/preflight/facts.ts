import { Generation, KeyStore } from '../agent';
import { Fact, HostKind } from '../egress';

/**
 * What a rule may know, as both modes gather it: from a construct tree, or from a live account. It is plain data. A fact that
 * cannot be seen is `Unknown`, and no rule concludes anything from it.
 */

/** A container of a task definition. */
export interface ContainerFacts {
  readonly name: string;
  readonly image: Fact<string>;
  /** The generation of the agent that it runs; undefined if it is not an agent. */
  readonly agent?: Generation;
  /** Whether it is the container that is added or changed. */
  readonly isOurs: boolean;
  readonly essential: Fact<boolean>;
  /** Names of the containers that it waits for. */
  readonly dependsOn: readonly string[];
  /** CPU units. Undefined if the container sets none. */
  readonly cpu?: Fact<number>;
  /** Hard limit in MiB. Undefined if the container sets none. */
  readonly memory?: Fact<number>;
  /** Soft limit in MiB. Undefined if the container sets none. */
  readonly memoryReservation?: Fact<number>;
  /** Seconds from SIGTERM to SIGKILL. Undefined if the container sets none. */
  readonly stopTimeout?: Fact<number>;
  /** Whether its API key is in the task definition in clear text. */
  readonly hasPlaintextKey: boolean;
  /** Whether it gets its API key from a secret. */
  readonly hasSecretKey: boolean;
  /** The flag with which it captures HTTPS, if it does. */
  readonly httpsCaptureFlag?: string;
}

/** A task definition as it will be with the agent. */
export interface TaskFacts {
  /** How sentences call it at their start, e.g. `Task definition Shop/Task`. */
  readonly name: string;
  readonly networkMode: Fact<string>;
  readonly operatingSystemFamily?: Fact<string>;
  /** `X86_64` or `ARM64`. Undefined if the task sets none. */
  readonly cpuArchitecture?: Fact<string>;
  /** CPU units. Undefined if the task sets none. */
  readonly cpu?: Fact<number>;
  /** MiB. Undefined if the task sets none. */
  readonly memoryMiB?: Fact<number>;
  readonly containers: readonly ContainerFacts[];
  /** What overrides make of the container that is added. @default - nothing */
  readonly agentOverride?: AgentOverride;
  readonly hasProxyConfiguration: boolean;
  readonly hasExecutionRole: boolean;
  /** Bytes of the definition as RegisterTaskDefinition would get it. */
  readonly bytes: Fact<number>;
  /** How an agent that was there before is changed. */
  readonly changedAgents: readonly ChangedAgent[];
  /** Whether memory is set aside for an agent now. False if the task had one before. */
  readonly isAgentNew: boolean;
  /** Requests a minute that the agent captures at most. Undefined for its default. */
  readonly rateLimitPerMinute?: Fact<number>;
  /** Whether the task is a daemon's, which runs only the agent. @default false */
  readonly isDaemon?: boolean;
}

/** What the template has in place of the agent's container. `index`: the place of the agent in the list of containers. */
export type AgentOverride =
  | { readonly problem: 'missing'; readonly agent: string }
  /** An override meant for another container. */
  | { readonly problem: 'merged'; readonly agent: string; readonly index: number; readonly found: string }
  /** `member`: the property that is not the agent's any more. */
  | { readonly problem: 'changed'; readonly agent: string; readonly index: number; readonly member: 'EntryPoint' | 'Secrets' };

/** An agent that was in the task definition before, as it will be. */
export interface ChangedAgent {
  readonly name: string;
  readonly image: string;
  /** Whether the container is still recognized as an agent. */
  readonly isRecognized: boolean;
  /** Whether a shell starts its program, and flags were to be changed in its line. */
  readonly isShellChanged: boolean;
  /** The name of an image that would be recognized ends so. */
  readonly agentName: string;
  /** Whether its key was in clear text, and is not any more. */
  readonly movesKey: boolean;
}

/**
 * What a service runs. `family`: the newest revision of the family that has the agent; a service gets it only with a deployment that
 * something else starts.
 */
export type OtherDefinition = { readonly is: 'other' | 'unknown' | 'family'; readonly found: string; readonly wanted: string };

/** A service that runs the task definition. */
export interface ServiceFacts {
  /** How sentences call it after `service`, e.g. `Shop/Service`. */
  readonly name: string;
  readonly hostKind: Fact<HostKind>;
  readonly assignPublicIp: Fact<boolean>;
  /** Fargate platform version. Undefined for the latest. */
  readonly platformVersion?: Fact<string>;
  /** `ECS`, `CODE_DEPLOY` or `EXTERNAL`. */
  readonly controller: Fact<string>;
  /** How the service names its task definition, if not by the revision that has the agent. */
  readonly otherDefinition?: OtherDefinition;
  /** `ACTIVE`, `DRAINING` or `INACTIVE`. */
  readonly status: Fact<string>;
  /** The CloudFormation stack that manages the service from outside. Undefined if no stack manages it, or if this app defines it. */
  readonly stack?: string;
  readonly isExpressMode: boolean;
  /** The rollout that is in progress. */
  readonly rollout?: { readonly revision?: string };
  /** The revision that the service runs, if it has been deregistered. */
  readonly inactiveRevision?: string;
  /** Whether the agent's container has a restart policy. */
  readonly agentRestarts: boolean;
  /** The tags whose keys and values are known. */
  readonly tags: readonly Tag[];
  /** What else in the app runs the same task definition and is not checked, e.g. `service Shop/Search` or `rule Shop/Rule`. */
  readonly uncheckedRunners: readonly string[];
  /** Other services with an agent that use network mode `host` on the same cluster. Empty if this one uses another mode. */
  readonly hostNetworkPeers: readonly string[];
  /** The target groups of load balancers in which its tasks are registered. */
  readonly targetGroups: readonly TargetGroupFacts[];
  /** Whether the agent reads HTTPS, too. */
  readonly agentReadsHttps: boolean;
  /** The ports that it publishes by Service Connect; empty if it does not use Service Connect, or only as a client. */
  readonly publishedPorts: Fact<readonly PublishedPort[]>;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface TargetGroupFacts {
  readonly name: string;
  /** Between the load balancer and the tasks: `HTTP`, `HTTPS`, `TCP`, `TLS`, … */
  readonly protocol: Fact<string>;
}

/** A port that Service Connect's proxy takes traffic for. */
export interface PublishedPort {
  /** Whether Service Connect encrypts the traffic to the proxy. */
  readonly hasTls: boolean;
}

/** One agent on each container instance of a cluster. */
export interface DaemonFacts {
  /** How sentences call it after `daemon`, e.g. `Shop/Agents`. */
  readonly name: string;
  /** How sentences call its cluster after `cluster`, e.g. `Shop/Cluster`. */
  readonly cluster: string;
  /** What the cluster runs tasks on. Unknown if a part cannot be seen. */
  readonly capacity: Fact<readonly CapacityFacts[]>;
  /** The interfaces that the agent listens on. */
  readonly networkInterfaces: Fact<readonly string[]>;
  /** Whether a BPF expression limits what it captures. */
  readonly hasPacketFilter: boolean;
  /**
   * What the agent captures, as a text: that of two agents differs if they are told to capture different requests, or run on different
   * instances. Empty if it captures all.
   */
  readonly selection: Fact<string>;
  /** Other services that run an agent on each instance of the cluster. */
  readonly otherDaemons: readonly { readonly name: string; readonly selection: Fact<string> }[];
  /** The services of the cluster that are known, without daemons of an agent. */
  readonly services: readonly ServiceOnInstances[];
}

/** Capacity of a cluster: an auto scaling group, a capacity provider, or an instance. */
export interface CapacityFacts {
  readonly name: string;
  readonly kind: Fact<HostKind>;
  readonly isWindows: Fact<boolean>;
}

export interface ServiceOnInstances {
  readonly name: string;
  readonly networkMode: Fact<string>;
  /** The agent in its tasks, if it has one. `selection`: as that of a daemon. */
  readonly sidecar?: { readonly selection: Fact<string> };
}

/** The secret of the API key. */
export interface SecretFacts {
  /** ARN or name. */
  readonly secret: string;
  /** The ARN; unknown if only CloudFormation knows it. */
  readonly arn: Fact<string>;
  readonly isComplete: boolean;
  readonly secretName: Fact<string>;
  /** The account of the secret, if it is another than the tasks'. */
  readonly otherAccount?: string;
  readonly hasCustomerKey: boolean;
  /** The customer managed key, if its policy cannot be changed here. */
  readonly importedKey?: string;
}

/** The parameter of the API key. */
export interface ParameterFacts {
  /** Its name, as sentences call it. */
  readonly parameter: string;
  /** Unknown if only CloudFormation knows it. */
  readonly name: Fact<string>;
  /** `SecureString`, `String` or `StringList`. */
  readonly type: Fact<string>;
  /** The resource of this app that makes it. */
  readonly madeBy?: string;
  /** The account of the parameter, if it is another than the tasks'. */
  readonly otherAccount?: string;
  readonly hasCustomerKey: Fact<boolean>;
  /** The customer managed key, if its policy cannot be changed here. */
  readonly importedKey?: string;
}

/** New tasks that are to start if the API key changes. */
export interface RotationFacts {
  /** How sentences call the service after `service`, e.g. `Shop/Service`. */
  readonly service: string;
  /** `ECS`, `CODE_DEPLOY` or `EXTERNAL`. */
  readonly controller: Fact<string>;
  /** The secret or the parameter, as sentences call it. */
  readonly key: string;
  readonly store: KeyStore;
  /** The region of the key, if it is another than the service's. */
  readonly otherRegion?: string;
  /** The account of the key, if it is another than the service's. */
  readonly otherAccount?: string;
}

/** The execution role, as far as it is known whether it can read the API key. `store`: where the key is. @default secretsmanager */
export type RoleFacts =
  | { readonly access: 'granted' }
  /** This app does not write to the role. `statements`: what it needs, each as JSON. */
  | { readonly access: 'notGranted'; readonly role: string; readonly container: string; readonly statements: readonly string[] }
  | { readonly access: 'denied'; readonly why: string; readonly isExplicit?: boolean; readonly store?: KeyStore }
  | { readonly access: 'unknown'; readonly why: string; readonly store?: KeyStore };
