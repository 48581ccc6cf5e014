import { bundle, Bundle, onTerminal, Session, Step, Typed } from './terminal';
import { FakeAws, startFakeAws } from '../fakes';

export const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
/** The value of POSTMAN_API_KEY. */
export const KEY = 'not-a-key';
export const ADD = ['ecs', 'add', '--cluster', 'shop', '--service', 'orders', '--collection', COLLECTION];
export const QUESTION = { wait: 'Add the agent as shown?' } as const;

// Bundling, and some runs of the command line, each with a rollout.
jest.setTimeout(30_000);

export interface Shop {
  readonly aws: FakeAws;
  /** The command line, typed at a terminal, with access to the account. */
  type(args: readonly string[], steps?: readonly Step[], typed?: Partial<Typed>): Promise<Session>;
  /** The writing calls, in order. */
  writes(): string[];
}

/** A cluster `shop` with the services `orders` and `web`, each with two tasks. Each test has its own. */
export function shop(): Shop {
  let aws: FakeAws;
  let cli: Bundle;
  beforeAll(async () => { cli = await bundle(); });
  afterAll(() => cli.remove());
  beforeEach(async () => {
    // If a test advances the clock by this time, the rollout ends.
    aws = await startFakeAws({ ecs: { times: { rolloutMs: 2000 } } });
    aws.ec2.addPrivateSubnet('subnet-1');
    aws.iam.addRole('execution', { inline: { key: { Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' } } } });
    aws.ecs.addService('orders', { cluster: 'shop', desiredCount: 2 });
    aws.ecs.addService('web', { cluster: 'shop', desiredCount: 2 });
  });
  afterEach(async () => aws.stop());
  return {
    get aws() { return aws; },
    type: async (args, steps, { env, ...typed } = {}) => onTerminal([process.execPath, cli.main, ...args], {
      steps,
      env: { ...aws.env, AWS_REGION: 'eu-west-1', POSTMAN_API_KEY: KEY, POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '0.2', ...env },
      ...typed,
    }),
    writes: () => aws.calls.map(({ action }) => action).filter(action => !/^(Describe|List|Get|Simulate)/.test(action)),
  };
}
