import { ResourceEvent } from './event';
import { ownerOfResource } from './place';
import { EditRequest } from '../../aws';
import { STACK_WORDS } from '../../preflight';
import { additionOf, Asked } from '../asked';

/**
 * @param hasAdded whether the resource has given the service an agent before
 * @throws Failure if an option is wrong
 */
export function requestOf(event: ResourceEvent, hasAdded: boolean): EditRequest {
  const owner = { id: ownerOfResource(event), hasAdded };
  // A removal undoes what this resource has done, also if a stack manages the service by now.
  return event.RequestType === 'Delete' ? { verb: 'remove', words: STACK_WORDS, allowManaged: true, revokeSecretAccess: false, owner }
    : additionOf(JSON.parse(event.ResourceProperties.Agent) as Asked, owner, STACK_WORDS);
}
