import { FileMember } from './members';
import { FileFaults, FileNode } from './node';
import { credentialsOf, looksLikeApiKey } from '../../agent';
import { environmentKeys } from '../environment-key';

/** What no file may have, by the names that users give it. */
const KEY_NAME = /^(?:plaintext|postman|insights|[-_])*api[-_]?key$/i;
const NO_KEY = 'The API key must not be in a file. Set POSTMAN_API_KEY in the environment, or name its secret with `apiKeySecret`.';

/** Why a name of a member is a key, or that of one. The name is not repeated if it is a key. */
export function faultOfKeyName(name: string): string | undefined {
  if (isKey(name)) return `the name of a member is an API key. ${NO_KEY} Delete this key in Postman and create a new one.`;
  return KEY_NAME.test(name) ? `\`${name}\` is not a member. ${NO_KEY}` : undefined;
}

function isKey(text: string): boolean {
  return looksLikeApiKey(text.trim()) || environmentKeys().some(key => text.includes(key));
}

/** The value of a member, as commander hands over the value of its flag. Undefined if it is wrong, which is added to the faults. */
export function valueOfMember(member: FileMember, node: FileNode, faults: FileFaults): unknown {
  const { name, kind, flag, row } = member;
  const wrong = (at: number, wanted: string) => { faults.add(at, `\`${name}\` must be ${wanted}`); };
  const texts = textsIn(node);
  const key = texts.find(({ text }) => text.split('=').some(isKey));
  if (key) return void faults.add(key.at, `\`${name}\` is an API key. ${NO_KEY} Delete this key in Postman and create a new one.`);
  if (row?.type === 'proxyUrl' && texts.some(({ text }) => credentialsOf(text).length > 0)) {
    return void faults.add(node.at, `\`${name}\` has a user or a password. Give the proxy with \`${flag}\` on the command line, or use a proxy that needs neither.`);
  }
  switch (kind) {
    case 'switch': return isSwitch(node) ? flag?.startsWith('--no-') ? node.text !== 'true' : node.text === 'true' : wrong(node.at, 'true or false');
    case 'number': return isText(node) ? node.text : wrong(node.at, 'a number');
    case 'text': return isText(node) ? node.text : wrong(node.at, 'a text');
    case 'texts': return node.kind === 'list' && node.items.length > 0 && node.items.every(isText) || isText(node) ? texts.map(({ text }) => text)
      : wrong(node.at, 'a text, or a list of texts');
    case 'pairs': return pairsOf(node) ?? wrong(node.at, 'an object of texts, or a list of `key=value`');
  }
}

function pairsOf(node: FileNode): string[] | undefined {
  if (isText(node)) return [node.text];
  if (node.kind === 'list') return node.items.every(isText) ? node.items.map(({ text }) => text) : undefined;
  if (node.kind !== 'members' || !node.members.every(({ node: value }) => isText(value) || value.kind === 'switch' || value.kind === 'nothing')) return undefined;
  return node.members.map(({ name, node: value }) => value.kind === 'nothing' ? name : `${name}=${value.text}`);
}

function isText({ kind, text }: FileNode): boolean {
  return (kind === 'text' || kind === 'number') && text !== '';
}

/** In CSV every value is a text. */
function isSwitch({ kind, text }: FileNode): boolean {
  return kind === 'switch' || kind === 'text' && (text === 'true' || text === 'false');
}

function textsIn(node: FileNode): FileNode[] {
  return [node, ...node.items, ...node.members.map(member => member.node)].flatMap(one => one.text === '' ? [] : one)
    .concat(node.members.map(({ name, at }) => ({ kind: 'text', at, text: name, members: [], items: [] })));
}
