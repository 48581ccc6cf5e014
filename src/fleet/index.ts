export { type FleetProgress } from './estimate';
export { Fleet, type FleetOptions } from './fleet';
export { mayContinue, type Part } from './lane';
export { placeNameOf, ServiceNames } from './names';
export { inOrder, type ServiceOrder } from './order';
export type { Progress } from './progress';
export { isBad, type ServiceResult } from './results';
export { type Wave, type Waves } from './waves';
