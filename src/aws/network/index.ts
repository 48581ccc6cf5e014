export type { TaskPlacement } from './placements';
export { NetworkReader } from './reader';
export type { NetworkAction, NetworkCall } from './reads';
