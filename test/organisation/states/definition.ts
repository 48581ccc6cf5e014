import { Data } from './paths';

/** A state machine, or the one of a map's items, in the Amazon States Language. */
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

interface Common {
  readonly Next?: string;
  readonly End?: boolean;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly ResultPath?: string | null;
  readonly ResultSelector?: Data;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  /** @default 1 */
  readonly IntervalSeconds?: number;
  /** @default 3 */
  readonly MaxAttempts?: number;
  /** @default 2 */
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

export interface Task extends Common {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Parameters?: Data;
  readonly TimeoutSeconds?: number;
}

export type Rule = Readonly<Record<string, unknown>> & { readonly Variable?: string; readonly Next?: string };

export interface Choice extends Common {
  readonly Type: 'Choice';
  readonly Choices: readonly Rule[];
  readonly Default?: string;
}

export interface Wait extends Common {
  readonly Type: 'Wait';
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly TimestampPath?: string;
}

export interface Pass extends Common {
  readonly Type: 'Pass';
  readonly Result?: Data;
  readonly Parameters?: Data;
}

export interface Succeed extends Common {
  readonly Type: 'Succeed';
}

export interface Fail extends Common {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface DistributedMap extends Common {
  readonly Type: 'Map';
  readonly Label?: string;
  readonly ItemReader: { readonly Resource: string; readonly ReaderConfig: { readonly InputType: 'JSON' }; readonly Parameters: Data };
  readonly ItemSelector?: Data;
  readonly ItemProcessor: Machine & { readonly ProcessorConfig: { readonly Mode: 'DISTRIBUTED'; readonly ExecutionType: 'STANDARD' } };
  readonly MaxConcurrency?: number;
  readonly ToleratedFailurePercentage?: number;
  readonly ToleratedFailureCount?: number;
}

export type State = Task | Choice | Wait | Pass | Succeed | Fail | DistributedMap;

const AFTER = ['Next', 'End'];
const INPUT = ['InputPath', 'OutputPath'];
const RESULT = ['ResultPath', 'ResultSelector', 'Catch'];

/** The fields of each type that are known here. */
const FIELDS: Readonly<Record<State['Type'], readonly string[]>> = {
  Task: ['Resource', 'Parameters', 'TimeoutSeconds', 'Retry', ...AFTER, ...INPUT, ...RESULT],
  Choice: ['Choices', 'Default', ...INPUT],
  Wait: ['Seconds', 'SecondsPath', 'TimestampPath', ...AFTER, ...INPUT],
  Pass: ['Result', 'Parameters', 'ResultPath', ...AFTER, ...INPUT],
  Succeed: INPUT,
  Fail: ['Error', 'ErrorPath', 'Cause', 'CausePath'],
  Map: [
    'Label', 'ItemReader', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency', 'ToleratedFailurePercentage', 'ToleratedFailureCount',
    ...AFTER, ...INPUT, ...RESULT,
  ],
};

const RETRIER = ['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy'];
const CATCHER = ['ErrorEquals', 'ResultPath', 'Next'];
const READER = 'arn:aws:states:::s3:getObject';

/**
 * Reads a state machine.
 *
 * @throws Error if it has anything that is not known here: it would be another machine than that of AWS
 */
export function machineOf(definition: string): Machine {
  return checked(JSON.parse(definition) as Machine, ['Comment', 'TimeoutSeconds', 'Version', 'QueryLanguage']);
}

function checked(machine: Machine, others: readonly string[]): Machine {
  only(machine, ['StartAt', 'States', ...others], 'The machine');
  if ((machine as { readonly QueryLanguage?: string }).QueryLanguage === 'JSONata') throw new Error('JSONata is not known here.');
  const names = Object.keys(machine.States);
  const mustExist = (name: string | undefined, from: string): void => {
    if (name !== undefined && !names.includes(name)) throw new Error(`${from} names the state ${name}, which does not exist.`);
  };
  mustExist(machine.StartAt, 'StartAt');
  for (const [name, state] of Object.entries(machine.States)) {
    const fields = FIELDS[state.Type];
    if (fields === undefined) throw new Error(`State ${name}: the type ${state.Type} is not known here.`);
    only(state, ['Type', 'Comment', ...fields], `State ${name}`);
    for (const retrier of state.Retry ?? []) only(retrier, RETRIER, `A retrier of state ${name}`);
    for (const catcher of state.Catch ?? []) {
      only(catcher, CATCHER, `A catcher of state ${name}`);
      mustExist(catcher.Next, `A catcher of state ${name}`);
    }
    if (fields.includes('Next') && (state.Next === undefined) === (state.End !== true)) throw new Error(`State ${name} must have either Next or End.`);
    mustExist(state.Next, `State ${name}`);
    if (state.Type === 'Choice') for (const next of [state.Default, ...state.Choices.map(({ Next }) => Next)]) mustExist(next, `State ${name}`);
    if (state.Type === 'Map') checkMap(name, state);
  }
  return machine;
}

function checkMap(name: string, { ItemReader: reader, ItemProcessor: processor }: DistributedMap): void {
  only(reader, ['Resource', 'ReaderConfig', 'Parameters'], `The reader of ${name}`);
  if (reader.Resource !== READER || reader.ReaderConfig.InputType !== 'JSON') throw new Error(`The reader of ${name} must read JSON with ${READER}.`);
  only(reader.ReaderConfig, ['InputType'], `The reader of ${name}`);
  const { Mode, ExecutionType } = processor.ProcessorConfig;
  if (Mode !== 'DISTRIBUTED' || ExecutionType !== 'STANDARD') throw new Error(`${name} must be DISTRIBUTED with STANDARD executions.`);
  checked(processor, ['ProcessorConfig']);
}

function only(given: object, known: readonly string[], what: string): void {
  const unknown = Object.keys(given).filter(field => !known.includes(field));
  if (unknown.length > 0) throw new Error(`${what} has fields that are not known here: ${unknown.join(', ')}`);
}
