import { environmentKeys } from './environment-key';
import { messageLines, plainLine } from './plain-text';
import { HiddenValues } from '../agent';
import { Failure } from '../aws/calls/failure';

export const PROGRAM = 'postman-live-collection';

/** An unexpected error is a defect: its stack is printed. */
export function defectText(error: unknown): string {
  return `${error instanceof Error ? error.stack : error}\nThis is a defect of ${PROGRAM}. Please report it.`;
}

export function errorText(error: unknown): string {
  return error instanceof Failure ? error.message : defectText(error);
}

/** One line that may have the text of others in it, before there is a verb, or beside its output. */
export function shownLine(text: string): string {
  return plainLine(new HiddenValues(environmentKeys()).cleaned(text));
}

/** A message for stderr, before there is a verb. */
export function shownMessage(text: string): string {
  return messageLines(text).map(line => `${shownLine(line)}\n`).join('');
}

/** The text of a library of this program: the help, or an error that may repeat an argument. */
export function shownText(text: string): string {
  return text.startsWith('error: ') ? shownMessage(text.trimEnd()) : text.split('\n').map(shownLine).join('\n');
}
