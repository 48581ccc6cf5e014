export { agentsIn, CONTAINER_NAME, hasPlaintextKey, isAgent, seeAgent, type AgentSeen, type AgentUpdate, type NamedPart } from './agent-container';
export { isSameTask, missingFrom } from './compare';
export { changesBetween, isSameJson, type Change } from './diff';
export { hasAgent, withAgent, withoutAgent } from './edit';
export { isList, isNumber, isObject, numberIn, objectsIn, parseJson, printJson, textIn, withMembers, type Json, type JsonObject } from './json';
export { judgeAddition, judgeRemoval, type Intent } from './refusals';
export { containersOf, nameOf, OUTPUT_ONLY, registrable } from './task-definition';
