import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import * as ts from 'typescript';

/**
 * Finds phrases in user-facing texts that are hard to understand, and says what to write instead. It reads Markdown as a whole, and of
 * TypeScript the strings and the docstrings. Usage: ts-node checks/words.ts [file or folder ...]
 */
const ROOT = resolve(__dirname, '..');

/** Where user-facing texts are. API.md is generated from the docstrings. */
const PLACES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs', 'examples', 'packages/command-line', 'src'];
const SKIPPED = /(^|\/)(node_modules|target|cdk\.out|\.vitepress)(\/|$)/;

/** Phrases, with a space for any white space, and what to write instead. */
const HABITS: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bsee that\b/, 'check that'],
  [/\bwhere there (?:is|are)\b/, 'if there is'],
  [/\b(?:nobody|somebody|whoever|whomever)\b/, 'the user, another deployment, …'],
  [/\bwithout a word\b/, 'silently'],
  [/(?<!\bthere )\b(?:is|are) none\b/, 'is not one, does not exist, …'],
  [/\botherwise than\b/, 'differently from'],
  [/\bhear of\b/, 'be notified of'],
  [/(?<!\b(?:left|leave|leaves|let|lets) (?:it |them )?)\balone\b/, 'only'],
  [/\bmend(?:s|ed|ing)?\b/, 'fix'],
  [/(?<!@)\bremark(?:s|ed)?\b/, 'note'],
  [/\bstands? (?:in|at|beside|under|behind|there)\b(?! for)/, 'is in, is at, …'],
  [/\bhow (?:it|they) stands?\b/, 'its state'],
  [/\bwhat holds\b/, 'the result'],
  [/\b(?:is|are) not in view\b/, 'cannot be seen'],
  [/\bsight of\b/, 'track of'],
  [/\bgone off\b/, 'is in ALARM'],
  [/\b(?:take|takes|taken|took|taking) (?:it |them )?back\b/, 'roll back, remove'],
];

export interface Finding {
  readonly line: number;
  readonly found: string;
  readonly instead: string;
}

/** What to change in a text. The file's name decides how it is read. */
export function checkWords(file: string, text: string): Finding[] {
  const readable = file.endsWith('.ts') ? sentencesOf(file, text) : text;
  // A docstring continues after the asterisk of the next line. Every replacement has the same length, to keep the positions.
  const flat = readable.replace(/\n *\*(?!\/)/g, blank).replace(/\s/g, ' ').replace(/ {2,}/g, spaces => `${spaces.slice(1).replace(/ /g, FILLER)} `);
  return HABITS.flatMap(([phrase, instead]) => {
    const matches = flat.matchAll(new RegExp(phrase.source.replace(/ /g, `${FILLER}* `), 'gi'));
    return [...matches].map(({ 0: found, index }) => ({ line: text.slice(0, index).split('\n').length, found: found.replaceAll(FILLER, ''), instead }));
  }).sort((a, b) => a.line - b.line);
}

/** Stands for white space that is wider than one space. */
const FILLER = '\u0000';

/** A TypeScript file in which everything except strings and docstrings is blank. */
function sentencesOf(file: string, text: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const kept = blank(text).split('');
  const keep = (from: number, to: number) => { for (let at = from; at < to; at++) kept[at] = text[at]; };
  const isText = (node: ts.Node) => ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
  const visit = (node: ts.Node): void => {
    if (isText(node)) keep(node.getStart(source), node.end);
    if (ts.isJSDoc(node)) keep(node.pos, node.end);
    else node.getChildren(source).forEach(visit);
  };
  visit(source);
  return kept.join('');
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

function filesUnder(path: string): string[] {
  if (SKIPPED.test(path)) return [];
  if (!statSync(path).isDirectory()) return /\.(md|ts)$/.test(path) ? [path] : [];
  return readdirSync(path).sort().flatMap(name => filesUnder(join(path, name)));
}

function main(places: readonly string[]): void {
  const files = places.flatMap(filesUnder);
  const found = files.flatMap(path => checkWords(path, readFileSync(path, 'utf8')).map(finding => ({ path, ...finding })));
  for (const { path, line, found: phrase, instead } of found) console.log(`${relative(ROOT, path)}:${line}: "${phrase}": write "${instead}"`);
  console.log(`${files.length} files, ${found.length} ${found.length === 1 ? 'phrase' : 'phrases'} to change`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

if (require.main === module) {
  const named = process.argv.slice(2).map(path => resolve(path));
  main(named.length > 0 ? named : PLACES.map(place => join(ROOT, place)));
}
