import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { renderCommand, renderHere } from './render-here';
import { OptionRow, OPTIONS } from '../../src/agent';
import { COLLECTION, PARAMETER, PROJECT, SECRET } from '../edit/asked';
import { bundle } from '../terminal/terminal';

const ROOT = resolve(__dirname, '../..');
const DEFINITION = join(ROOT, 'test/edit/definitions/fargate-plain.json');
const TEXT = readFileSync(DEFINITION, 'utf8');
const KEY = ['--api-key-secret', SECRET];
const ADD = ['--project', PROJECT, ...KEY];

let main: string;
let folder: string;

beforeAll(async () => {
  main = await bundle();
  folder = mkdtempSync(join(tmpdir(), 'render-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `ecs render` without credentials, without a region, and without anything else of AWS. */
function render(args: readonly string[], input: string | Buffer = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'ecs', 'render', ...args], {
    input, encoding: 'utf8', maxBuffer: 2 ** 26, env: { PATH: process.env.PATH, HOME: folder },
  });
  return { status, stdout, stderr };
}

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

describe('ecs render', () => {
  test('a file is printed with the agent, and then without it as it was; a third time nothing changes', () => {
    const added = render(['--task-definition', DEFINITION, ...ADD]);
    expect(added).toMatchObject({ status: 0, stderr: expect.stringMatching(/^Added the agent\. Nothing was read from AWS, .*`ecs plan`/m) });
    expect(JSON.parse(added.stdout).taskDefinition.containerDefinitions.map(({ name }: { name: string }) => name)).toEqual(['web', 'postman-insights-agent']);
    const again = { status: 0, stdout: added.stdout, stderr: 'Nothing has to be changed: the output is the input.\n' };
    expect(render(['--task-definition', '-', ...ADD], added.stdout)).toEqual(again);
    expect(render(['--task-definition', '-', '--remove'], added.stdout)).toEqual({ status: 0, stdout: TEXT, stderr: 'Removed the agent.\n' });
  });

  test('an option of an agent that is there is changed in its place, and its key stays', () => {
    const { stdout } = render(['--task-definition', DEFINITION, ...ADD]);
    const changed = render(['--task-definition', '-', '--project', PROJECT, '--rate-limit', '50'], stdout);
    expect(changed.stderr).toMatch(/^Changed the agent\./m);
    expect(changed.stdout).toBe(stdout.replace(`"${PROJECT}"\n`, `"${PROJECT}",\n          "--rate-limit",\n          "50"\n`));
  });

  test('without a file only the container is printed, in JSON unless another format is named', () => {
    const args = ['--collection', COLLECTION, ...KEY, '--api-key-secret-field', 'key', '--service', 'arn:aws:ecs:eu-central-1:111122223333:service/shop/web'];
    const { status, stdout } = render(args);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'postman-lc-agent', secrets: [{ valueFrom: `${SECRET}:key::` }] });
    expect(JSON.parse(stdout).environment).toContainEqual({ name: 'AKITA_AWS_REGION', value: 'eu-central-1' });
    expect(JSON.parse(stdout).environment).toContainEqual({ name: 'AKITA_ECS_SERVICE', value: 'web' });
    expect(parse(render([...args, '--format', 'yaml']).stdout)).toEqual(JSON.parse(stdout));
  });

  test('the key is in a parameter, which is named by its ARN and says the region', async () => {
    const args = ['--collection', COLLECTION, '--api-key-parameter', PARAMETER];
    const { status, stdout } = await renderHere(args);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).secrets).toEqual([expect.objectContaining({ valueFrom: PARAMETER })]);
    expect(JSON.parse(stdout).environment).toContainEqual({ name: 'AKITA_AWS_REGION', value: 'eu-west-1' });
    const cdk = (await renderHere([...args, '--format', 'cdk'])).stdout;
    expect(cdk).toContain("ssm.StringParameter.fromSecureStringParameterAttributes(\n  this, 'PostmanApiKey', { parameterName: '/team/postman' },\n);");
  });

  test('a task definition that must not be edited is refused with all reasons, and nothing is printed', () => {
    const { status, stdout, stderr } = render(['--task-definition', join(ROOT, 'test/edit/definitions/network-none.json'), ...ADD]);
    expect({ status, stdout }).toEqual({ status: 5, stdout: '' });
    expect(stderr).toMatch(/^refused: .*network mode none.*\[networkMode\]$/m);
    expect(stderr).toMatch(/^refused: .*no execution role.*Add one \(`executionRoleArn`\) that can read it\..*\[executionRole\]$/m);
  });

  test('the key in the environment is not read, and stays in a file that has it', () => {
    const text = TEXT.replace('"environment": []', '"environment": [{ "name": "COPY", "value": "not-a-key" }]');
    const { stdout } = spawnSync(process.execPath, [main, 'ecs', 'render', '--task-definition', '-', '--remove'], {
      input: text, encoding: 'utf8', env: { PATH: process.env.PATH, POSTMAN_API_KEY: 'not-a-key' },
    });
    expect(stdout).toBe(text);
  });
});

describe('bad input', () => {
  const misused = async (args: readonly string[]) => {
    const { status, stdout, stderr } = await renderHere(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    return stderr.trimEnd();
  };

  test('a process ends with one sentence, exit code 2, and no output', () => {
    expect(render(['--task-definition', '-', ...ADD], 'family: web\n')).toEqual({
      status: 2, stdout: '',
      stderr: 'error: The standard input is YAML, and the task definition must be JSON. Convert it to JSON first, e.g. with `yq -o json`.\n',
    });
  });

  test.each<[string, () => string | Buffer, RegExp]>([
    ['10 MB', () => Buffer.alloc(10_000_000, ' '), /has more than 1048576 bytes, and ECS allows 65536 for a task definition\.$/],
    ['YAML', () => 'family: web\ncontainerDefinitions:\n  - name: web\n', /is YAML.*Convert it to JSON first/],
    ['Jsonnet', () => 'local x = 1;\n{}', /is Jsonnet.*`ecs render --format json`/],
    ['Terraform', () => 'resource "aws_ecs_task_definition" "web" {}', /Terraform.*`ecs render --format terraform`/],
    ['CloudFormation', () => '{ "Resources": {} }', /CloudFormation.*`ecs render --format cloudformation`/],
    ['two documents', () => `${TEXT}\n${TEXT}`, /more than one JSON document: the second one begins in line 42\.$/],
    ['no containers', () => '{ "family": "web", "containerDefinitions": [] }', /has no containers/],
    ['nothing', () => '', /is empty/],
    ['UTF-16', () => Buffer.from(`\uFEFF${TEXT}`, 'utf16le'), /is UTF-16\. Save it as UTF-8/],
    ['other bytes', () => Buffer.from([0x7b, 0xff, 0x7d]), /is not a text in UTF-8: line 1, column 2\.$/],
  ])('one sentence, exit code 2, and no output: %s', async (_, content, message) => {
    expect(await misused(['--task-definition', file('bad.json', content()), ...ADD])).toMatch(new RegExp(`^The file .*bad\\.json .*${message.source}`));
  });

  test('the name of the file is in the sentence: a directory, a file that does not exist, and a Jsonnet file', async () => {
    expect(await misused(['--task-definition', folder, ...ADD])).toBe(`The file ${folder} is a directory and not a file.`);
    expect(await misused(['--task-definition', join(folder, 'x'), ...ADD])).toBe(`The file ${join(folder, 'x')} does not exist.`);
    const path = file('web.jsonnet', "{ family: 'web' }");
    expect(await misused(['--task-definition', path, ...ADD])).toMatch(/^The file .*web\.jsonnet is Jsonnet/);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a secret\'s name', ['--project', PROJECT, '--api-key-secret', 'postman/api-key'], /--api-key-secret.*must be the ARN.*got: postman\/api-key/],
    ['the ARN of a plan, whose end is not known', ['--project', PROJECT, '--api-key-secret', `${SECRET.slice(0, -6)}??????`], /must be the ARN/],
    ['an ARN of another service', ['--project', PROJECT, '--api-key-secret', 'arn:aws:ssm:eu-west-1:111122223333:parameter/x'], /must be the ARN/],
    ['an ARN with its field', ['--project', PROJECT, '--api-key-secret', `${SECRET}:key::`], /--api-key-secret-field/],
    ['no secret', ['--project', PROJECT], /Name the secret.*`--api-key-secret <ARN>`.*`--api-key-parameter <ARN>`/],
    ['a parameter\'s name', ['--project', PROJECT, '--api-key-parameter', '/team/postman'], /must be the ARN.*nothing is read from AWS.*got: \/team\/postman/],
    ['a parameter and a secret', [...ADD, '--api-key-parameter', PARAMETER], /`--api-key-secret` and `--api-key-parameter` name a secret and a parameter/],
    ['a field without a secret', ['--project', PROJECT, '--api-key-secret-field', 'x'], /--api-key-secret-field.*needs `--api-key-secret`/],
    ['no destination', [...KEY], /needs a destination/],
    ['a discovered service without its cluster', ['--discovery-mode', ...KEY], /--discovery-mode.*needs `--cluster`/],
    ['a discovered service without its name', ['--discovery-mode', '--cluster', 'shop', ...KEY], /--discovery-mode.*needs `--discovery-name`/],
    ['clusters that disagree', [...ADD, '--cluster', 'shop', '--service', 'arn:aws:ecs:eu-west-1:111122223333:service/depot/web'], /shop, depot/],
    ['a word that is not a region', [...ADD, '--region', 'Ireland'], /Ireland/],
    ['a format that does not exist', [...ADD, '--format', 'hcl'], /--format.*json, yaml, cloudformation, terraform, cdk.*hcl/],
    ['a format beside a file', [...ADD, '--format', 'yaml', '--task-definition', DEFINITION], /--format/],
    ['--remove without a file', ['--remove'], /--remove.*needs `--task-definition`/],
    ['a log group whose name is wrong', [...ADD, '--log-group', 'a b'], /--log-group/],
  ])('one sentence, exit code 2, and no output: %s', async (_, args, message) => {
    expect(await misused(args)).toMatch(message);
  });
});

describe('the GitHub action', () => {
  const ACTION = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));
  let runner: string;

  /** The action as the runner downloads it, at a tag or after a build. */
  function checkedOut(name: string, isBuilt: boolean): string {
    const place = join(folder, name);
    mkdirSync(place);
    for (const part of ['action', 'action.yml']) cpSync(join(ROOT, part), join(place, part), { recursive: true });
    if (isBuilt) {
      mkdirSync(join(place, 'assets'));
      symlinkSync(dirname(main), join(place, 'assets/cli'));
    }
    return place;
  }

  /** Runs the entry point as the runner does: inputs in variables, outputs in a file, temporary files in a folder of the job. */
  function act(place: string, inputs: { readonly [name: string]: string }, env: { readonly [name: string]: string } = {}) {
    runner = mkdtempSync(join(folder, 'job-'));
    const output = join(runner, 'output');
    writeFileSync(output, '');
    // An input that is not set is empty, as the default of the action is.
    const all = { ...Object.fromEntries(Object.keys(ACTION.inputs).map(name => [name, ''])), ...inputs };
    const variables = Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.replace(/ /g, '_').toUpperCase()}`, value]));
    const ran = spawnSync(process.execPath, [join(place, ACTION.runs.main)], {
      cwd: runner, encoding: 'utf8',
      env: { PATH: process.env.PATH, GITHUB_WORKSPACE: dirname(DEFINITION), GITHUB_OUTPUT: output, RUNNER_TEMP: runner, ...variables, ...env },
    });
    const [, path] = /^task-definition=(.*)\n$/.exec(readFileSync(output, 'utf8')) ?? [];
    return { ...ran, path, text: path === undefined ? undefined : readFileSync(path, 'utf8') };
  }

  test('the action has an input for each flag of `ecs render` that a file has, with its help', () => {
    const flags = renderCommand().options.map(({ long }) => long!.slice(2));
    const ofFiles = flags.filter(flag => !['format', 'daemon', 'execution-role'].includes(flag));
    expect(Object.keys(ACTION.inputs).sort()).toEqual([...ofFiles, 'version'].sort());
    for (const row of OPTIONS as readonly OptionRow[]) {
      if (row.flag === undefined) continue;
      const { description } = ACTION.inputs[row.flag.slice(2)];
      expect(description).toContain(row.help);
      expect(/one in each line/.test(description)).toBe(row.isList === true || row.type === 'tags' || row.type === 'variables');
      expect(/true or false/.test(description)).toBe(row.type === 'switch');
    }
    expect(ACTION.runs.using).toBe('node24');
  });

  test('the file of the workspace is rendered into a new file, and its path is the output', () => {
    const place = checkedOut('built', true);
    const inputs = {
      'task-definition': 'fargate-plain.json', 'project': PROJECT, 'api-key-secret': SECRET, 'rate-limit': '200', 'repro-mode': 'true',
      'no-readonly-root': 'true', 'disable-telemetry': 'false', 'host-allow': '^a,b$\n\n  c  \n', 'environment': 'A=1\r\nB=x=y',
    };
    const { status, path, text } = act(place, inputs);
    expect(status).toBe(0);
    expect(path!.startsWith(runner)).toBe(true);
    const lists = ['--host-allow', '^a,b$', '--host-allow', 'c', '--environment', 'A=1', '--environment', 'B=x=y'];
    const flags = ['--rate-limit', '200', '--repro-mode', '--no-readonly-root', ...lists];
    expect(text).toBe(render(['--task-definition', DEFINITION, ...ADD, ...flags]).stdout);
    expect(readFileSync(DEFINITION, 'utf8')).toBe(TEXT);

    const removed = act(place, { 'task-definition': path!, 'remove': 'true' });
    expect(removed.text).toBe(TEXT);
  });

  test('the action that is named by a tag runs the package of that version', () => {
    const place = checkedOut('tag', false);
    const bin = join(place, 'bin');
    mkdirSync(bin);
    const npx = ['#!/bin/sh', 'printf \'%s\\n\' "$@" > "$RUNNER_TEMP/arguments"', 'shift 2', `exec "${process.execPath}" "${main}" "$@"`, ''];
    writeFileSync(join(bin, 'npx'), npx.join('\n'), { mode: 0o755 });
    const inputs = { 'task-definition': 'fargate-plain.json', 'project': PROJECT, 'api-key-secret': SECRET };
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const versionOf = (more: { readonly [name: string]: string }, ref: string) => {
      const { status, text, stdout } = act(place, { ...inputs, ...more }, { ...env, GITHUB_ACTION_REF: ref });
      if (status !== 0) return stdout.trimEnd();
      expect(text).toBe(render(['--task-definition', DEFINITION, ...ADD]).stdout);
      const [yes, version, ...rest] = readFileSync(join(runner, 'arguments'), 'utf8').split('\n');
      expect([yes, ...rest.slice(0, 2)]).toEqual(['--yes', 'ecs', 'render']);
      return version;
    };
    expect(versionOf({}, 'v1.2.3')).toBe('postman-live-collection@1.2.3');
    expect(versionOf({}, 'v1')).toBe('postman-live-collection@1');
    expect(versionOf({ version: '0.9.0' }, 'main')).toBe('postman-live-collection@0.9.0');
    expect(versionOf({}, 'main')).toMatch(/^::error::.*by a branch or a commit, so set the input `version`/);
    expect(versionOf({}, '0123456789012345678901234567890123456789')).toMatch(/^::error::.*`version`/);
    expect(versionOf({ version: 'x; y' }, 'v1')).toMatch(/^::error::.*`version` must be a version/);
  });

  test('the action fails with the reason, and without an output', () => {
    const place = checkedOut('failing', true);
    const failed = (inputs: { readonly [name: string]: string }) => {
      const { status, stdout, stderr, path } = act(place, inputs);
      expect({ status, path }).toEqual({ status: 1, path: undefined });
      return `${stderr}${stdout}`;
    };
    const good = { 'task-definition': 'network-none.json', 'project': PROJECT, 'api-key-secret': SECRET };
    expect(failed(good)).toMatch(/refused: .*\[networkMode\][^]*::error::`ecs render` ended with exit code 5\.\n$/);
    expect(failed({})).toMatch(/^::error::The input `task-definition` is required/);
    expect(failed({ ...good, 'repro-mode': 'yes%\nx' })).toBe('::error::The input `repro-mode` must be true or false, got: yes%25%0Ax\n');
    expect(failed({ ...good, 'task-definition': 'nowhere.json' })).toMatch(/does not exist[^]*exit code 2/);
  });

  test('without npx the action says what is missing', () => {
    const inputs = { 'task-definition': 'fargate-plain.json', 'project': PROJECT, 'api-key-secret': SECRET };
    const { status, stdout } = act(checkedOut('bare', false), inputs, { PATH: folder, GITHUB_ACTION_REF: 'v1' });
    expect(status).toBe(1);
    expect(stdout).toBe('::error::npx could not be run (ENOENT). It comes with Node: use actions/setup-node in a step before.\n');
  });
});
