export { wordsOf, type Word } from './arguments';
export { agentContainer, type AgentContainer, type Surroundings } from './container';
export { GENERATIONS, LIVE_COLLECTION, type Generation, type GenerationName } from './generations';
export * from './limits';
export { defaultOf, generationFor, OPTIONS, optionsOf, type AgentOptions, type OptionRow, type OptionType } from './options';
export { argumentsFor, destinationOf, proxyOf, recognizeAgent, type Runnable } from './recognize';
