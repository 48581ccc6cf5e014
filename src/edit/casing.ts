import { isList, isObject, Json } from './json';
import { JsonText, TextNode } from './json-text';

/** Members whose values are maps: the names in them are data. */
const MAPS: ReadonlySet<string> = new Set(['options', 'dockerLabels', 'driverOpts', 'labels']);

/** The document as if the names of its members began with a small letter, as in the API. The names in maps stay as they are. */
export function inApiCase({ text, root }: JsonText): JsonText {
  return { text, root: nodeInApiCase(root, false) };
}

function nodeInApiCase(node: TextNode, isMap: boolean): TextNode {
  if (node.kind === 'other') return node;
  const entries = node.entries.map(entry => {
    const name = entry.name === undefined || isMap ? entry.name : `${entry.name.charAt(0).toLowerCase()}${entry.name.slice(1)}`;
    return { ...entry, name, node: nodeInApiCase(entry.node, MAPS.has(name ?? '')) };
  });
  const value = node.kind === 'list' ? entries.map(entry => entry.node.value) : Object.fromEntries(entries.map(entry => [entry.name!, entry.node.value]));
  return { ...node, entries, value, isMap };
}

/** A value with the names of its members in Pascal case, as CloudFormation and some tools write them. The names in maps stay as they are. */
export function inPascalCase(value: Json): Json {
  return cased(value, false);
}

function cased(value: Json, isMap: boolean): Json {
  if (isList(value)) return value.map(item => cased(item, false));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) =>
    [isMap ? name : `${name.charAt(0).toUpperCase()}${name.slice(1)}`, cased(member, MAPS.has(name))]));
}
