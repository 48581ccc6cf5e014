import { IConstruct } from 'constructs';
import { Annotations } from './tree/loaded';
import { addNote, isAcknowledged } from './tree/non-public';
import { inUsersLanguage } from './users-language';
import { Message } from '../preflight';

/** The construct that has each note of an app. */
const notes = new WeakMap<IConstruct, Map<string, IConstruct>>();

/**
 * Adds warnings and notes to the construct, and returns the messages of errors, for `node.addValidation`. A warning or a note that is
 * acknowledged on the construct or any scope above is left out. A note that many constructs share, such as the one on the agent's
 * image, is given once for each app.
 */
export function report(construct: IConstruct, messages: readonly Message[]): string[] {
  const errors: string[] = [];
  for (const { severity, id, message: asWritten } of messages) {
    const message = inUsersLanguage(asWritten);
    const fullId = `cdk-postman-live-collection:${id}`;
    if (severity === 'error') errors.push(message);
    else if (isAcknowledged(construct, fullId)) continue;
    else if (severity === 'warning') Annotations.of(construct).addWarningV2(fullId, message);
    else if (isHolder(construct, message)) addNote(construct, fullId, message);
  }
  return errors;
}

/** Whether a note is given on the construct: on the first that has it, again at each synthesis. */
function isHolder(construct: IConstruct, message: string): boolean {
  const { root } = construct.node;
  const ofApp = notes.get(root) ?? new Map<string, IConstruct>();
  notes.set(root, ofApp);
  if (!ofApp.has(message)) ofApp.set(message, construct);
  return ofApp.get(message) === construct;
}
