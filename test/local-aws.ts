import { bootstrap } from '../demo/cdk';
import { createSecret, Deployed } from '../demo/deployed';
import { LocalAws, StartOptions, startAws } from '../demo/local-aws';

/** An AWS on loopback for the tests of a block, ready for `cdk deploy`, with the secret that the examples name. */
export interface Bootstrapped {
  readonly aws: LocalAws;
  /** The complete ARN of the secret. */
  readonly secret: string;
}

/** Starts it before the block's tests and ends it after them; its members are there when the tests run. */
export function bootstrappedAws(options?: StartOptions): Bootstrapped {
  const started: { aws?: LocalAws; secret?: string } = {};
  beforeAll(async () => {
    started.aws = await startAws(options);
    started.secret = await createSecret(started.aws);
    await bootstrap(started.aws);
  });
  afterAll(() => started.aws?.stop());
  return started as Bootstrapped;
}

/** The container of either agent. */
export function agentOf({ taskDefinition }: Deployed) {
  return taskDefinition.containerDefinitions!.find(({ name }) => name === 'postman-lc-agent' || name === 'postman-insights-agent')!;
}
