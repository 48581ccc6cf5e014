import { bundle, onTerminal, Session, Step, Typed } from './terminal';
import { CAPTURING } from '../cli/log-lines';
import { addSurroundings, FakeAws, JsonObject, startFakeAws, taskDefinitionBody } from '../fakes';

export const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
/** The value of POSTMAN_API_KEY. */
export const KEY = 'not-a-key';
export const ADD = ['ecs', 'add', '--cluster', 'shop', '--service', 'orders', '--collection', COLLECTION];
export const DESTINATION = 'Where does the agent send?';
export const QUESTION = { wait: 'Add the agent as shown?' } as const;

/** What the output says last about a service whose agent captures. */
export const done = (service: string) => [`${service}: done, runs ${service}:2`, '  agent: capturing (log: Send SIGINT (Ctrl-C) to stop...)'];

/** The application logs to CloudWatch, so the agent does, too. */
const LOGGED: JsonObject = {
  containerDefinitions: [{
    name: 'web', image: 'nginx', logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/shop', 'awslogs-stream-prefix': 'web' } },
  }],
};

export interface Shop {
  readonly aws: FakeAws;
  /** The command line, typed at a terminal, with access to the account. @param typed `stdout`: a file that the output goes to */
  type(args: readonly string[], steps?: readonly Step[], typed?: Partial<Typed> & { readonly stdout?: string }): Promise<Session>;
  /** Until AWS has got a call of an action. */
  called(action: string): Promise<void>;
  /** The writing calls, in order. */
  writes(): string[];
}

/** Before a command whose output goes to a file. */
function intoFile(path: string | undefined): string[] {
  return path === undefined ? [] : ['sh', '-c', 'out=$1; shift; exec "$@" > "$out"', 'sh', path];
}

/** A cluster `shop` with the services `orders` and `web`, each with two tasks. Each test has its own. */
export function shop(): Shop {
  let aws: FakeAws;
  let main: string;
  beforeAll(async () => { main = await bundle(); });
  beforeEach(async () => {
    aws = await startFakeAws({ ecs: { times: { rolloutMs: 800 } } });
    addSurroundings(aws);
    for (const name of ['orders', 'web']) aws.ecs.addService(name, { cluster: 'shop', desiredCount: 2, taskDefinition: taskDefinitionBody(name, LOGGED) });
    for (const agent of ['postman-lc-agent', 'postman-insights-agent']) aws.ecs.logs(agent, CAPTURING);
  });
  afterEach(async () => aws.stop());
  return {
    get aws() { return aws; },
    type: async (args, steps, { env, stdout, ...typed } = {}) => onTerminal([...intoFile(stdout), process.execPath, main, ...args], {
      steps,
      env: { ...aws.env, AWS_REGION: 'eu-west-1', POSTMAN_API_KEY: KEY, POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '0.2', ...env },
      ...typed,
    }),
    called: async action => new Promise(arrived => { aws.onCall(action, 1, arrived); }),
    writes: () => aws.calls.map(({ action }) => action).filter(action => !/^(Describe|List|Get|Simulate)/.test(action)),
  };
}
