import { demonstrateByHand } from '../../demo/hand-made';
import { LocalAws, startAws } from '../../demo/local-aws';

const COLLECTION = '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11';
const MINUTE = 60_000;

/** The output of one command. */
interface Output {
  readonly command: string;
  readonly text: string;
}

describe('the command line on the local AWS, whose rollouts take time', () => {
  let aws: LocalAws;
  const outputs: Output[] = [];

  beforeAll(async () => {
    aws = await startAws({ processes: true });
    let lines: string[] = [];
    let command = '';
    const heading = (text: string) => {
      if (command !== '') outputs.push({ command, text: lines.join('\n') });
      [command, lines] = [text, []];
    };
    // demonstrateByHand compares each exit code.
    await demonstrateByHand(aws, COLLECTION, { heading, say: line => lines.push(line) });
    heading('');
  }, 3 * MINUTE);

  afterAll(() => aws.stop());

  /** The outputs of a verb's commands, in order. */
  const of = (verb: string) => outputs.filter(({ command }) => command.includes(` ecs ${verb} `)).map(({ text }) => text);

  test('plan shows the added container, the verdict and the grant', () => {
    expect(of('plan')).toEqual([expect.stringContaining('task definition  orders:1 -> a new revision of orders')]);
    expect(of('plan')[0]).toContain('egress           reachable');
    expect(of('plan')[0]).toContain('+ containerDefinitions[postman-lc-agent]');
    expect(of('plan')[0]).toContain('to role orders-execution (inline policy postman-live-collection-orders)');
  });

  test('add refuses an execution role that cannot read the secret, and names the flag that grants it', () => {
    expect(of('add')[0]).toMatch(/refused {2}The execution role cannot read the secret.*--grant-secret-access/);
    expect(of('add')[0]).toContain('Nothing was written');
  });

  test('add follows the rollout to its end, and a second add has nothing to do', () => {
    expect(of('add')[1]).toContain('created the secret postman/orders');
    expect(of('add')[1]).toContain('orders: done, runs orders:2');
    expect(of('add')[2]).toContain('orders: nothing to do');
    expect(of('status')[0]).toContain('2 of 2 running tasks run the agent');
  });

  test('add reports that ECS could not pull the image and rolled the service back', () => {
    expect(of('add')[3]).toContain('orders: rolled back to orders:2');
    expect(of('add')[3]).toMatch(/container postman-lc-agent ended \(CannotPullContainerError/);
  });

  test('remove returns the service to the previous revision, and removes the grant', () => {
    expect(of('remove')[0]).toContain('orders:2 -> orders:1 (existing revision)');
    expect(of('remove')[0]).toContain('removed the inline policy postman-live-collection-orders of role orders-execution');
    expect(of('remove')[0]).toContain('orders: done, runs orders:1');
    expect(of('status')[1]).toContain('agent absent');
  });

  test('no command prints the key', () => {
    expect(outputs.map(({ text }) => text).join('\n')).not.toContain('not-a-key');
  });
});
