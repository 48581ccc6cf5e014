import { bootstrap } from '../demo/cdk';
import { createSecret, Deployed } from '../demo/deployed';
import { LocalAws, startAws } from '../demo/local-aws';

const LIMIT_MS = 120_000;

/** An AWS on loopback for the tests of a block, ready for `cdk deploy`, with the secret that the examples name. */
export interface Bootstrapped {
  readonly aws: LocalAws;
  /** The complete ARN of the secret. */
  readonly secret: string;
}

/** Starts it before the block's tests and ends it after them; its members are there when the tests run. */
export function bootstrappedAws(): Bootstrapped {
  const started: { aws?: LocalAws; secret?: string } = {};
  beforeAll(async () => {
    started.aws = await startAws();
    started.secret = await createSecret(started.aws);
    await bootstrap(started.aws);
  }, LIMIT_MS);
  afterAll(() => started.aws?.stop());
  return started as Bootstrapped;
}

/** The container of either agent. */
export function agentOf({ taskDefinition }: Deployed) {
  return taskDefinition.containerDefinitions!.find(({ name }) => name === 'postman-lc-agent' || name === 'postman-insights-agent')!;
}

/** A call of a service that has no SDK here, in AWS's JSON protocol. @param target  `<protocol name of the service>.<action>` */
export async function jsonCall({ endpoint, environment }: LocalAws, service: string, target: string, input: object): Promise<any> {
  const credential = `${environment.AWS_ACCESS_KEY_ID}/20260101/${environment.AWS_REGION}/${service}/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'x-amz-target': target,
      'content-type': 'application/x-amz-json-1.0',
      'authorization': `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target} was answered with ${response.status}: ${text}`);
  return JSON.parse(text);
}
