export { CATALOG, severityOf, type Mode, type Severity } from './catalog';
export { destinationRows, missingDestination } from './destination';
export { checkEgress } from './egress';
export type {
  AgentOverride, ChangedAgent, ContainerFacts, OtherDefinition, PublishedPort, RoleFacts, SecretFacts, ServiceFacts, Tag, TargetGroupFacts, TaskFacts,
} from './facts';
export { finding, type Finding, type FindingId, type FindingValues } from './findings';
export { checkImage, checkImageGeneration, checkOptions, checkSecretField } from './options';
export { checkRole, checkSecret, SECRET_SUFFIX } from './secret';
export { checkPlatformVersion, checkService, checkStatus, checkUpdate } from './service';
export { checkRemoval, checkTask } from './task';
export { addressOf, COMMAND_LINE_WORDS, commandLineWords, CONSTRUCT_WORDS, FINDING_IDS, messagesOf, type Message, type Severities, type Words } from './words';
