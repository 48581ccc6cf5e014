import { createInterface } from 'node:readline';
import { linesOf, outcomeOf } from './images';
import { Ecs, Tags } from '../../test/fakes/ecs/ecs';
import { DeploymentEvent } from '../../test/fakes/ecs/state';
import { FakeAws } from '../../test/fakes/fake-aws';
import { throttledError } from '../../test/fakes/faults/kinds';
import { AWS_RATES, Rates } from '../../test/fakes/faults/rates';
import { errorAnswer } from '../../test/fakes/wire/answer';

/** The ECS of the local AWS. It reads requests from standard input, and writes the answers to standard output, each as a line of JSON. */

interface Call {
  readonly account: string;
  readonly region: string;
  /** If it is undefined, there is no request: only the time passes. */
  readonly action?: string;
  readonly body?: string;
  /** The call is one of AWS itself, such as CloudFormation's, and uses no budget. */
  readonly byAws?: boolean;
  /** Tags that AWS itself gives, by the ARN of the resource. */
  readonly tags?: { readonly [arn: string]: Tags };
}

/** An account, with what has happened in it since the last answer. */
interface Account { readonly aws: FakeAws; readonly rates: Rates; readonly events: DeploymentEvent[] }

const rolloutMs = Number(process.argv[2]) * 1000;
const times = { rolloutMs, failureMs: rolloutMs / 4, minuteMs: 60_000 };
const accounts = new Map<string, Account>();

function accountWith(id: string): Account {
  const present = accounts.get(id);
  if (present) return present;
  const events: DeploymentEvent[] = [];
  const ecs = { outcomeOf, linesOf, times, onDeployment: (event: DeploymentEvent) => { events.push(event); } };
  const made = { aws: new FakeAws({ account: id, callMs: 0, rates: [], ecs }), rates: new Rates(Date.now, AWS_RATES), events };
  accounts.set(id, made);
  return made;
}

async function answerTo({ account: id, region, action, body = '', byAws = false, tags = {} }: Call): Promise<object> {
  const account = action === undefined && Object.keys(tags).length === 0 ? undefined : accountWith(id);
  // The time of each account is the machine's.
  for (const { aws } of accounts.values()) aws.advance(Math.max(0, Date.now() - aws.now()));
  for (const [arn, added] of Object.entries(tags)) account!.aws.region(region).ecs.tag(arn, added);
  const answered = action === undefined ? {} : await requestOf(account!, { id, region, action, body, byAws });
  const happened = [...accounts].map(([name, { aws, events }]) => ({ account: name, logs: aws.takeLogs(), events: events.splice(0) }));
  return { ...answered, happened };
}

interface RequestOf { readonly id: string; readonly region: string; readonly action: string; readonly body: string; readonly byAws: boolean }

async function requestOf({ aws, rates }: Account, { id, region, action, body, byAws }: RequestOf): Promise<object> {
  if (action === 'RegisterContainerInstance') return registerInstance(aws.region(region).ecs, JSON.parse(body));
  if (!byAws && !rates.admits(region, 'ecs', action)) return errorAnswer('ecs', throttledError('ecs'));
  const headers = {
    'authorization': `AWS4-HMAC-SHA256 Credential=${id}/20260101/${region}/ecs/aws4_request, SignedHeaders=host, Signature=0`,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
  };
  const { answer } = await aws.handle({ method: 'POST', url: '/', headers, body });
  return { status: answer!.status, body: answer!.body };
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
