import { Json, JsonObject, listIn, textIn, withMembers } from './json';

/**
 * The flags of a container's program, as the agent's own parser reads them: `--name value` or `--name=value`. They stand in the
 * entry point, as this library writes them, in the command, as somebody may who leaves the image its own, or in both: the
 * program is given the one after the other.
 */
type Member = 'entryPoint' | 'command';

/** Flags that take the next argument for their value, whatever it looks like. Others are taken to have none. */
const TAKE_VALUES: ReadonlySet<string> = new Set([
  '--collection', '--project', '--workspace-id', '--system-env', '--rate-limit', '--host-allow', '--host-exclusions', '--path-allow', '--path-exclusions',
  '--interfaces', '--filter', '--proxy', '--tags',
]);

interface Argument { readonly member: Member; readonly text: Json }

/** An argument that is no flag, or a flag with the value that belongs to it. */
interface Word {
  readonly args: readonly Argument[];
  readonly flag?: string;
  readonly value?: string;
  /** What follows is no flag: `--` stands here, or a flag that takes what comes next for its value. */
  readonly isLast?: boolean;
}

/** The values that a flag has, in order. The agent goes by the last, unless the flag may be repeated. */
export function flagValues(container: JsonObject, flag: string): string[] {
  return wordsOf(argumentsOf(container)).flatMap(word => word.flag === flag && word.value !== undefined ? [word.value] : []);
}

/** The container with these values of a flag and no others, where the flag stood first, else at the end; the same object where it has them. */
export function withFlag(container: JsonObject, flag: string, values: readonly string[]): JsonObject {
  const given = argumentsOf(container);
  // Without any argument the image's own entry point runs, which is the program alone.
  const args: readonly Argument[] = given.length > 0 ? given : [{ member: 'command', text: 'apidump' }];
  const words = wordsOf(args);
  const old = words.filter(word => word.flag === flag);
  if (old.length === values.length && old.every(({ value }, index) => value === values[index])) return container;

  const place = [words.indexOf(old[0]), words.findIndex(({ isLast }) => isLast), words.length].find(index => index >= 0)!;
  const { member } = words[place]?.args[0] ?? args[args.length - 1];
  const kept = words.filter(word => word.flag !== flag);
  kept.splice(place, 0, ...values.map(value => ({ args: [{ member, text: flag }, { member, text: value }] })));
  return withArguments(container, kept.flatMap(word => word.args));
}

function argumentsOf(container: JsonObject): Argument[] {
  return (['entryPoint', 'command'] as const).flatMap(member => listIn(container[member]).map(text => ({ member, text })));
}

function withArguments(container: JsonObject, args: readonly Argument[]): JsonObject {
  const edited = (member: Member) => {
    const texts = args.flatMap(argument => argument.member === member ? [argument.text] : []);
    const before = listIn(container[member]);
    return texts.length === before.length && texts.every((text, index) => text === before[index]) ? container[member] : texts;
  };
  return withMembers(container, { entryPoint: edited('entryPoint'), command: edited('command') });
}

function wordsOf(args: readonly Argument[]): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < args.length;) {
    if (args[at].text === '--') return [...words, { args: args.slice(at), isLast: true }];
    const [, flag, given] = /^(--[^=]+)(?:=(.*))?$/s.exec(textIn(args[at].text) ?? '') ?? [];
    const takesNext = flag !== undefined && given === undefined && TAKE_VALUES.has(flag);
    const end = at + (takesNext ? 2 : 1);
    words.push({ args: args.slice(at, end), flag, value: takesNext ? textIn(args[at + 1]?.text) : given, isLast: end > args.length });
    at = end;
  }
  return words;
}

/** Whether the program is started by a shell, in whose line no flag can be told from another word. */
export function isShellForm(container: JsonObject): boolean {
  return argumentsOf(container).some(({ text }) => /\bapidump\s/.test(textIn(text) ?? ''));
}
