import { Document, isAlias, isMap, isScalar, isSeq, Node, parseAllDocuments, Scalar } from 'yaml';
import { FileFaults, FileNode } from './node';

/** The messages of the library repeat the text, which may be a secret. */
const PROBLEMS: { readonly [code: string]: string } = {
  BAD_INDENT: 'the indentation is wrong',
  DUPLICATE_KEY: 'the member is there twice',
  MISSING_CHAR: 'a character is missing, such as the end of a quote or a bracket',
  TAB_AS_INDENT: 'YAML is indented with blanks, but there is a tab',
  MULTILINE_IMPLICIT_KEY: 'the name of a member must be on one line, with `: ` after it',
  BAD_ALIAS: 'an alias (`*name`) has no anchor',
};

/** @throws Failure a usage error if the text is not one document of YAML */
export function readYaml(text: string, faults: FileFaults): FileNode {
  const [document, second] = documentsIn(text, faults);
  if (document === undefined) throw faults.only(0, 'the file is empty');
  const [error] = document.errors;
  if (error) throw faults.only(error.pos[0], `${PROBLEMS[error.code] ?? 'this is not YAML'} (${error.code})`);
  if (second) throw faults.only(second.range?.[0] ?? 0, 'a second document begins here, and the file must have one');
  return nodeOf(document.contents, faults, 0);
}

function documentsIn(text: string, faults: FileFaults): Document[] {
  try {
    return [...parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent', merge: false, schema: 'core', version: '1.2' })];
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) throw faults.only(0, 'values are nested too deeply');
    throw error;
  }
}

/** A file has at most six levels. What is below more is not needed to say what is wrong. */
const MOST_LEVELS = 20;

function nodeOf(node: Node | null | undefined, faults: FileFaults, level: number): FileNode {
  const at = node?.range?.[0] ?? 0;
  const none = { at, text: '', members: [], items: [] };
  if (!node || level > MOST_LEVELS) return { ...none, kind: 'nothing' };
  // An alias may make a large document of a short text.
  if (isAlias(node)) throw faults.only(at, 'there is an alias (`*name`), which is not accepted: put what entries have in common into `defaults`');
  if (isMap<Node, Node | null>(node)) {
    const members = node.items.map(({ key, value }) => ({
      name: isScalar(key) ? key.source ?? String(key.value) : '', at: key.range?.[0] ?? at, node: nodeOf(value, faults, level + 1),
    }));
    return { ...none, kind: 'members', members };
  }
  if (isSeq<Node>(node)) return { ...none, kind: 'list', items: node.items.map(item => nodeOf(item, faults, level + 1)) };
  return { ...none, ...scalarOf(node as Scalar) };
}

function scalarOf({ value, source }: Scalar): Pick<FileNode, 'kind' | 'text'> {
  const text = source ?? String(value);
  if (value === null) return { kind: 'nothing', text: '' };
  return { kind: typeof value === 'boolean' ? 'switch' : typeof value === 'number' || typeof value === 'bigint' ? 'number' : 'text', text };
}
