/**
 * What the egress verdict does at synthesis.
 */
export enum EgressCheck {
  /** `unreachable` is an error: synthesis fails, with the evidence. `unknown` is a warning. */
  ERROR = 'ERROR',

  /** `unreachable` is a warning with the id `cdk-postman-live-collection:egressUnreachable`, with the evidence. */
  WARN = 'WARN',

  /** Egress is not checked. */
  OFF = 'OFF',

  /** `unreachable` and `unknown` are errors: synthesis passes only if it is certain that the tasks reach the internet. */
  STRICT = 'STRICT',
}
