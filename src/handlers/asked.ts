import { AgentOptions, GENERATIONS } from '../agent';
import { AddRequest, KeyRequest, Owner, usage } from '../aws';
import { DEFAULT_SECRET_NAME } from '../permissions';
import { checkOptions, messagesOf, Words } from '../preflight';

/** The agent that a construct asks its handler for. */
export interface Asked {
  /** As in `agent/generations.ts`. */
  readonly generation: string;
  /** By the constructs' properties. */
  readonly options: object;
  /** ARN or name. */
  readonly secret?: string;
  readonly secretField?: string;
  /** ARN or name, in place of a secret. */
  readonly parameter?: string;
  readonly logGroup?: string;
  /** @default ERROR */
  readonly egressCheck?: 'ERROR' | 'WARN' | 'OFF' | 'STRICT';
  /** Whether execution roles may be given what they lack to read the key. @default false */
  readonly grantSecretAccess?: boolean;
}

/** @throws Failure if an option is wrong */
export function additionOf(asked: Asked, owner: Owner, words: Words): AddRequest {
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

function keyOf({ secret, secretField: field, parameter }: Asked): KeyRequest {
  if (parameter !== undefined) return { kind: 'parameter', parameter };
  return { kind: 'secret', secret: secret ?? DEFAULT_SECRET_NAME, field };
}
