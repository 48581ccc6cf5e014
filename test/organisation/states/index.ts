export { machineOf, type Machine } from './definition';
export { StateError } from './errors';
export { Execution, MOST_BYTES, MOST_EVENTS } from './execution';
export { type Data } from './paths';
export { type Services } from './services';
