import { quoted } from './text';
import { isList, isObject, Json, printJson } from '../edit';

/** Words that some versions of YAML take for something other than a text. */
const RESERVED = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** A value as YAML, in lines. */
export function yamlLines(value: Json): string[] {
  if (isList(value) && value.length > 0) return value.flatMap(item => dashed(yamlLines(item)));
  if (isObject(value) && Object.keys(value).length > 0) return Object.entries(value).flatMap(([name, member]) => named(name, member));
  return [typeof value === 'string' ? scalar(value) : printJson(value)];
}

/** As an item of a list. */
export function dashed(lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

function named(name: string, value: Json): string[] {
  const lines = yamlLines(value);
  const isBlock = (isList(value) && value.length > 0) || (isObject(value) && Object.keys(value).length > 0);
  return isBlock ? [`${scalar(name)}:`, ...lines.map(line => `  ${line}`)] : [`${scalar(name)}: ${lines[0]}`];
}

function scalar(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) && !RESERVED.test(text) ? text : quoted(text);
}
