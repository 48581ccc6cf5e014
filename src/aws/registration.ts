import { Account } from './account';
import { isUnsettled } from './errors';
import { Failure } from './failure';
import { Revision, revisionIn, Revisions } from './revisions';
import { isSameTask, JsonObject, missingFrom, printJson, textIn } from '../edit';

const MOST_TRIES = 3;

/** The registered revision is not what was planned: nothing may run it. It ends the whole run, since the next would be no better. */
export class RegisteredOtherwise extends Failure {}

/**
 * Registers a task definition once: where an answer is lost, the revision that it would have named is looked for before
 * anything is sent again.
 *
 * @throws RegisteredOtherwise where ECS has kept less than it was given
 */
export async function register(account: Account, body: JsonObject, newest: Revision | undefined): Promise<Revision> {
  const revision = await registerOnce(account, body, newest);
  const missing = missingFrom(revision.body, body);
  if (missing.length > 0) {
    throw new RegisteredOtherwise(`ECS registered ${revision.family}:${revision.revision} otherwise than planned, so that no service was changed. Different or missing: ${missing.join(', ')}. `
      + 'Compare the two (`ecs plan --json` prints the plan), and report it: nothing may be lost.');
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
