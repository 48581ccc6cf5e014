export { Fleet, type FleetOptions } from './fleet';
export type { Progress } from './progress';
export type { ServiceResult } from './results';
