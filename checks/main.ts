import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** All checks, as `make test` runs them: each suite prints its results, and the last line is the sum. */
const ROOT = resolve(__dirname, '..');
const REPORTS = join(ROOT, 'test-reports');
const LANGUAGES = join(REPORTS, 'languages.jsonl');
/** The temporary folder of all suites. They must remove what they make in it. */
const TEMPORARY = mkdtempSync(join(tmpdir(), 'checks-'));

/** So many more than there are cores, if nothing else is given. */
const workers = (more: number) => `--maxWorkers=${process.env.WORKERS ?? availableParallelism() + more}`;
/** The scenarios of the command line mostly wait for its processes. */
const WORKERS = workers(1);
/** The tests of real tools wait for them, and for the local AWS. */
const WORKERS_OF_TOOLS = workers(2);

/** The tests of the rooms whose coverage has a threshold, and the suites that have a command of their own. */
const { coverageThreshold, testPathIgnorePatterns } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).jest;
const PURE_ROOMS = Object.keys(coverageThreshold).map(room => room.replace('./src/', 'test/'));
/** Each of its tests keeps a core busy for a minute, so they begin with the others and not after them. */
const ORGANISATION = 'test/organisation';
const OTHERS = [...testPathIgnorePatterns, ...[...PURE_ROOMS, ORGANISATION].map(path => `<rootDir>/${path}`)].map(path => `--testPathIgnorePatterns=${path}`);

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped?: number;
}

interface Outcome extends Count {
  /** The part to show. */
  readonly output: string;
}

interface Suite {
  readonly name: string;
  run(): Promise<Outcome>;
}

/**
 * The steps run one after the other, the lanes of a step at the same time. This keeps two cores busy: the linter and the compilers use one core, the terminal
 * tests and what installs mostly wait. The first lane writes what the packages have before it builds them, and acceptance reads what the lanes write. The
 * library is compiled under jsii before.
 */
const STEPS: readonly (readonly (readonly Suite[])[])[] = [
  [
    [
      { name: "projen's files match .projenrc.ts", run: () => leavesNothingChanged('projen') },
      { name: 'projen writes nothing of which the library would be compiled again', run: () => succeeds('make', '--question', '.cache/stamps/compile') },
      { name: 'API.md matches the sources, and every sample compiles', run: () => leavesNothingChanged('projen', 'post-compile') },
      { name: 'the packages are built, and installed as users install them', run: () => installs() },
    ],
    [
      { name: 'tests, demo, benchmark and examples compile', run: () => succeeds('tsc', '--noEmit', '-p', 'tsconfig.dev.json') },
      { name: 'the other unit tests', run: () => jest('unit', WORKERS, ...OTHERS) },
    ],
    [
      { name: 'the pictures of docs/ match their sources', run: () => succeeds('ts-node', '-T', 'docs/draw.ts', '--check') },
      { name: 'the picture of the dashboard matches a real synthesis', run: () => succeeds('ts-node', '-T', 'docs/dashboard.ts', '--check') },
      { name: 'the figures of the pages, and their charts, match the stored ones', run: () => succeeds('ts-node', '-T', 'docs/plot.ts', '--check') },
      { name: 'docs/findings.md matches the catalog', run: () => succeeds('ts-node', '-T', 'docs/findings.ts', '--check') },
      { name: 'the words of user-facing texts', run: () => succeeds('ts-node', '-T', 'checks/words.ts') },
      { name: 'the pages say how to install the current version', run: () => succeeds('ts-node', '-T', 'docs/install.ts', '--check') },
      { name: 'the picture of `ecs add` matches a real run', run: () => succeeds('ts-node', '-T', 'docs/record.ts', '--check') },
      { name: 'the linter, and which folder imports which', run: () => succeeds('projen', 'eslint') },
      { name: 'the pure rooms, and their coverage', run: () => jest('pure-rooms', WORKERS, '--coverage', ...PURE_ROOMS) },
    ],
    [
      { name: 'the local AWS and the gaps that its launcher fills', run: () => unittest('emulator/tests') },
      { name: 'the sweep: faults at calls of every verb', run: () => jest('sweep', '--runInBand', ...only('sweep')) },
      { name: 'the command line on a terminal', run: () => jest('terminal', '--runInBand', ...only('terminal')) },
    ],
    [{ name: 'an organization on a moved clock', run: () => jest('organisation', '--maxWorkers=2', ORGANISATION) }],
  ],
  [
    [{ name: 'acceptance: packages, languages, deployment, release, the site', run: () => maySkip('acceptance', WORKERS_OF_TOOLS, ...only('acceptance')) }],
  ],
];

/** Selects a suite that `jest` ignores by default: the pattern to ignore replaces the list in package.json. */
function only(suite: string): string[] {
  return [`--testPathPatterns=test/${suite}/`, '--testPathIgnorePatterns=/node_modules/'];
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly output: string;
}

/**
 * CI keeps projen from changing what it only has to compare. The linter's cache of compiled modules would be in the temporary folder. More room for new
 * objects saves a tenth of the time of the tests, which is that of the collector.
 */
const ENVIRONMENT = { CI: '1', FORCE_COLOR: '0', TMPDIR: TEMPORARY, DISABLE_V8_COMPILE_CACHE: '1', NODE_OPTIONS: '--max-semi-space-size=64' };

function execute(command: string, args: readonly string[], env: Readonly<Record<string, string>> = ENVIRONMENT): Promise<Ended> {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let stdout = '';
  let output = '';
  child.stdout.on('data', chunk => {
    stdout += chunk;
    output += chunk;
  });
  child.stderr.on('data', chunk => { output += chunk; });
  return new Promise(done => {
    child.once('error', error => done({ status: null, stdout, output: `${output}${error.message}` }));
    child.once('close', status => done({ status, stdout, output }));
  });
}

async function succeeds(command: string, ...args: string[]): Promise<Outcome> {
  const { status, output } = await execute(command, args);
  return status === 0 ? { passed: 1, failed: 0, output: '' } : { passed: 0, failed: 1, output };
}

/** What is left to be set up: acceptance tests that. What installers leave in the temporary folder is theirs. */
async function installs(): Promise<Outcome> {
  const { status, output } = await execute('make', ['--no-print-directory', 'setup'], {});
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, output: output.trimEnd() };
}

/** Runs a command that generates files, and fails if a tracked file differs from the generated one. */
async function leavesNothingChanged(command: string, ...args: string[]): Promise<Outcome> {
  const changes = async () => (await execute('git', ['diff'])).stdout;
  const before = await changes();
  const outcome = await succeeds(command, ...args);
  if (await changes() === before) return outcome;
  const { stdout } = await execute('git', ['diff', '--stat']);
  return { passed: 0, failed: 1, output: `${outcome.output}\`${[command, ...args].join(' ')}\` changed tracked files: commit them.\n${stdout}` };
}

/** A run that fails without a failed test (a coverage threshold, a file that does not load) counts as one failure. */
function atLeastOneFailure(outcome: Outcome, status: number | null): Outcome {
  return status === 0 || outcome.failed > 0 ? outcome : { ...outcome, failed: 1 };
}

/** A skipped test counts as a failure, because it checks nothing. */
async function jest(name: string, ...args: string[]): Promise<Outcome> {
  const { skipped = 0, ...outcome } = await maySkip(name, ...args);
  return { ...outcome, failed: outcome.failed + skipped };
}

/** For suites whose tests say themselves what is missing on this machine: these tests count as skipped. */
async function maySkip(name: string, ...args: string[]): Promise<Outcome> {
  const report = join(REPORTS, `${name}.json`);
  rmSync(report, { force: true });
  const { status, output } = await execute('jest', ['--ci', '--json', `--outputFile=${report}`, '--reporters=default', '--coverageReporters=text-summary', ...args]);
  if (!existsSync(report)) return { passed: 0, failed: 1, output };
  const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return atLeastOneFailure({ passed: numPassedTests, failed, skipped: numPendingTests, output: output.trimEnd() }, status);
}

async function unittest(folder: string): Promise<Outcome> {
  const { status, output } = await execute(join(ROOT, '.cache/emulator/venv/bin/python'), ['-m', 'unittest', 'discover', '-t', '.', '-s', folder]);
  const number = (pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? 0);
  const failed = number(/failures=(\d+)/) + number(/errors=(\d+)/) + number(/skipped=(\d+)/);
  return atLeastOneFailure({ passed: Math.max(0, number(/Ran (\d+) tests?/) - failed), failed, output: output.trimEnd() }, status);
}

/** Prints what was done with the examples in each language, from the file that the tests write. */
function printLanguages(): void {
  if (!existsSync(LANGUAGES)) return;
  const results: { language: string; example: string; step: string; result: string }[] = readFileSync(LANGUAGES, 'utf8').trim().split('\n').map(line => JSON.parse(line));
  const steps = [...new Set(results.map(({ step }) => step))];
  const rows = [...new Set(results.map(({ language, example }) => `${language} ${example}`))].map(row => {
    const [language, example] = row.split(' ');
    return [language, example, ...steps.map(step => results.find(found => found.language === language && found.example === example && found.step === step)?.result ?? '-')];
  });
  const table = [['language', 'example', ...steps], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map(row => row[column].length)));
  console.log('');
  for (const row of table) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
}

interface Result extends Count {
  readonly name: string;
  readonly seconds: number;
  /** What failed, by name. */
  readonly failures: readonly string[];
}

/** The lines of jest and unittest that name a failed test, a threshold that is not met, or files that changed. */
function failuresIn(output: string): string[] {
  return [...new Set(output.split('\n').map(line => line.trim()).filter(line => /^(● (?!Console$)|FAIL:|ERROR:|Jest: )|changed tracked files/.test(line)))];
}

async function runLane(suites: readonly Suite[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, run } of suites) {
    const started = Date.now();
    const { output, ...count } = await run();
    console.log(`\n== ${name}${output === '' ? '' : `\n${output}`}`);
    results.push({ name, ...count, seconds: Math.round((Date.now() - started) / 1000), failures: failuresIn(output) });
  }
  return results;
}

function leaveNothing(): Result {
  const name = 'the suites leave nothing in the temporary folder';
  const left = readdirSync(TEMPORARY);
  rmSync(TEMPORARY, { recursive: true, force: true });
  return { name, passed: left.length === 0 ? 1 : 0, failed: left.length === 0 ? 0 : 1, seconds: 0, failures: left.map(file => `left behind: ${file}`) };
}

const MOST_LISTED = 20;

async function main(): Promise<void> {
  mkdirSync(REPORTS, { recursive: true });
  rmSync(LANGUAGES, { force: true });
  const results: Result[] = [];
  for (const lanes of STEPS) {
    console.log(`\n.. ${lanes.flat().map(({ name }) => name).join('\n.. ')}`);
    results.push(...(await Promise.all(lanes.map(runLane))).flat());
  }

  results.push(leaveNothing());

  printLanguages();
  console.log('');
  for (const { name, passed, failed, skipped = 0, seconds, failures } of results) {
    console.log(`${failed === 0 ? 'pass' : 'FAIL'}  ${String(passed).padStart(4)} passed ${String(failed).padStart(3)} failed ${String(seconds).padStart(4)} s  ${name}${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    if (failed === 0) continue;
    for (const failure of failures.slice(0, MOST_LISTED)) console.log(`      ${failure}`);
    if (failures.length > MOST_LISTED) console.log(`      and ${failures.length - MOST_LISTED} more`);
  }
  const sum = (key: keyof Count) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`);
}

void main();
