import { add, addDaemon, plan, policyOf, remove, removeDaemon, statusOf, statusOfDaemon, update, Verb } from './verbs';
import { addSurroundings, FakeAws, neverSettles, Outcome, secretOutOfReach, succeeds, taskDefinitionBody, tasksFail } from '../fakes';

export const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
/** The value of POSTMAN_API_KEY. */
export const KEY = 'not-a-key';

/** A verb and the account that it finds. */
export interface Story {
  readonly verb: Verb;
  /** Verbs that ran before. */
  readonly before?: readonly Verb[];
  readonly services?: readonly string[];
  /** Whether it is about a daemon on two instances, and not about services. */
  readonly isOfDaemon?: boolean;
  readonly hasSecret?: boolean;
  readonly mayRead?: boolean;
  readonly secretValue?: string;
  /** How the rollout of a revision with the agent ends. @default succeeds */
  readonly outcome?: Outcome;
}

const ORDERS = { service: ['orders'] } as const;
const TO_COLLECTION = { ...ORDERS, collection: COLLECTION } as const;
const BOTH = { service: ['orders', 'twin'], collection: COLLECTION } as const;

/** What the command line does, each with an account of its own. */
export const STORIES: { readonly [name: string]: Story } = {
  'add, with a secret and a grant that it makes': { verb: add({ ...TO_COLLECTION, grantSecretAccess: true }), hasSecret: false, mayRead: false },
  'add, with a rollout that fails and goes back': { verb: add(TO_COLLECTION), outcome: tasksFail(secretOutOfReach) },
  'add, with a rollout that never settles': { verb: add({ ...TO_COLLECTION, timeout: '2m' }), outcome: neverSettles() },
  'add of two services with one task definition': { verb: add(BOTH), services: ['orders', 'twin'] },
  'add without following': { verb: add({ ...TO_COLLECTION, follow: false }) },
  'remove': { before: [add(TO_COLLECTION)], verb: remove(ORDERS) },
  'remove, with a revocation': {
    before: [add({ ...TO_COLLECTION, grantSecretAccess: true })], mayRead: false, verb: remove({ ...ORDERS, revokeSecretAccess: true }),
  },
  'key update of a field': {
    verb: update({ apiKeySecret: 'postman/api-key', apiKeySecretField: 'key' }), secretValue: '{"user":"orders","key":"old"}',
  },
  'key update, with a restart': { before: [add(TO_COLLECTION)], verb: update({ ...ORDERS, restart: true }) },
  'plan': { verb: plan(TO_COLLECTION) },
  'status': { before: [add(TO_COLLECTION)], verb: statusOf(ORDERS) },
  'daemon add, with all that it needs': { isOfDaemon: true, verb: addDaemon({ collection: COLLECTION }), hasSecret: false },
  'daemon add, with a rollout that fails': { isOfDaemon: true, verb: addDaemon({ collection: COLLECTION }), outcome: tasksFail(secretOutOfReach) },
  'daemon add, with other options': {
    isOfDaemon: true, before: [addDaemon({ collection: COLLECTION })], verb: addDaemon({ collection: COLLECTION, rateLimit: '100' }),
  },
  'daemon remove': { isOfDaemon: true, before: [addDaemon({ collection: COLLECTION })], verb: removeDaemon },
  'daemon status': { isOfDaemon: true, before: [addDaemon({ collection: COLLECTION })], verb: statusOfDaemon },
  'policy': { verb: policyOf({ ...ORDERS, grantSecretAccess: true }) },
};

/** The name of the daemon of the stories, and of its family. */
export const DAEMON = 'postman-lc-daemon';

function furnishInstances(aws: FakeAws, outcome: Outcome): void {
  for (const id of ['i-1', 'i-2']) aws.ecs.addContainerInstance('shop', id);
  aws.ecs.state.outcomeOf = ({ family }) => family === DAEMON ? outcome : undefined;
}

/** Makes the account of a story. */
export function furnish(aws: FakeAws, story: Story): void {
  const { services = ['orders'], hasSecret = true, mayRead = true, secretValue = 'value', outcome = succeeds(20_000) } = story;
  if (story.isOfDaemon) furnishInstances(aws, outcome);
  addSurroundings(aws, { mayRead, ...hasSecret ? { secretValue } : {} });
  for (const name of services) {
    const taskDefinition = name === 'orders' ? taskDefinitionBody('orders') : 'orders:1';
    aws.ecs.addService(name, { cluster: 'shop', desiredCount: 2, taskDefinition });
    aws.ecs.rolloutsEnd(name, body => JSON.stringify(body).includes('postman-lc-agent') ? outcome : undefined);
  }
}
