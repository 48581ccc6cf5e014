import { additionOf, checkRequest } from './render';
import { daemonOptions } from '../../agent';
import { usage } from '../../aws/calls/failure';
import { agentFor, withAddition } from '../../aws/plan/revision-plan';
import { daemonDefinition } from '../../edit';
import { FILE_WORDS, messagesOf } from '../../preflight';
import { daemonText } from '../../render';
import { Context } from '../context';
import { ExitCode } from '../exit-codes';
import { formatOf, RenderFlags, renderRequest } from '../render-request';

/** `ecs render --daemon`: the task definition of a daemon, from the flags only. */
export async function renderDaemon({ output }: Context, flags: RenderFlags): Promise<ExitCode> {
  if (flags.taskDefinition !== undefined) throw usage('`--daemon` prints a task definition of its own. Leave `--task-definition` out.');
  const format = formatOf(flags);
  const executionRoleArn = roleOf(flags);
  const given = renderRequest(flags);
  const { generation, service: family = generation.daemonService } = given;
  const request = { ...given, options: daemonOptions(generation, given.options), service: undefined };
  checkRequest(request, { family }, []);
  const body = daemonDefinition(undefined, { family, executionRoleArn });
  const addition = { ...additionOf(request), hostKind: 'EC2' as const, isAlone: true };
  const { edited, findings } = withAddition(body, addition);
  const messages = [...request.notes, ...messagesOf(findings, FILE_WORDS)];
  for (const { severity, id, message } of messages) output.note(`${severity === 'error' ? 'refused: ' : ''}${message} [${id}]`);
  if (messages.some(({ severity }) => severity === 'error')) return ExitCode.REFUSED;
  output.print(daemonText(edited, agentFor(body, addition), format));
  output.note(NOT_CHECKED);
  return ExitCode.DONE;
}

const NOT_CHECKED = 'Nothing was read from AWS, so the network, the secret and the role are not checked. Run it in a service with the scheduling strategy DAEMON, '
  + 'or let `ecs daemon add` do all of it.';

const ROLE_ARN = /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** ECS reads the secret with it. */
function roleOf({ executionRole: role }: RenderFlags): string {
  if (role !== undefined && ROLE_ARN.test(role)) return role;
  throw usage(`\`--execution-role\` must be the ARN of a role here, arn:aws:iam::<account>:role/<name>, since nothing is read from AWS, got: ${role || '(nothing)'}`);
}
