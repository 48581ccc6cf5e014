export { type Call } from './calls';
export { type EcsOptions, type ServiceOptions, taskDefinitionBody } from './ecs/ecs';
export {
  alarmGoesOff, essentialExited, imageNotPulled, neverSettles, secretDenied, secretOutOfReach, succeeds, superseded, tasksFail, type Outcome, type TaskEnd,
} from './ecs/outcomes';
export { FakeAws, startFakeAws, type FakeAwsOptions } from './fake-aws';
export { type Fault, type Which } from './faults/faults';
export {
  accessDenied, changedAnswer, connectionReset, cutAnswer, expiredToken, hanging, Hold, late, meanwhile, refused, serverError, throttled,
} from './faults/kinds';
export { AWS_RATES, type SharedRate } from './faults/rates';
export { type Json, type JsonObject, parseJson, printJson } from './json';
export { type PolicyDocument } from './policy/document';
export { Organisation } from './organisation';
export { addSurroundings, MAY_READ, type Surroundings } from './surroundings';
