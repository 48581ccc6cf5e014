// The entry point of the GitHub action: the inputs become the flags of `ecs render`, and its output becomes a file.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Inputs that are `true` or `false`. */
const SWITCHES = ['discovery-mode', 'repro-mode', 'disable-telemetry', 'no-readonly-root', 'remove'];

/** Inputs of any number of values, one for each line. */
const LISTS = [
  'always-capture-payloads', 'host-allow', 'host-exclusions', 'path-allow', 'path-exclusions', 'interfaces', 'trace-tags', 'environment',
];

/** Inputs of one value. */
const VALUES = [
  'collection', 'project', 'workspace-id', 'system-env', 'discovery-namespace', 'discovery-name', 'data-region', 'capture-percent', 'image', 'rate-limit',
  'filter', 'proxy', 'log-group', 'api-key-secret', 'api-key-secret-field', 'api-key-parameter',
  'region', 'cluster', 'service',
];

const PACKAGE = 'postman-live-collection';

class Fault extends Error {}

/** An input, as the runner hands it over. It is empty if it is not set. */
function input(name) {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}

function flags() {
  const definition = input('task-definition');
  if (definition === '') throw new Fault('The input `task-definition` is required: the path of the task definition file.');
  const ofSwitches = SWITCHES.flatMap(name => {
    const value = input(name);
    if (!['', 'true', 'false'].includes(value)) throw new Fault(`The input \`${name}\` must be true or false, got: ${value}`);
    return value === 'true' ? [`--${name}`] : [];
  });
  const ofLists = LISTS.flatMap(name => input(name).split(/\r?\n/).map(line => line.trim()).filter(line => line !== '').map(line => `--${name}=${line}`));
  const ofValues = VALUES.flatMap(name => input(name) === '' ? [] : [`--${name}=${input(name)}`]);
  return [`--task-definition=${resolve(process.env.GITHUB_WORKSPACE ?? '', definition)}`, ...ofSwitches, ...ofValues, ...ofLists];
}

/** The program: of this folder if it has been built, else the published package of the version of this action. */
function program() {
  const built = fileURLToPath(new URL('../assets/cli/main.mjs', import.meta.url));
  if (existsSync(built)) return [process.execPath, built];
  const given = input('version');
  // The tag with which the workflow names the action.
  const [, tag] = /^v?(\d{1,4}(?:\.\d{1,4}){0,2})$/.exec(process.env.GITHUB_ACTION_REF ?? '') ?? [];
  const version = given === '' ? tag : given;
  if (version === undefined) {
    throw new Fault(`The workflow names this action by a branch or a commit, so set the input \`version\`: the version of the npm package ${PACKAGE} to run.`);
  }
  if (!/^[\w.^~-]+$/.test(version)) throw new Fault(`The input \`version\` must be a version of the npm package ${PACKAGE}, got: ${version}`);
  if (process.platform === 'win32') throw new Fault('This action runs on Linux and macOS.');
  return ['npx', '--yes', `${PACKAGE}@${version}`];
}

function main() {
  const args = flags();
  const [command, ...first] = program();
  const { status, error, stdout } = spawnSync(command, [...first, 'ecs', 'render', ...args], { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 25 });
  if (error) throw new Fault(`${command} could not be run (${error.code ?? error.message}). It comes with Node: use actions/setup-node in a step before.`);
  if (status !== 0) throw new Fault(`\`ecs render\` ended with exit code ${status}.`);
  const file = join(mkdtempSync(join(process.env.RUNNER_TEMP || tmpdir(), 'task-definition-')), 'task-definition.json');
  writeFileSync(file, stdout);
  if (process.env.GITHUB_OUTPUT) appendFileSync(process.env.GITHUB_OUTPUT, `task-definition=${file}\n`);
}

try {
  main();
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  // A line break or a percent sign would end the runner's command, or be read as an escape.
  console.log(`::error::${error.message.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')}`);
  process.exitCode = 1;
}
