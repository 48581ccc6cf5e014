export { wordsOf, type Word } from './arguments';
export { agentContainer, csvField, type AgentContainer, type Surroundings } from './container';
export { AKITA_KEY_VARIABLES, GENERATIONS, INSIGHTS, LIVE_COLLECTION, type DataRegion, type Generation, type GenerationName } from './generations';
export * from './limits';
export { hasStart, notCapturingFragments, readLog, type LogCause, type LogReading, type LogState } from './log-lines';
export {
  defaultOf, destinationsIn, generationFor, isGiven, OPTIONS, optionsOf, type AgentOptions, type DestinationKind, type OptionRow, type OptionType,
} from './options';
export { argumentsFor, backendHost, destinationOf, generationOfImage, hasFlag, hostOf, isNotKnownOnArm64, proxyOf, recognizeAgent, valueOf, type Destination, type Runnable } from './recognize';
export { destinationFlags, destinationVariables, otherVariablesOf, reservedVariables, tagNames, tagVariables, variableOf, type Place, type Variable } from './variables';
