/** Flags in a list of arguments, as the agent's own parser reads them: `--name value` or `--name=value`, a flag's last value wins. */

/** The values that a flag has, in order. */
export function flagValues(args: readonly string[], name: string): string[] {
  return args.flatMap((argument, index) => {
    if (argument === name) return index + 1 < args.length ? [args[index + 1]] : [];
    return argument.startsWith(`${name}=`) ? [argument.slice(name.length + 1)] : [];
  });
}

/** The arguments with these values of a flag and no others: where the flag stood first, else at the end. */
export function withFlag(args: readonly string[], name: string, values: readonly string[]): string[] {
  const kept: string[] = [];
  let place: number | undefined;
  for (let index = 0; index < args.length; index++) {
    if (args[index] === name) {
      index++;
    } else if (!args[index].startsWith(`${name}=`)) {
      kept.push(args[index]);
      continue;
    }
    place ??= kept.length;
  }
  kept.splice(place ?? kept.length, 0, ...values.flatMap(value => [name, value]));
  return kept;
}
