import { quoted } from './text';
import { isList, isObject, Json, printJson } from '../edit';

/** A value of Terraform's language, aligned as `terraform fmt` does it. */
export function hcl(value: Json, indent = ''): string {
  const inner = `${indent}  `;
  if (typeof value === 'string') return text(value);
  if (isList(value)) {
    if (value.every(item => typeof item !== 'object')) return `[${value.map(item => hcl(item)).join(', ')}]`;
    return `[\n${value.map(item => `${inner}${hcl(item, inner)},\n`).join('')}${indent}]`;
  }
  return isObject(value) ? `{\n${attributes(value, inner)}${indent}}` : printJson(value);
}

/** The attributes of an object. The equals signs of lines that follow each other are aligned. */
function attributes(object: { readonly [name: string]: Json }, indent: string): string {
  const all = Object.entries(object).map(([name, value]) => ({ name: /^[A-Za-z]\w*$/.test(name) ? name : text(name), value: hcl(value, indent) }));
  const isLine = ({ value }: { readonly value: string }) => !value.includes('\n');
  return all.map((one, index) => {
    const group = isLine(one) ? [...before(all, index, isLine), one, ...before([...all].reverse(), all.length - 1 - index, isLine)] : [one];
    return `${indent}${one.name.padEnd(Math.max(...group.map(({ name }) => name.length)))} = ${one.value}\n`;
  }).join('');
}

/** The items right before a place that fulfil a condition. */
function before<T>(items: readonly T[], index: number, isOne: (item: T) => boolean): readonly T[] {
  let start = index;
  while (start > 0 && isOne(items[start - 1])) start--;
  return items.slice(start, index);
}

/** `${` and `%{` begin a template in a text. */
function text(value: string): string {
  return quoted(value).replace(/[$%](?=\{)/g, sign => sign === '$' ? '\\u0024' : '\\u0025');
}
