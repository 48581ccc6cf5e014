import { PolicyFlags } from './policy';
import { DAEMON_NAMES, daemonScope, Failure, usage } from '../../aws';
import { daemonPolicy, MOST_POLICY_CHARACTERS, policyDocument } from '../../permissions';
import { Context } from '../context';
import { selectDaemon } from '../daemon-flags';
import { keySourceOf, logGroupOf } from '../edit-flags';
import { ExitCode } from '../exit-codes';

/** `ecs policy --daemon`: the permissions that the verbs for daemons need on a cluster. */
export async function daemonPolicyOf(context: Context, flags: PolicyFlags): Promise<ExitCode> {
  if (flags.all || flags.serviceTag?.length) throw usage('`--daemon` is for the daemon of one cluster: leave out `--all` and `--service-tag`.');
  if (flags.revokeSecretAccess) throw usage('`ecs daemon remove` keeps the role, so `--revoke-secret-access` has no meaning with `--daemon`.');
  const source = keySourceOf(flags);
  const { account, cluster, service } = await selectDaemon(context, flags);
  const { statements, characters } = daemonPolicy(await daemonScope(account, {
    cluster,
    service,
    executionRole: flags.executionRole,
    logGroup: logGroupOf(flags),
    ...source,
    mayUpdate: flags.allowKeyUpdate ?? false,
    mayGrant: flags.grantSecretAccess ?? false,
  }, DAEMON_NAMES));
  if (characters > MOST_POLICY_CHARACTERS) {
    throw new Failure(`The policy has ${characters} characters without white space, and IAM takes at most ${MOST_POLICY_CHARACTERS} in a managed policy. Name the daemon with \`--service\`.`, 'refused');
  }
  context.output.document(policyDocument(statements));
  return ExitCode.DONE;
}
