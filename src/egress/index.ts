export { proxyDestination, startupOf } from './destination';
export * from './explain';
export * from './facts';
export { judgeEgress, type EgressVerdict, type Evidence } from './judge';
export type { Outcome } from './outcome';
export { capital, list } from './sentences';
