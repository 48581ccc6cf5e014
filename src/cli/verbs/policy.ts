import { ExitCode, operatorScope } from '../../aws';
import { operatorStatements, policyDocument } from '../../permissions';
import { Context } from '../context';
import { EditFlags, secretOf } from '../edit-flags';
import { select } from '../selection';

export interface PolicyFlags extends EditFlags {
  readonly allowKeyUpdate?: boolean;
}

/** `ecs policy`: the permissions that the other verbs need for a selection. */
export async function policy(context: Context, flags: PolicyFlags): Promise<ExitCode> {
  const { account, services, listsServices } = await select(context, flags);
  const scope = await operatorScope(account, services, {
    listsServices,
    secret: flags.plaintextApiKey ? undefined : secretOf(flags),
    mayUpdate: flags.allowKeyUpdate ?? false,
    mayGrant: flags.grantSecretAccess ?? false,
  });
  context.output.document(policyDocument(operatorStatements(scope)));
  return ExitCode.DONE;
}
