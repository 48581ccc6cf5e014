export type { TaskPlacement } from './placements';
export { NetworkReader } from './reader';
export type { Ec2Call } from './reads';
