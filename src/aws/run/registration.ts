import { isSameTask, JsonObject, missingFrom, printJson, textIn } from '../../edit';
import { Account } from '../calls/account';
import { siblingRevision } from '../calls/arns';
import { isUnsettled } from '../calls/errors';
import { Failure } from '../calls/failure';
import { hideSecretsOf, Revision, revisionIn, Revisions } from '../reads/revisions';

const MOST_TRIES = 3;

/** How many revisions of a family are looked at: others may register in it, too. */
const MOST_LOOKS = 20;

/** How far the clock of a process may be from AWS's. Beyond it, AWS refuses its calls. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** The registered revision differs from the plan, so no service may run it. It ends the whole run: the next revision would differ, too. */
export class RegisteredDifferently extends Failure {}

/**
 * Registers a task definition once. If the answer is lost, the revision is looked for before the request is sent again. If another process may have
 * begun the registration, and something has been registered since then, it is looked for, too.
 *
 * @param newest of the family
 * @param since  the begin of the registration, in milliseconds since 1970
 * @throws RegisteredDifferently if the registered revision lacks something of the plan
 */
export async function register(account: Account, body: JsonObject, newest: Revision | undefined, since: number): Promise<Revision> {
  hideSecretsOf(account, body);
  const isOlder = ({ registeredAt = 0 }: Revision) => registeredAt < since - CLOCK_SKEW_MS;
  const earlier = newest === undefined || isOlder(newest) ? undefined : await find(account, body, isOlder, newest);
  const revision = earlier ?? await registerOnce(account, body, newest);
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
      const found = await find(account, body, ({ revision }) => revision <= (newest?.revision ?? 0));
      if (found) return found;
      if (tries >= MOST_TRIES) throw account.failure(error, 'ecs:RegisterTaskDefinition', subject);
      await account.pause(500 * tries);
    }
  }
}

/** The newest active revision that makes the same task. @param isOlder  whether a revision, and each before it, is too old to be the one */
async function find(account: Account, body: JsonObject, isOlder: (revision: Revision) => boolean, newest?: Revision): Promise<Revision | undefined> {
  const revisions = new Revisions(account);
  const first = newest ?? await revisions.find(textIn(body.family) ?? '');
  for (let number = first?.revision ?? 0; first && number > Math.max(0, first.revision - MOST_LOOKS); number--) {
    const one = number === first.revision ? first : await revisions.find(siblingRevision(first.arn, number));
    if (one && isOlder(one)) return undefined;
    if (one?.isActive && isSameTask(one.body, body)) return one;
  }
  return undefined;
}
