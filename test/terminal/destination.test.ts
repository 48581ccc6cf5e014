import { COLLECTION, DESTINATION, QUESTION, shop } from './given';
import { CTRL_C, CTRL_U, DOWN, ENTER, Step } from './terminal';

const here = shop();
const { type, writes } = here;
const ADD = ['ecs', 'add', '--cluster', 'shop', '--service', 'orders'];
const PROJECT = 'svc_0123456789ABCDEFGHIJKL';
const [WORKSPACE, SYSTEM_ENVIRONMENT] = ['6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11', '0a1b2c3d-0f3c-4d0e-9a55-3f1f7f3a1c11'];

/** The list of destinations. */
const KINDS = [
  'a project of Postman Insights (svc_…)', 'a workspace with its system environment', 'discovery: the service is found in Postman by its name',
  'a collection (Live Collection agent, archived)',
];

/** Selects an item of the list. A colour may be between the mark and the text. */
function choose(index: number): Step[] {
  const selected = (kind: string): Step => ({ match: `●\\S* ${kind.split(/[( ]/, 2).join(' ')}` });
  const down = KINDS.slice(1, index + 1).flatMap<Step>(kind => [{ send: DOWN }, selected(kind)]);
  return [{ wait: DESTINATION }, selected(KINDS[0]), ...down, { send: ENTER }];
}
/** What is under the list. */
const LISTED: Step = { wait: 'navigate' };
const asks = (flag: string): Step => ({ wait: `${flag}: ` });
const answer = (flag: string, text: string): Step[] => [asks(flag), { send: `${text}${ENTER}` }];
const YES: readonly Step[] = [QUESTION, { send: 'y' }];

/** The arguments of the agent that runs, from its third on. */
function argumentsOf(): string[] {
  const containers = here.aws.ecs.describeTaskDefinition('orders:2').containerDefinitions as { name: string; entryPoint: string[] }[];
  return containers.find(({ name }) => name.startsWith('postman-'))!.entryPoint.slice(2);
}

describe('a destination that is missing on the command line', () => {
  test('the kinds of destinations are listed, today\'s agent first', async () => {
    const session = await type(ADD, [{ wait: DESTINATION }, LISTED, { send: CTRL_C }]);
    const listed = session.screenWith(/● [^]*navigate/).lines.flatMap(line => /[●○] (.+)/.exec(line)?.[1] ?? []);
    expect(listed).toEqual(KINDS);
  });

  test('a project is asked for by its id', async () => {
    const session = await type(ADD, [...choose(0), ...answer('--project', PROJECT), ...YES]);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(argumentsOf()).toEqual(['--project', PROJECT]);
    expect(session.screen.text).not.toContain('flags below');
  });

  test('a workspace is asked for by its id and that of its system environment', async () => {
    const session = await type(ADD, [...choose(1), ...answer('--workspace-id', WORKSPACE), ...answer('--system-env', SYSTEM_ENVIRONMENT), ...YES]);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(argumentsOf()).toEqual(['--workspace-id', WORKSPACE, '--system-env', SYSTEM_ENVIRONMENT]);
  });

  test('discovery needs no further answer', async () => {
    const session = await type(ADD, [...choose(2), ...YES]);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(argumentsOf()).toEqual(['--discovery-mode']);
  });

  test('a collection is asked for by its id, for the Live Collection agent', async () => {
    const session = await type(ADD, [...choose(3), ...answer('--collection', COLLECTION), ...YES]);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(argumentsOf()).toEqual(['--collection', COLLECTION]);
  });

  test('a wrong id is refused with what is wanted, and asked for again', async () => {
    const session = await type(ADD, [
      ...choose(0), ...answer('--project', 'nonsense'),
      { match: 'must be `svc_`[\\s\\S]*got:\\s+nonsense' }, { send: CTRL_U },
      asks('--project'), { send: `${COLLECTION}${ENTER}` },
      { match: 'id of a collection' }, { send: CTRL_U },
      asks('--project'), { send: `${PROJECT}${ENTER}` },
      ...YES,
    ]);
    expect(session).toMatchObject({ exitCode: 0, isTidy: true });
    expect(session.screen.text).not.toContain('nonsense');
    expect(argumentsOf()).toEqual(['--project', PROJECT]);
  });

  test('an empty id is refused', async () => {
    const session = await type(ADD, [...choose(1), ...answer('--workspace-id', ''), { match: 'must be a UUID' }, { send: CTRL_C }]);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
  });

  test.each<[string, readonly string[], readonly RegExp[], readonly RegExp[]]>([
    ['an option of the Insights agent', ['--repro-mode'], [/project/, /workspace/, /discovery/], [/collection/]],
    ['a name of discovery', ['--discovery-name', 'orders'], [/discovery/], [/project/, /workspace/, /collection/]],
    ['the image of the Live Collection agent', ['--image', 'docker.postman.com/postman-lc-agent:1'], [/collection/], [/project/, /workspace/, /discovery/]],
    ['the image of the Insights agent', ['--image', 'public.ecr.aws/postman/postman-insights-agent:v0.40.1'], [/project/, /discovery/], [/collection/]],
    ['an option of both agents', ['--rate-limit', '200'], [/project/, /workspace/, /discovery/, /collection/], []],
  ])('beside %s only destinations are offered that go with it', async (_, flags, offered, others) => {
    const session = await type([...ADD, ...flags], [{ wait: DESTINATION }, LISTED, { send: CTRL_C }]);
    const listed = session.screenWith(/● [^]*navigate/).lines.filter(line => /[●○] /.test(line)).join('\n');
    for (const pattern of offered) expect(listed).toMatch(pattern);
    for (const pattern of others) expect(listed).not.toMatch(pattern);
  });

  test('an option that the chosen destination does not go with is not asked about: it is an error before any question', async () => {
    const session = await type([...ADD, '--workspace-id', 'mine']);
    expect(session.exitCode).toBe(2);
    expect(session.screen.text).toMatch(/--system-env/);
    expect(session.output).not.toContain(DESTINATION);
    expect(here.aws.calls).toEqual([]);
  });

  test.each<[string, readonly Step[]]>([
    ['the kind', [{ wait: DESTINATION }]],
    ['the project', [...choose(0), asks('--project')]],
    ['the second id of a workspace', [...choose(1), ...answer('--workspace-id', WORKSPACE), asks('--system-env')]],
  ])('Ctrl-C at the question for %s ends with 130, and AWS is not called', async (_, steps) => {
    const session = await type(ADD, [...steps, { send: CTRL_C }]);
    expect(session.screen.text).toMatch(/Nothing was changed\.$/);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
    expect(writes()).toEqual([]);
    expect(here.aws.calls).toEqual([]);
  });

  test('the destination is asked for before the cluster and the services', async () => {
    const session = await type(['ecs', 'add'], [
      ...choose(2), { match: 'Which cluster\\?[\\s\\S]*shop' }, { send: ENTER }, { match: 'Which services\\?[\\s\\S]*web' }, { send: CTRL_C },
    ]);
    expect(session).toMatchObject({ exitCode: 130, isTidy: true });
    expect(writes()).toEqual([]);
  });
});
