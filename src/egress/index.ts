export type { EgressCases, TooManyConditions } from './cases';
export { proxyDestination, startupOf } from './destination';
export * from './explain';
export * from './facts';
export { EgressJudge } from './judge';
export type { Outcome } from './outcome';
export { capital, list } from './sentences';
export type { EgressVerdict, Evidence, JudgedPaths, PathPoint } from './verdict';
