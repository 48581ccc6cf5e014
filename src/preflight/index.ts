export { checkApiKey } from './api-key';
export { CATALOG, severityOf, type Mode, type Severity } from './catalog';
export { checkDaemon, checkPorts } from './daemon';
export { destinationRows, missingDestination } from './destination';
export { checkEgress } from './egress';
export { existingServiceIn, KNOWN_LATER, type ExistingServiceNames } from './existing-service';
export type {
  AgentOverride, CapacityFacts, ChangedAgent, ContainerFacts, DaemonFacts, OtherDefinition, ParameterFacts, PublishedPort, RoleFacts, RotationFacts,
  SecretFacts, ServiceFacts, ServiceOnInstances, Tag, TargetGroupFacts, TaskFacts,
} from './facts';
export { finding, type Finding, type FindingId, type FindingValues } from './findings';
export { checkImage, checkImageGeneration, checkKeySources, checkOptions, checkSecretField } from './options';
export { checkRotation } from './rotation';
export { checkParameter, checkRole, checkSecret, SECRET_SUFFIX } from './secret';
export { checkController, checkManagement, checkManagers, checkPlatformVersion, checkService, checkStatus, checkUpdate } from './service';
export { checkRemoval, checkTask } from './task';
export { addressOf, COMMAND_LINE_WORDS, commandLineWords, CONSTRUCT_WORDS, FILE_WORDS, FINDING_IDS, messagesOf, STACK_WORDS, type Message, type Severities, type Words } from './words';
