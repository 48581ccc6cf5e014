import { FileNode, FilePlaces } from './node';
import { usage } from '../../aws';
import { JsonText, JsonTextError, readJsonText, TextNode } from '../../edit';

/** @throws Failure a usage error if the text is not one document of JSON. Comments are accepted. */
export function readJson(text: string, places: FilePlaces): FileNode {
  let read: JsonText;
  try {
    read = readJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw usage(`${places.at(error.line, error.column)}: ${error.message}`);
  }
  return nodeOf(read.root, read.text);
}

function nodeOf({ kind, start: at, end, value, entries }: TextNode, text: string): FileNode {
  const none = { at, text: '', members: [], items: [] };
  if (kind === 'object') return { ...none, kind: 'members', members: entries.map(({ name, start, node }) => ({ name: name!, at: start, node: nodeOf(node, text) })) };
  if (kind === 'list') return { ...none, kind: 'list', items: entries.map(({ node }) => nodeOf(node, text)) };
  if (value === null) return { ...none, kind: 'nothing' };
  if (typeof value === 'string') return { ...none, kind: 'text', text: value };
  return { ...none, kind: typeof value === 'boolean' ? 'switch' : 'number', text: text.slice(at, end) };
}
