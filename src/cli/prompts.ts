import type { Writable } from 'node:stream';
import { isColored } from './colors';
import { shownLine } from './error-text';
import { Interrupted } from '../aws';

const clack = async () => import('@clack/prompts');

/** Longer lists have a filter. */
const SHORT_LIST = 12;

/** Questions are on standard error, since the output may go elsewhere. */
function terminal(): Writable {
  const { stderr } = process;
  if (isColored(stderr)) return stderr;
  const write = (text: string) => stderr.write(text.replace(/\x1b\[[\d;]*m/g, ''));
  return Object.create(stderr, { write: { value: write } }) as Writable;
}

async function answered<T>(answer: Promise<T | symbol>): Promise<T> {
  const { isCancel } = await clack();
  const given = await answer;
  if (isCancel(given)) throw new Interrupted('Interrupted. Nothing was changed.');
  return given as T;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** What a list shows. The filter looks at the labels: the values are ARNs, which have much in common. */
function listOf(message: string, choices: readonly Choice[]) {
  return {
    message: shownLine(message),
    options: choices.map(({ value, label }) => ({ value, label: shownLine(label) })),
    maxItems: SHORT_LIST,
    output: terminal(),
    filter: (search: string, { label }: Partial<Choice>) => (label ?? '').toLowerCase().includes(search.trim().toLowerCase()),
  };
}

/** @throws Interrupted on Ctrl-C, like every question here */
export async function pick(message: string, choices: readonly Choice[]): Promise<string> {
  const { autocomplete, select } = await clack();
  const list = listOf(message, choices);
  return answered<string>(choices.length > SHORT_LIST ? autocomplete(list) : select(list));
}

export async function pickSeveral(message: string, choices: readonly Choice[]): Promise<string[]> {
  const { autocompleteMultiselect, multiselect } = await clack();
  if (choices.length > SHORT_LIST) return answered<string[]>(autocompleteMultiselect({ ...listOf(message, choices), required: true }));
  return answered<string[]>(multiselect({ ...listOf(`${message} (space selects, enter confirms)`, choices), required: true }));
}

export async function askText(message: string, placeholder: string, validate: (text: string) => string | undefined): Promise<string> {
  const { text } = await clack();
  const wrong = (value: string | undefined) => {
    const fault = validate(value ?? '');
    return fault === undefined ? undefined : shownLine(fault);
  };
  return answered<string>(text({ message: shownLine(message), placeholder, validate: wrong, output: terminal() }));
}

export async function confirm(message: string): Promise<boolean> {
  const clacks = await clack();
  return answered<boolean>(clacks.confirm({ message: shownLine(message), initialValue: false, output: terminal() }));
}
