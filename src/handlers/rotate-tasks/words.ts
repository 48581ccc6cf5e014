import { Hints } from '../../aws';
import { STACK_HINTS } from '../stack-hints';

/** The ways out of an error of the function that starts new tasks. */
export const ROTATION_HINTS: Hints = {
  ...STACK_HINTS,
  permissions: 'the role of the function has all permissions that it needs; check for a permissions boundary, or for a policy of the organization',
};
