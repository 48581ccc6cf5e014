import * as fc from '../random';
import { answers } from './generated';
import { Json, parseJson, printJson } from '../../src/edit';

/** JSON text with white space and comments between its tokens, as people and tools write it. */
const layouts = fc.record({
  unit: fc.constantFrom('', ' ', '  ', '    ', '\t'), newline: fc.constantFrom('\n', '\r\n'), colon: fc.constantFrom(':', ': ', ' : '),
  end: fc.constantFrom('', '\n'), comments: fc.constantFrom('', ' // note', ' /* note */'),
});
type Layout = { readonly unit: string; readonly newline: string; readonly colon: string; readonly end: string; readonly comments: string };

function laidOut(value: Json, layout: Layout, indent = ''): string {
  if (typeof value !== 'object' || value === null || 'isLosslessNumber' in value) return printJson(value);
  const { unit, newline, colon, comments } = layout;
  const inner = indent + unit;
  const all = Array.isArray(value) ? value.map(item => laidOut(item, layout, inner))
    : Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}${colon}${laidOut(member, layout, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (all.length === 0) return open + close;
  const lines = all.map((one, index) => `${inner}${one}${index < all.length - 1 ? ',' : ''}${comments}${newline}`);
  return `${open}${newline}${lines.join('')}${indent}${close}`;
}

/** Answers of DescribeTaskDefinition, with unknown members, in many layouts. */
export const documents = fc.tuple(answers, layouts).map(([text, layout]) => laidOut(parseJson(text), layout) + layout.end);

