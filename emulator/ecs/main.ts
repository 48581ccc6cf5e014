import { createInterface } from 'node:readline';
import { linesOf, outcomeOf } from './images';
import { Ecs, Tags } from '../../test/fakes/ecs/ecs';
import { FakeAws } from '../../test/fakes/fake-aws';

/** The ECS of the local AWS. It reads requests from standard input, and writes the answers to standard output, each as a line of JSON. */

interface Call {
  readonly account: string;
  readonly region: string;
  /** If it is undefined, there is no request: only the time passes. */
  readonly action?: string;
  readonly body?: string;
  /** Tags that AWS itself gives, by the ARN of the resource. */
  readonly tags?: { readonly [arn: string]: Tags };
}

const rolloutMs = Number(process.argv[2]) * 1000;
const times = { rolloutMs, failureMs: rolloutMs / 4, minuteMs: 60_000 };
const accounts = new Map<string, FakeAws>();

function accountWith(account: string): FakeAws {
  const present = accounts.get(account) ?? new FakeAws({ account, callMs: 0, rates: [], ecs: { outcomeOf, linesOf, times } });
  accounts.set(account, present);
  return present;
}

async function answerTo({ account, region, action, body = '', tags = {} }: Call): Promise<object> {
  const aws = accountWith(account);
  // The account's time is the machine's.
  aws.advance(Math.max(0, Date.now() - aws.now()));
  for (const [arn, added] of Object.entries(tags)) aws.region(region).ecs.tag(arn, added);
  if (action === undefined) return { logs: aws.takeLogs() };
  if (action === 'RegisterContainerInstance') return { ...registerInstance(aws.region(region).ecs, JSON.parse(body)), logs: aws.takeLogs() };
  const headers = {
    'authorization': `AWS4-HMAC-SHA256 Credential=${account}/20260101/${region}/ecs/aws4_request, SignedHeaders=host, Signature=0`,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
  };
  const { answer } = await aws.handle({ method: 'POST', url: '/', headers, body });
  return { status: answer!.status, body: answer!.body, logs: aws.takeLogs() };
}

/** Only the ECS agent of an instance makes this call, and here no instance runs one: what starts instances makes it in its place. */
function registerInstance(ecs: Ecs, { cluster, instanceIdentityDocument: identity }: { readonly [member: string]: string }): object {
  const containerInstance = ecs.addContainerInstance(cluster, JSON.parse(identity!).instanceId);
  return { status: 200, body: JSON.stringify({ containerInstance }) };
}

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answerTo(JSON.parse(line) as Call))}\n`);
  }
}

void main();
