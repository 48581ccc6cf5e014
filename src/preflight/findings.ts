import { AgentOverride } from './facts';
import { GenerationName, KeyStore } from '../agent';

/** What is said of a task, a service, a role, a secret or an option: an id of the catalog, and the values that its sentence needs. */
export type Finding<Id extends FindingId = FindingId> = { readonly [I in Id]: { readonly id: I; readonly values: FindingValues[I] } }[Id];

export type FindingId = keyof FindingValues;

/** The values of each finding. `task`, `service` and `role` are how sentences call them, e.g. `Task definition Shop/Task`. */
export interface FindingValues {
  // options
  readonly invalidOption: { readonly option: string; readonly wanted: string; readonly found: string; readonly wayOut?: string };
  readonly destination:
  /** The options of each destination. */
  | { readonly problem: 'none'; readonly choices: readonly (readonly string[])[] }
  | { readonly problem: 'several'; readonly options: readonly string[] }
  | { readonly problem: 'incomplete'; readonly options: readonly string[]; readonly missing: readonly string[] }
  | { readonly problem: 'part'; readonly option: string; readonly needs: string };
  readonly otherGeneration: { readonly option: string; readonly generation: GenerationName; readonly ofGeneration: GenerationName };
  readonly imageOfOtherGeneration: { readonly image: string; readonly generation: GenerationName; readonly ofGeneration: GenerationName };
  readonly payloadsSent: { readonly option: string };
  readonly payloadsNotSent: { readonly option: string; readonly needs: string };
  readonly unpinnedImage: { readonly image: string };
  readonly hostExpressionEndsBeforePort: { readonly option: string; readonly expression: string };
  readonly proxyCredentialsInClear: { readonly option: string; readonly proxy: string };
  /** MiB, and requests a minute. `isMeasured`: the need was measured, else Postman asks for it. */
  readonly agentMemoryLow: { readonly limit: number; readonly need: number; readonly rate: number; readonly isMeasured: boolean };

  // the task definition
  readonly networkMode: { readonly task: string; readonly mode: 'bridge' | 'none'; readonly generation: GenerationName };
  readonly windowsTask: { readonly task: string; readonly family: string };
  readonly arm64Image: { readonly task: string; readonly image: string };
  readonly containerName: { readonly task: string; readonly name: string; readonly image: string };
  readonly duplicateAgent: { readonly task: string; readonly containers: readonly string[] };
  readonly tooManyContainers: { readonly task: string; readonly others: number };
  readonly dependsOnAgent: { readonly task: string; readonly containers: readonly string[]; readonly agent: string };
  readonly imageNotRecognized: { readonly container: string; readonly image: string; readonly agentName: string };
  readonly agentInShell: { readonly container: string };
  readonly agentEssential: { readonly container: string };
  readonly plaintextApiKey: { readonly container: string };
  readonly oldRevisionsKeepKey: { readonly container: string };
  readonly httpsCapture: { readonly container: string; readonly flag: string };
  /** Seconds. */
  readonly stopTimeoutLow: { readonly container: string; readonly stopTimeout: number };
  readonly shortTask: { readonly task: string };
  readonly agentContainerOverridden: { readonly task: string } & AgentOverride;
  readonly proxyConfiguration: { readonly task: string };
  readonly tooLarge: { readonly bytes: number };
  /** `runner`: what runs it, e.g. `rule Shop/Rule`. */
  readonly sharedTaskDefinition: { readonly runner: string };
  readonly sharedHostNetwork: { readonly service: string; readonly others: readonly string[] };
  readonly nothingLeft: {};
  readonly nothingEssential: {};

  // memory and CPU, in MiB and CPU units
  readonly taskMemoryFull: { readonly task: number; readonly limits: number };
  /** `silent`: the containers that set no memory. */
  readonly taskMemoryLow: {
    readonly task: number; readonly left: number; readonly silent: readonly string[]; readonly need: number; readonly rate: number;
  };
  readonly cpuOverTask: { readonly own: number; readonly others: number; readonly task: number };
  /** `others` is absent if already the agent's limit is above the task's memory. */
  readonly agentMemoryOverTask: { readonly option: string; readonly own: number; readonly others?: number; readonly task: number };

  // the service
  readonly serviceNotActive: { readonly service: string; readonly status: string };
  readonly codeDeployNotRolledOut: { readonly service: string };
  /** `found`: what the service runs. `wanted`: the task definition that has the agent. */
  readonly otherTaskDefinition: { readonly service: string; readonly found: string; readonly wanted: string };
  readonly taskDefinitionUnknown: { readonly service: string; readonly found: string; readonly wanted: string };
  readonly latestRevisionNotRolledOut: { readonly service: string; readonly found: string };
  readonly externalController: { readonly service: string; readonly controller: string };
  readonly externalInstances: { readonly service: string };
  readonly managedByCloudFormation: { readonly service: string; readonly stack: string };
  /** `tag`: e.g. `ManagedBy=Terraform`. */
  readonly managedByOtherTool: { readonly service: string; readonly tool: string; readonly tag: string };
  readonly expressMode: { readonly service: string };
  /** `owner`: the stack that has added it, unless it is not known that one has. */
  readonly agentOfOthers: { readonly owner?: string };
  readonly rolloutInProgress: { readonly service: string; readonly revision?: string };
  readonly revisionInactive: { readonly service: string; readonly revision: string };
  readonly serviceConnect: { readonly service: string };
  readonly tlsInContainer: { readonly service: string; readonly targetGroup: string; readonly protocol: string };
  readonly assignPublicIp: { readonly service: string };
  /** `runner`: what runs the tasks, e.g. `service orders`. */
  readonly platformVersion: { readonly runner: string; readonly version: string };

  // a daemon. `daemon` and `cluster` are how sentences call them, e.g. `Shop/Agents`
  readonly noContainerInstances: { readonly cluster: string; readonly capacity: readonly UnfitCapacity[]; readonly generation: GenerationName };
  readonly instancesNotWatched: { readonly cluster: string; readonly capacity: readonly UnfitCapacity[] };
  readonly secondDaemon: { readonly daemon: string; readonly cluster: string; readonly others: readonly string[] };
  readonly requestsSeenTwice: { readonly option: string; readonly bridge: string; readonly others: readonly string[] };
  readonly daemonAndSidecars: { readonly daemon: string; readonly cluster: string; readonly services: readonly string[] };
  /** `modes`: the network modes of the services. */
  readonly nothingToWatch: {
    readonly daemon: string;
    readonly cluster: string;
    readonly interfaces: readonly string[];
    readonly modes: readonly string[];
    readonly generation: GenerationName;
  };
  readonly serviceNotDaemon: { readonly service: string; readonly cluster: string; readonly problem: 'replica' | 'noAgent' };
  /** Numbers of services. `unseen`: those whose tasks have networks of their own. */
  readonly daemonCoverage: {
    readonly cluster: string; readonly bridge: number; readonly host: number; readonly seesHost: boolean; readonly unseen: number;
  };
  readonly everyInterface: { readonly daemon: string };
  /** What stays, e.g. `role execution`. */
  readonly keptOfDaemon: { readonly kept: readonly string[] };
  readonly roleOfOthers: { readonly role: string };

  // the API key and the role that reads it
  readonly apiKeySecret:
  | { readonly secret: string; readonly problem: 'notSecretsManager' | 'ambiguousName' }
  | { readonly secret: string; readonly problem: 'partialArn' | 'defaultKey'; readonly account: string };
  readonly apiKeySources: { readonly options: readonly string[] };
  readonly apiKeyParameter: { readonly parameter: string } & (
    /** `resource`: of this app. */
    | { readonly problem: 'madeHere'; readonly resource: string }
    | { readonly problem: 'clearText'; readonly type: string }
    /** `secret`: of Secrets Manager, to which the name refers. */
    | { readonly problem: 'secretReference'; readonly secret: string }
    | { readonly problem: 'defaultKey'; readonly account: string }
  );
  readonly parameterOfOtherAccount: { readonly parameter: string; readonly account: string };
  /** `key`: the secret or the parameter. `region`, `account`: those of the key, if they are others than the service's. */
  readonly keyChangesElsewhere: { readonly key: string; readonly region?: string; readonly account?: string; readonly store?: KeyStore };
  readonly tasksNotRotated: { readonly service: string; readonly controller: string };
  /** Of the key in the environment. The key itself is never in a finding. */
  readonly apiKeyMalformed: { readonly problem: 'placeholder' | 'lineBreak' | 'blank' | 'quote' | 'character' };
  readonly apiKeyUnusual: {};
  readonly partialSecretArn: { readonly arn?: string };
  /** Here and below, `store`: where the API key is. @default secretsmanager */
  readonly encryptionKeyNotGranted: { readonly key: string; readonly store?: KeyStore };
  readonly secretUnknown: { readonly secret: string; readonly permission: string; readonly store?: KeyStore };
  /** `from`: the variable of the environment, or the container that has the key now. */
  readonly secretToBeCreated: { readonly secret: string; readonly from: 'environment' | 'container' };
  readonly keyNotCompared: { readonly secret: string; readonly store?: KeyStore };
  readonly logGroupMissing: { readonly logGroup: string };
  readonly logGroupUnknown: { readonly logGroup: string; readonly why: string };
  readonly executionRole: { readonly task: string };
  /** `statements`: what the role needs, each as JSON. */
  readonly executionRoleNotGranted: { readonly role: string; readonly container: string; readonly statements: readonly string[] };
  /** `isExplicit`: a Deny of the role, which no permission overrides. */
  readonly executionRoleCannotReadSecret: { readonly why: string; readonly isExplicit?: boolean; readonly store?: KeyStore };
  readonly executionRoleUnknown: { readonly why: string; readonly store?: KeyStore };
  readonly secretAccessNotGranted:
  /** `family`: of the task definition whose task role it is. */
  | { readonly problem: 'taskRole'; readonly role: string; readonly family: string }
  | { readonly problem: 'keyUnknown'; readonly alias: string; readonly why: string; readonly store?: KeyStore };
  readonly rolloutPaused: { readonly service: string; readonly detail: string };
  readonly secretAccessKept: GrantedAccess;
  readonly secretAccessToBeRevoked: GrantedAccess;
  readonly secretAccessRevoked: GrantedAccess;
  readonly secretAccessNotRevoked: Pick<GrantedAccess, 'policy' | 'role'> & { readonly why: string };

  /** Characters. `allows`: what is beyond the selection. */
  readonly operatorPolicyWidened: { readonly policy: string; readonly limit: number; readonly allows: readonly string[] };
  /** Characters. `least`: how many the policy has without what only CloudFormation knows. */
  readonly operatorPolicyTooLong: { readonly policy: string; readonly limit: number; readonly least: number };

  // egress; the evidence is one line for each judged step. `tasks`: what runs them, e.g. `service orders`
  readonly egressUnreachable: { readonly tasks: string; readonly host: string; readonly evidence: readonly string[] };
  readonly egressUnknown: { readonly tasks: string; readonly evidence: readonly string[] };
}

/** Capacity of a cluster on which no daemon of the agent runs. */
interface UnfitCapacity {
  readonly name: string;
  readonly is: 'fargate' | 'managed' | 'windows';
}

/** An inline policy that an earlier grant has added to a role. */
interface GrantedAccess {
  readonly policy: string;
  readonly role: string;
  /** ARN of the secret or the parameter. */
  readonly secret: string;
}

export function finding<Id extends FindingId>(id: Id, values: FindingValues[Id]): Finding {
  return { id, values } as unknown as Finding;
}
