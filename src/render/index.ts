export { containerText, FORMAT_NAMES, type Format } from './container';
export { daemonText } from './daemon';
export { DefinitionFault, readDefinition, type DefinitionFaultKind, type DefinitionFile } from './definition-file';
