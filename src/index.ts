export * from './sidecar';
export * from './operator-policy';
