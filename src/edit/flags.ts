import { isSameJson } from './diff';
import { Json, JsonObject, listIn, objectsIn, textIn, withMembers } from './json';
import { destinationVariables, GENERATIONS, hasFlag, Word, wordsOf } from '../agent';

/**
 * The arguments of a container's program are in the entry point, as this library writes them, in the command, if the image's own
 * entry point is kept, or in both: the program gets the entry point first.
 */
type Member = 'entryPoint' | 'command';

interface Argument { readonly member: Member; readonly text: Json }

/** A word of the program's arguments, with the arguments themselves. */
interface PlacedWord extends Pick<Word, 'flag' | 'value' | 'isLast'> {
  readonly args: readonly Argument[];
}

/**
 * The container with these values of a flag and no others, at the place where the flag is first, or at the end if it is not
 * there; the same object if it has exactly these values.
 */
export function withFlag(container: JsonObject, flag: string, values: readonly string[]): JsonObject {
  return withWords(container, flag, values, value => [flag, value]);
}

/** The container with a flag that takes no value, or without it; the same object if that is so. */
export function withSwitch(container: JsonObject, flag: string, isOn: boolean): JsonObject {
  return hasFlag(programOf(container), flag) === isOn ? container : withWords(container, flag, isOn ? [undefined] : [], () => [flag]);
}

function withWords<T extends string | undefined>(
  container: JsonObject, flag: string, values: readonly T[], argumentsOfValue: (value: T) => readonly string[],
): JsonObject {
  const given = argumentsOf(container);
  // Without arguments the image's own entry point runs, which is only the program.
  const args: readonly Argument[] = given.length > 0 ? given : [{ member: 'command', text: 'apidump' }];
  const words = placedWords(args);
  const old = words.filter(word => word.flag === flag);
  if (old.length === values.length && old.every(({ value }, index) => value === values[index])) return container;

  const place = [words.indexOf(old[0]), words.findIndex(({ isLast }) => isLast), words.length].find(index => index >= 0)!;
  const { member } = words[place]?.args[0] ?? args[args.length - 1];
  const kept = words.filter(word => word.flag !== flag);
  kept.splice(place, 0, ...values.map(value => ({ args: argumentsOfValue(value).map(text => ({ member, text })) })));
  return withArguments(container, kept.flatMap(word => word.args));
}

/** What a container runs. */
function programOf({ entryPoint, command }: JsonObject): { readonly entryPoint: readonly Json[]; readonly command: readonly Json[] } {
  return { entryPoint: listIn(entryPoint), command: listIn(command) };
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

function placedWords(args: readonly Argument[]): PlacedWord[] {
  return wordsOf(args.map(({ text }) => text)).map(({ start, end, ...word }) => ({ ...word, args: args.slice(start, end) }));
}

/** Whether a shell starts the program. Flags cannot be distinguished from other words in the shell's command line. */
function isShellForm(container: JsonObject): boolean {
  return argumentsOf(container).some(({ text }) => /\bapidump\s/.test(textIn(text) ?? ''));
}

/**
 * Whether an edit changed what it cannot change completely: the arguments or the destination of a container whose program a shell starts.
 * The shell's command line may name another destination.
 */
export function isShellChanged(before: JsonObject, after: JsonObject): boolean {
  const names = new Set(GENERATIONS.flatMap(generation => destinationVariables(generation)));
  const destinationOf = ({ environment, secrets }: JsonObject) =>
    [environment, secrets].map(list => objectsIn(list).filter(({ name }) => names.has(textIn(name) ?? '')));
  return isShellForm(before) && !(isSameJson(programOf(before), programOf(after)) && isSameJson(destinationOf(before), destinationOf(after)));
}
