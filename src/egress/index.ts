export * from './facts';
export * from './verdict';
