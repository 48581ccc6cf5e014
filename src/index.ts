export * from './constructs/agent-sidecar';
export * from './constructs/insights-sidecar';
export * from './constructs/insights-region';
export * from './constructs/live-collection-sidecar';
export * from './constructs/egress-check';
export * from './constructs/egress-verdict';
export * from './constructs/operator-policy';
