export * from './check';
export * from './describe';
export * from './description';
export * from './generations';
export { judgeHeadroom, judgeSizes } from './memory';
