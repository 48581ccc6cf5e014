import { Asked, ResourceEvent } from './event';
import { ownerOfResource } from './place';
import { AgentOptions, GENERATIONS } from '../../agent';
import { AddRequest, EditRequest, KeyRequest, Owner, usage } from '../../aws';
import { DEFAULT_SECRET_NAME } from '../../permissions';
import { checkOptions, messagesOf, STACK_WORDS, Words } from '../../preflight';

/**
 * @param hasAdded whether the resource has given the service an agent before
 * @throws Failure if an option is wrong
 */
export function requestOf(event: ResourceEvent, hasAdded: boolean): EditRequest {
  const owner = { id: ownerOfResource(event), hasAdded };
  // A removal undoes what this resource has done, also if a stack manages the service by now.
  return event.RequestType === 'Delete' ? { verb: 'remove', words: STACK_WORDS, allowManaged: true, revokeSecretAccess: false, owner }
    : additionOf(JSON.parse(event.ResourceProperties.Agent) as Asked, owner);
}

function keyOf({ secret, secretField: field, parameter }: Asked): KeyRequest {
  if (parameter !== undefined) return { kind: 'parameter', parameter };
  return { kind: 'secret', secret: secret ?? DEFAULT_SECRET_NAME, field };
}

/** @throws Failure if an option is wrong */
export function additionOf(asked: Asked, owner: Owner, words: Words = STACK_WORDS): AddRequest {
  const { generation: name, options: given, logGroup, egressCheck = 'ERROR', grantSecretAccess = false } = asked;
  const generation = GENERATIONS.find(one => one.name === name);
  if (generation === undefined) throw usage(`There is no agent ${name}. Deploy the stack with the version of the library that has it.`);
  const options = given as AgentOptions;
  const notes = messagesOf(checkOptions(generation, options), words);
  const errors = notes.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw usage(errors.map(({ message }) => message).join('\n'));
  return {
    verb: 'add',
    words,
    allowManaged: false,
    agent: { generation, options, logGroup, named: new Set([...Object.keys(options), 'apiKey']), owner },
    key: keyOf(asked),
    notes,
    grantSecretAccess,
    allowUnreachable: egressCheck === 'WARN' || egressCheck === 'OFF',
    requireReachable: egressCheck === 'STRICT',
  };
}
