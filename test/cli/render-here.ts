import { Command } from 'commander';
import { Context } from '../../src/cli/context';
import { exitCodeOf } from '../../src/cli/exit-codes';
import { program } from '../../src/cli/program';
import { render } from '../../src/cli/verbs/render';
import { renderDaemon } from '../../src/cli/verbs/render-daemon';

export function renderCommand(): Command {
  const find = (command: Command, name: string) => command.commands.find(one => one.name() === name)!;
  return find(find(program(), 'ecs'), 'render');
}

/** `ecs render` with its flags as the program reads them, in this process. */
export async function renderHere(args: readonly string[]): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  let stdout = '';
  let stderr = '';
  let status = 0;
  const output = { print: (text: string) => { stdout += text; }, note: (text: string) => { stderr += `${text}\n`; } };
  const command = renderCommand().action(async flags => { status = await (flags.daemon ? renderDaemon : render)({ output } as unknown as Context, flags); });
  await command.parseAsync(args, { from: 'user' }).catch(error => {
    status = exitCodeOf(error);
    stderr += `${(error as Error).message}\n`;
  });
  return { status, stdout, stderr };
}
