export { proxyDestination, startupOf } from './destination';
export * from './explain';
export * from './facts';
export { judgeEgress, type EgressVerdict, type Evidence, type Outcome } from './verdict';
