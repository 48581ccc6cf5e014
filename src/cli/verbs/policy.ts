import { EcsService, Failure, operatorScope, usage } from '../../aws';
import { MOST_POLICY_CHARACTERS, operatorPolicy, OperatorPolicy, policyDocument, WIDENED } from '../../permissions';
import { Context } from '../context';
import { EditFlags, keySourceOf } from '../edit-flags';
import { ExitCode } from '../exit-codes';
import { select } from '../selection';

export interface PolicyFlags extends EditFlags {
  readonly allowKeyUpdate?: boolean;
  readonly daemon?: boolean;
  readonly executionRole?: string;
}

/**
 * `ecs policy`: the permissions that the other verbs need for a selection, as a document that IAM takes.
 *
 * @throws Failure if it is too long for IAM, with a selection that is not
 */
export async function policy(context: Context, flags: PolicyFlags): Promise<ExitCode> {
  if (flags.executionRole !== undefined || flags.logGroup !== undefined) throw usage('`--execution-role` and `--log-group` are for daemons: add `--daemon`.');
  const source = keySourceOf(flags);
  if (flags.apiKeyParameter !== undefined && flags.allowKeyUpdate) throw usage('`--allow-key-update` is for secrets: no command writes to parameters. Leave out `--allow-key-update` or `--api-key-parameter`.');
  const { account, services, listsServices } = await select(context, flags);
  const scopeOf = await operatorScope(account, services, {
    listsServices,
    takesWholeClusters: flags.all === true && !flags.serviceTag?.length,
    ...source,
    mayUpdate: flags.allowKeyUpdate ?? false,
    mayGrant: flags.grantSecretAccess ?? false,
    mayRevoke: flags.revokeSecretAccess ?? false,
  });
  const { statements, characters, widenings } = operatorPolicy(scopeOf());
  if (characters > MOST_POLICY_CHARACTERS) {
    throw new Failure(tooLong(services, characters, most(services.length, first => fits(operatorPolicy({ ...scopeOf(first), takesWholeClusters: false })))), 'refused');
  }
  if (widenings.length > 0) {
    context.output.note(`To have at most ${number(MOST_POLICY_CHARACTERS)} characters, this policy also allows: ${widenings.map(one => WIDENED[one]).join('; ')}.`);
  }
  context.output.document(policyDocument(statements));
  return ExitCode.DONE;
}

const fits = ({ characters }: OperatorPolicy) => characters <= MOST_POLICY_CHARACTERS;

const number = (count: number) => count.toLocaleString('en-US');

/** The greatest count up to a limit for which it holds. It holds for 0, and for no count above one for which it does not. */
function most(limit: number, holds: (count: number) => boolean): number {
  let [low, high] = [0, limit];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function tooLong(services: readonly EcsService[], characters: number, first: number): string {
  const what = services.length === 1 ? 'this service' : `these ${services.length} services`;
  const found = `The policy for ${what} has ${number(characters)} characters without white space, and IAM takes at most ${number(MOST_POLICY_CHARACTERS)} in a managed policy.`;
  if (first === 0) return found;
  const flags = services.slice(0, first).map(({ serviceName }) => `--service ${serviceName}`).join(' ');
  return `${found} Print several policies, each for fewer services, and attach them all. A policy for the first ${first} is short enough: \`${flags}\`.`;
}
