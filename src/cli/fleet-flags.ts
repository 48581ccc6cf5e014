import { EditFlags } from './edit-flags';
import { Waves } from '../fleet';

/** The waves that the flags ask for. @throws Failure a usage error that names the flag and the value */
export function fleetFlagsOf(_: EditFlags): Waves {
  return {};
}
