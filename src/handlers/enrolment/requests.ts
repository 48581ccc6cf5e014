import { Settings } from './contract';
import { ENROLMENT_WORDS } from './words';
import { EditRequest } from '../../aws';
import { additionOf } from '../asked';

/** @param hasAdded whether an earlier execution has given the services the agent */
export function requestFor({ mode, agent, owner: id }: Settings, hasAdded: boolean): EditRequest {
  const owner = { id, hasAdded };
  if (mode !== 'REMOVE') return additionOf(agent, owner, ENROLMENT_WORDS);
  // What was granted for the agent goes with it. A removal undoes what was done here, also if a stack manages the service by now.
  return { verb: 'remove', words: ENROLMENT_WORDS, allowManaged: true, revokeSecretAccess: agent.grantSecretAccess === true, owner };
}
