import { Interrupted } from '../aws';

const clack = async () => import('@clack/prompts');

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

/** @throws Interrupted on Ctrl-C, like every question here */
export async function pick(message: string, options: readonly Choice[]): Promise<string> {
  const { select } = await clack();
  return answered(select({ message, options: [...options], maxItems: 12 }) as Promise<string | symbol>);
}

export async function pickSeveral(message: string, options: readonly Choice[]): Promise<string[]> {
  const { multiselect } = await clack();
  const question = { message: `${message} (space selects, enter confirms)`, options: [...options], required: true, maxItems: 12 };
  return answered(multiselect(question) as Promise<string[] | symbol>);
}

export async function askText(message: string, placeholder: string, validate: (text: string) => string | undefined): Promise<string> {
  const { text } = await clack();
  return answered<string>(text({ message, placeholder, validate: value => validate(value ?? '') }));
}

export async function confirm(message: string): Promise<boolean> {
  const clacks = await clack();
  return answered<boolean>(clacks.confirm({ message, initialValue: false }));
}
