import { MovedAws } from './moved-aws';
import { carryOut, CLUSTER, CONTAINER, Ended, Order, Way } from './ways';
import { addSurroundings, succeeds, taskDefinitionBody } from '../../test/fakes';
import { Row } from '../table';

/** How long a rollout takes. */
const ROLLOUT_SECONDS = 60;
const SIZES = [1, 20, 100];
const ORDERS: { readonly [order in Order]: string } = {
  'one-by-one': 'one service after the other',
  'wait-last': 'all services are updated, and then waited for',
  'at-once': 'all services at the same time',
};
const NAMES: { readonly [way in Exclude<Way, 'this'>]: string } = { 'boto3': 'a script with boto3', 'aws-cli': 'a script with the AWS CLI' };

interface Measured extends Ended {
  readonly calls: number;
  readonly throttled: number;
  /** Services whose rollout with the agent has completed. */
  readonly done: number;
}

/** Adds the agent to so many services of an account that throttles as AWS does, each with its own task definition. */
async function measure(way: Way, order: Order, count: number): Promise<Measured> {
  const moved = await new MovedAws().listen();
  try {
    const { aws } = moved;
    addSurroundings(aws, { secretValue: 'not-a-key' });
    const names = Array.from({ length: count }, (_, index) => `service-${index}`);
    for (const name of names) {
      aws.ecs.addService(name, { cluster: CLUSTER, desiredCount: 1, taskDefinition: taskDefinitionBody(name) });
      aws.ecs.rolloutsEnd(name, () => succeeds(ROLLOUT_SECONDS * 1000));
    }
    const ended = await carryOut(moved, way, 'add', order, names);
    // A script that fails leaves rollouts on their way.
    aws.advance(2 * ROLLOUT_SECONDS * 1000);
    const done = names.filter(name => {
      const { taskDefinition, deployments } = aws.ecs.service(name);
      const containers = taskDefinition.described.containerDefinitions as readonly { readonly name: string }[];
      return containers.some(one => one.name === CONTAINER.name) && deployments.length === 1 && deployments[0].rolloutState === 'COMPLETED';
    });
    const throttled = aws.calls.filter(({ outcome }) => /Throttling/.test(outcome ?? '')).length;
    return { ...ended, calls: aws.calls.length, throttled, done: done.length };
  } finally {
    await moved.stop();
  }
}

/**
 * The same services get the agent from this library and from scripts of the documented kind, each in an account of its own on loopback.
 *
 * @param sizes how many services
 */
export async function scriptRows(sizes: readonly number[] = SIZES): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of sizes) {
    const own = await measure('this', 'at-once', count);
    if (own.done !== count) throw new Error(`ecs add ended with exit code ${own.codes[0]}: only ${own.done} of ${count} services have the agent.`);
    for (const way of ['boto3', 'aws-cli'] as const) {
      for (const order of count === 1 ? ['one-by-one'] as const : Object.keys(ORDERS) as Order[]) {
        console.log(`  ${count} ${count === 1 ? 'service' : 'services'}, ${way}, ${order}`);
        rows.push(...compared(own, await measure(way, order, count), { way, order, count }));
      }
    }
  }
  return rows;
}

interface Compared { readonly way: Exclude<Way, 'this'>; readonly order: Order; readonly count: number }

function compared(own: Measured, script: Measured, { way, order, count }: Compared): Row[] {
  const id = `scripts/${way}/${count}/${order}`;
  const what = count === 1 ? `add to 1 service, beside ${NAMES[way]}` : `add to ${count} services, beside ${NAMES[way]}, ${ORDERS[order]}`;
  const row = (figure: string, said: string, of: (one: Measured) => number, unit: string): Row => ({
    id: `${id}/${figure}`, what: `${what}: ${said}`, ratio: of(own) / of(script), parts: { [`this, ${unit}`]: of(own), [`script, ${unit}`]: of(script) },
  });
  const left = (one: Measured) => count - one.done;
  return [
    {
      id: `${id}/without`,
      what: `${what}: services that are left without the agent`,
      // If the script leaves none, each one of this is one too many.
      ratio: left(own) / Math.max(1, left(script)),
      parts: {
        'this, services': left(own), 'script, services': left(script), 'this, throttled calls': own.throttled, 'script, throttled calls': script.throttled,
        'this, exit code': own.codes[0] ?? NaN, 'script, exit code': Math.max(...script.codes.map(Number)),
      },
    },
    // The time of a script that ends with an error is that of something else.
    ...left(script) > 0 ? [] : [
      row('time', 'until the last rollout has ended', ({ seconds }) => seconds, 's'),
      row('calls', 'calls of AWS', ({ calls }) => calls, 'calls'),
    ],
    row('memory', 'resident at the peak, of the largest process', ({ peakMB }) => peakMB, 'MB'),
  ];
}
