import { isSameTask, JsonObject, missingFrom, printJson, textIn } from '../../edit';
import { Account } from '../calls/account';
import { isUnsettled } from '../calls/errors';
import { Failure } from '../calls/failure';
import { Revision, revisionIn, Revisions } from '../reads/revisions';

const MOST_TRIES = 3;

/** The registered revision differs from the plan, so no service may run it. It ends the whole run: the next revision would differ, too. */
export class RegisteredDifferently extends Failure {}

/**
 * Registers a task definition once. If the answer is lost, the revision is looked for before the request is sent again.
 *
 * @throws RegisteredDifferently if the registered revision lacks something of the plan
 */
export async function register(account: Account, body: JsonObject, newest: Revision | undefined): Promise<Revision> {
  const revision = await registerOnce(account, body, newest);
  const missing = missingFrom(revision.body, body);
  if (missing.length > 0) {
    throw new RegisteredDifferently(`ECS registered ${revision.family}:${revision.revision} differently from the plan; no service was changed. `
      + `Different or missing: ${missing.join(', ')}. ${account.hints.plan}`);
  }
  return revision;
}

async function registerOnce(account: Account, body: JsonObject, newest: Revision | undefined): Promise<Revision> {
  const family = textIn(body.family) ?? '';
  const subject = { subject: `task definition ${family}` };
  for (let tries = 1; ; tries++) {
    try {
      const input = { family, containerDefinitions: [] };
      return revisionIn(await account.call<string>('ecs', 'RegisterTaskDefinition', input, { raw: printJson(body), repeatable: false, ...subject }));
    } catch (error) {
      if (!isUnsettled(error)) throw account.failure(error, 'ecs:RegisterTaskDefinition', subject);
      const found = await new Revisions(account).find(family);
      if (found && found.arn !== newest?.arn && isSameTask(found.body, body)) return found;
      if (tries >= MOST_TRIES) throw account.failure(error, 'ecs:RegisterTaskDefinition', subject);
      await account.pause(500 * tries);
    }
  }
}
