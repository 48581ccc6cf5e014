export { agentsIn, captureSelectionIn, generationIn, hasPacketFilter, httpsCaptureFlagOf, interfacesOf, isAgent, seeAgent, type AgentSeen,
  type NamedPart } from './agent-container';
export { hasApiKey, hasPlaintextKey, keyReferenceOf, plaintextKeysOf, usesSecretKey } from './api-key';
export { inApiCase, inPascalCase } from './casing';
export { isSameTask, missingFrom } from './compare';
export { createdTag, daemonTags, isCreated, isDaemonOf, withDaemonTags } from './created-by';
export { daemonDefinition, type DaemonDefinition } from './daemon-definition';
export { changesBetween, isSameJson, type Change } from './diff';
export { hasAgent, withAgent, withoutAgent } from './edit';
export { isShellChanged } from './flags';
export { isList, isObject, memberIn, numberIn, objectsIn, parseJson, printJson, textIn, withMembers, type Json, type JsonObject } from './json';
export { JsonTextError, readJsonText, type JsonProblem, type JsonText, type TextNode } from './json-text';
export { awsLogsOf, borrowedLog, logIn, type AwsLogs } from './log-configuration';
export { isMarked, markedWith, ownedBy, ownerOf, previousRevision, withoutMark } from './mark';
export { proxyCredentialsOf, shownChange, withoutKey } from './redact';
export { textWith } from './retext';
export { containersOf, nameOf, registrable } from './task-definition';
