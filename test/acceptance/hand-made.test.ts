import { Agent } from '../../demo/agents';
import { demonstrateByHand } from '../../demo/hand-made';
import { LocalAws, startAws } from '../../demo/local-aws';


/** The output of one command. */
interface Output {
  readonly command: string;
  readonly text: string;
}

/** Runs the demonstration of an agent before the tests of a block. */
function demonstration(agent: Agent) {
  let aws: LocalAws;
  const outputs: Output[] = [];

  beforeAll(async () => {
    aws = await startAws({ rolloutSeconds: 0.5 });
    let lines: string[] = [];
    let command = '';
    const heading = (text: string) => {
      if (command !== '') outputs.push({ command, text: lines.join('\n') });
      [command, lines] = [text, []];
    };
    // demonstrateByHand compares each exit code.
    await demonstrateByHand(aws, agent, { heading, say: line => lines.push(line) });
    heading('');
  });

  afterAll(() => aws.stop());

  /** The outputs of a verb's commands, in order. */
  const of = (verb: string) => outputs.filter(({ command }) => command.includes(` ecs ${verb} `)).map(({ text }) => text);
  return { outputs, of };
}

describe('the command line on the local AWS, whose rollouts take time', () => {
  const { outputs, of } = demonstration('live-collection');

  test('plan shows the added container, the verdict and the grant', () => {
    expect(of('plan')).toEqual([expect.stringContaining('task definition  orders:1 -> a new revision of orders')]);
    expect(of('plan')[0]).toContain('egress           reachable');
    expect(of('plan')[0]).toContain('+ containerDefinitions[postman-lc-agent]');
    expect(of('plan')[0]).toContain('to role orders-execution (inline policy postman-live-collection-postman-orders-????????????????)');
  });

  test('add refuses an execution role that cannot read the secret, and names the flag that grants it', () => {
    expect(of('add')[0]).toMatch(/refused {2}The execution role cannot read the secret.*--grant-secret-access/);
    expect(of('add')[0]).toContain('Nothing was written');
  });

  test('add follows the rollout to its end, and a second add has nothing to do', () => {
    expect(of('add')[1]).toContain('created the secret postman/orders');
    expect(of('add')[1]).toContain('orders: done, runs orders:2');
    expect(of('add')[1]).toContain('agent: capturing');
    expect(of('add')[2]).toContain('orders: nothing to do');
    expect(of('status')[0]).toContain('2 of 2 running tasks run the agent');
    expect(of('status')[0]).toMatch(/capture +capturing/);
  });

  test('add reports that ECS could not pull the image and rolled the service back', () => {
    expect(of('add')[3]).toContain('orders: rolled back to orders:2');
    expect(of('add')[3]).toMatch(/container postman-lc-agent ended \(CannotPullContainerError/);
  });

  test('remove returns the service to the previous revision, and with its flag revokes the grant', () => {
    expect(of('remove')[0]).toContain('orders:2 -> orders:1 (existing revision)');
    expect(of('remove')[0]).toMatch(/Removed the inline policy postman-live-collection-postman-orders-[0-9a-f]{16} of role orders-execution/);
    expect(of('remove')[0]).toContain('orders: done, runs orders:1');
    expect(of('status')[1]).toContain('agent absent');
  });

  test('no command prints the key', () => {
    expect(outputs.map(({ text }) => text).join('\n')).not.toContain('not-a-key');
  });
});

describe('the command line with the Insights agent on the local AWS', () => {
  const { outputs, of } = demonstration('insights');

  test('plan shows the container with its destination and both variables of the key', () => {
    expect(of('plan')[0]).toContain('+ containerDefinitions[postman-insights-agent]');
    expect(of('plan')[0]).toContain('/postman-insights-agent apidump --discovery-mode');
    expect(of('plan')[0]).toMatch(/POSTMAN_INSIGHTS_API_KEY from arn:[^]* POSTMAN_API_KEY from arn:/);
  });

  test('add moves the Live Collection agent to the Insights agent in one rollout, with the same secret', () => {
    const [, first, moved] = of('add');
    expect(first).toContain('orders: done, runs orders:2');
    expect(moved).toMatch(/- containerDefinitions\[postman-lc-agent\][^]*\+ containerDefinitions\[postman-insights-agent\]/);
    expect(moved.match(/rolling out/g)).toHaveLength(1);
    expect(moved).toContain('orders: done, runs orders:3');
    expect(moved).toContain('agent: capturing');
    expect(moved).not.toMatch(/created the secret|inline policy/);
    expect(of('status')[0]).toContain('destination      discovery, discoveryNamespace orders, discoveryName orders');
  });

  test('add and status say that an agent with a rejected key runs and does not capture', () => {
    expect(of('add')[3]).toContain('orders: degraded, runs orders:4');
    expect(of('add')[3]).toContain('agent: not capturing: Postman rejected the API key');
    expect(of('status')[1]).toMatch(/agent degraded[^]*2 of 2 running tasks run the agent[^]*not capturing: Postman rejected the API key/);
  });

  test('remove takes the moved agent out of the service, back to the revision without an agent', () => {
    expect(of('remove')[0]).toContain('orders:4 -> orders:1 (existing revision)');
    expect(of('status')[2]).toContain('agent absent');
  });

  test('no command with the Insights agent prints the key', () => {
    expect(outputs.map(({ text }) => text).join('\n')).not.toContain('not-a-key');
  });
});
