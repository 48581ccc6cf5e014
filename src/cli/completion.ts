import type { Command } from 'commander';

export const SHELLS: readonly string[] = ['bash', 'zsh', 'fish'];

/** Each command by its path, with the words that may follow it. */
function completionsOf(command: Command, path = ''): { readonly path: string; readonly words: readonly string[] }[] {
  const words = [...command.commands.map(one => one.name()), ...command.options.flatMap(({ long, hidden }) => hidden ? [] : long!), '--help'];
  return [{ path, words }, ...command.commands.flatMap(one => completionsOf(one, `${path} ${one.name()}`.trim()))];
}

/** A script for the shell to source. It completes commands and the names of options. */
export function completionScript(shell: string, root: Command): string {
  const name = root.name();
  const all = completionsOf(root);
  if (shell === 'fish') {
    return all.map(({ path, words }) => {
      const seen = path.split(' ').filter(Boolean).map(word => `__fish_seen_subcommand_from ${word}`).join('; and ');
      const condition = seen === '' ? '__fish_use_subcommand' : seen;
      const plain = words.filter(word => !word.startsWith('-'));
      const lines = words.filter(word => word.startsWith('--')).map(word => `complete -c ${name} -n '${condition}' -l ${word.slice(2)}`);
      return [...plain.length > 0 ? [`complete -c ${name} -f -n '${condition}' -a '${plain.join(' ')}'`] : [], ...lines].join('\n');
    }).join('\n') + '\n';
  }
  const cases = all.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`).join('\n');
  const body = `_${name.replaceAll('-', '_')}() {
  local path='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) break ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _${name.replaceAll('-', '_')} ${name}
`;
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${body}` : body;
}
