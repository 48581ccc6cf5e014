import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { compact } from './text';
import { JsonObject, parseJson, registrable } from '../../src/edit';

/** An answer of DescribeTaskDefinition with its tags, written by hand. The name of its file says what it is for. */
export interface Described {
  readonly name: string;
  /** Without white space. */
  readonly text: string;
  readonly answer: JsonObject;
  readonly body: JsonObject;
  /** Files whose names begin with `agent-` have the agent, and no others do. */
  readonly hasAgent: boolean;
}

const FOLDER = join(__dirname, 'definitions');

export const DESCRIBED: readonly Described[] = readdirSync(FOLDER).map(file => file.replace(/\.json$/, '')).sort().map(name => {
  const text = compact(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
  const answer = parseJson(text) as JsonObject;
  return { name, text, answer, body: registrable(answer), hasAgent: name.startsWith('agent-') };
});

export const WITHOUT_AGENT = DESCRIBED.filter(({ hasAgent }) => !hasAgent);
export const WITH_AGENT = DESCRIBED.filter(({ hasAgent }) => hasAgent);

export function described(name: string): JsonObject {
  const found = DESCRIBED.find(definition => definition.name === name);
  if (!found) throw new Error(`No definition ${name}`);
  return found.body;
}
