import { ExitCode, operatorScope } from '../../aws';
import { DEFAULT_SECRET_NAME, operatorStatements, policyDocument } from '../../permissions';
import { Context } from '../context';
import { EditFlags } from '../edit-flags';
import { select } from '../selection';

/** `ecs policy`: the permissions that the other verbs need for a selection. */
export async function policy(context: Context, flags: EditFlags): Promise<ExitCode> {
  const { account, services, listsServices } = await select(context, flags);
  const scope = await operatorScope(account, services, {
    listsServices,
    secret: flags.plaintextApiKey ? undefined : flags.apiKeySecret ?? DEFAULT_SECRET_NAME,
    mayUpdate: flags.updateApiKey ?? false,
    mayGrant: flags.grantSecretAccess ?? false,
  });
  context.output.document(policyDocument(operatorStatements(scope)));
  return ExitCode.DONE;
}
