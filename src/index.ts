export * from './constructs/live-collection-sidecar';
export * from './constructs/egress-check';
export * from './constructs/operator-policy';
