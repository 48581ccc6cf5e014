export { wordsOf, type Word } from './arguments';
export { agentContainer, csvField, type AgentContainer, type Surroundings } from './container';
export { captureSelection, DAEMON, daemonOptions, portsFilter } from './daemon';
export { AKITA_KEY_VARIABLES, GENERATIONS, INSIGHTS, LIVE_COLLECTION, type DataRegion, type Generation, type GenerationName } from './generations';
export {
  API_KEY_PREFIX, credentialsOf, HiddenValues, isLongEnough, looksLikeApiKey, urlCredentialsIn, withoutApiKeys, withoutCredentials,
  withoutUrlCredentials, withoutUserInfo,
} from './hidden';
export { isDefaultKey, KEY_STORES, keyStoreOf, PARAMETER_NAME, parameterResource, SECRET_REFERENCE, type KeyStore } from './key-store';
export * from './limits';
export { hasStart, notCapturingFragments, readLog, type LogCause, type LogReading, type LogState } from './log-lines';
export { inOneLine } from './one-line';
export {
  defaultOf, destinationsIn, generationFor, isGiven, OPTIONS, optionsOf, type AgentOptions, type DestinationKind, type OptionRow, type OptionType,
} from './options';
export { argumentsFor, backendHost, destinationOf, generationOfImage, hasFlag, hostOf, isNotKnownOnArm64, proxyOf, recognizeAgent, valueOf, type Destination, type Runnable } from './recognize';
export { destinationFlags, destinationVariables, otherVariablesOf, reservedVariables, tagNames, tagVariables, variableOf, type Place, type Variable } from './variables';
