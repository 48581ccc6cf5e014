import { ADD, COLLECTION, DESTINATION, QUESTION, shop } from './given';
import { CTRL_C, DOWN, ENTER, SPACE } from './terminal';

const here = shop();
const { type, writes } = here;
const lastPart = (arn: string) => arn.split('/').pop()!;

describe('what is missing on the command line', () => {
  test('a missing cluster is selected from the list of clusters', async () => {
    here.aws.ecs.addCluster('another');
    const session = await type(['ecs', 'status', '--all'], [
      { match: 'Which cluster\\?[\\s\\S]*shop' }, { send: DOWN }, { match: '○[\\s\\S]*●' }, { send: ENTER },
    ]);
    const listed = session.screenWith(/● [^]*○ /).lines.flatMap(line => /[●○] (.+)/.exec(line)?.[1] ?? []);
    expect([...listed].sort()).toEqual(['another', 'shop']);
    expect(here.aws.callsOf('ListServices').map(({ input }) => lastPart((input as { cluster: string }).cluster))).toEqual([listed[1]]);
    expect(session.isTidy).toBe(true);
  });

  test('missing services are selected from a list, also several', async () => {
    here.aws.ecs.addService('billing', { cluster: 'shop' });
    const session = await type(['ecs', 'add', '--cluster', 'shop', '--collection', COLLECTION], [
      { match: 'Which services\\?[\\s\\S]*web' }, { send: `${SPACE}${DOWN}${DOWN}${SPACE}${ENTER}` },
      QUESTION, { send: 'y' },
    ]);
    expect(session.screen.lines).toContain('2 services: 2 to add.');
    expect(session.exitCode).toBe(0);
    expect(here.aws.callsOf('UpdateService').map(({ input }) => lastPart((input as { service: string }).service)).sort()).toEqual(['billing', 'web']);
  });

  test('missing services are asked for until at least one is selected', async () => {
    const session = await type(['ecs', 'add', '--cluster', 'shop', '--collection', COLLECTION], [
      { match: 'Which services\\?[\\s\\S]*web' }, { send: ENTER }, { wait: 'at least one' }, { send: SPACE }, { wait: 'web' }, { send: ENTER },
      QUESTION, { send: 'n' },
    ]);
    expect(session.screen.lines).toContain('1 service: 1 to add.');
    expect(session.exitCode).toBe(0);
  });

  test.each([
    ['the destination', ['ecs', 'add', '--cluster', 'shop', '--service', 'orders'], DESTINATION],
    ['the cluster', ['ecs', 'remove', '--all'], 'Which cluster?'],
    ['the services', ['ecs', 'remove', '--cluster', 'shop'], 'Which services?'],
  ])('Ctrl-C at the question for %s ends with 130, and nothing is written', async (_, args, question) => {
    const session = await type(args, [{ wait: question }, { send: CTRL_C }]);
    expect(session.screen.text).toMatch(/Nothing was changed\.$/);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
    expect(writes()).toEqual([]);
  });

  test('nothing is asked for if nothing is missing', async () => {
    const session = await type(ADD, [QUESTION, { send: 'n' }]);
    expect(session.output).not.toContain('Which');
  });

  test('nothing is asked for with --json', async () => {
    const session = await type(['ecs', 'status', '--json']);
    expect(session.screen.text).toContain('--cluster');
    expect(session.exitCode).toBe(2);
  });
});
