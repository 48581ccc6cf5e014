import { spawnSync, SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Everything that guards the project, as `make test` runs it: each suite prints itself, and the last line sums them all. */
const ROOT = resolve(__dirname, '..');
const REPORTS = join(ROOT, 'test-reports');
const LANGUAGES = join(REPORTS, 'languages.jsonl');

interface Count {
  readonly passed: number;
  readonly failed: number;
  /** Tests that cannot run here, such as those that need a browser where there is none. */
  readonly skipped?: number;
}

interface Suite {
  readonly name: string;
  run(): Count;
}

const SUITES: readonly Suite[] = [
  // `projen` first, since the later suites run what it writes.
  { name: "projen's files are those that .projenrc.ts describes", run: () => leavesNothingChanged('projen') },
  { name: 'the linter, with the arrows between the rooms', run: () => succeeds('projen', 'eslint') },
  { name: 'the library compiles under jsii', run: () => succeeds('projen', 'compile') },
  { name: 'API.md is that of the sources, and every sample compiles', run: () => leavesNothingChanged('projen', 'post-compile') },
  { name: 'the pictures of docs/ are those of their text', run: () => succeeds('ts-node', '-T', 'docs/draw.ts', '--check') },
  { name: 'the picture of `ecs add` is that of a real run', run: () => succeeds('ts-node', '-T', 'docs/record.ts', '--check') },
  { name: 'tests, demo, benchmark and examples compile', run: () => succeeds('tsc', '--noEmit', '-p', 'tsconfig.dev.json') },
  { name: 'unit tests, and the coverage of the pure rooms', run: () => jest('unit') },
  { name: 'the local AWS and the gaps that its launcher fills', run: () => unittest('emulator/tests') },
  { name: 'acceptance: deployment, examples, snapshots, the site, the terminal', run: () => maySkip('acceptance', '--coverage=false', '--runInBand', '--testPathPatterns=test/(acceptance|terminal)', '--testPathIgnorePatterns=/node_modules/') },
];

function execute(command: string, args: readonly string[], show: boolean): SpawnSyncReturns<string> {
  // CI keeps projen from changing what it only has to compare.
  const output = show ? 'inherit' : 'pipe';
  return spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', output, output],
    env: { ...process.env, CI: '1', FORCE_COLOR: '0' },
    maxBuffer: 2 ** 28,
  });
}

function succeeds(command: string, ...args: string[]): Count {
  const { status, stdout, stderr, error } = execute(command, args, false);
  if (status !== 0) console.log(`${stdout}${stderr}${error ?? ''}`);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Runs what generates files, and fails where a tracked file is not as generated. */
function leavesNothingChanged(command: string, ...args: string[]): Count {
  const changes = () => execute('git', ['diff'], false).stdout;
  const before = changes();
  const count = succeeds(command, ...args);
  if (changes() === before) return count;
  console.log(`\`${[command, ...args].join(' ')}\` changed tracked files: commit them.\n${execute('git', ['diff', '--stat'], false).stdout}`);
  return { passed: 0, failed: 1 };
}

/** A run that ends badly with no failed test (a threshold of coverage, a file that does not load) counts as one failure. */
function atLeastOneFailure(count: Count, status: number | null): Count {
  return status === 0 || count.failed > 0 ? count : { ...count, failed: 1 };
}

/** A skipped test is a failure: it guards nothing. */
function jest(name: string, ...args: string[]): Count {
  const { passed, failed, skipped = 0 } = maySkip(name, ...args);
  return { passed, failed: failed + skipped };
}

/** Where tests say themselves what they lack here, they count as skipped. */
function maySkip(name: string, ...args: string[]): Count {
  const report = join(REPORTS, `${name}.json`);
  rmSync(report, { force: true });
  const { status } = execute('jest', ['--ci', '--json', `--outputFile=${report}`, '--reporters=default', '--coverageReporters=text-summary', ...args], true);
  const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  return atLeastOneFailure({ passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests }, status);
}

function unittest(folder: string): Count {
  const { status, stdout, stderr } = execute(join(ROOT, '.cache/emulator/venv/bin/python'), ['-m', 'unittest', 'discover', '-t', '.', '-s', folder], false);
  console.log(`${stdout}${stderr}`.trimEnd());
  const number = (pattern: RegExp) => Number(pattern.exec(stderr)?.[1] ?? 0);
  const failed = number(/failures=(\d+)/) + number(/errors=(\d+)/) + number(/skipped=(\d+)/);
  return atLeastOneFailure({ passed: Math.max(0, number(/Ran (\d+) tests?/) - failed), failed }, status);
}

/** What the examples were put through in each language, as the tests have written it down. */
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

mkdirSync(REPORTS, { recursive: true });
rmSync(LANGUAGES, { force: true });
const results = SUITES.map(({ name, run }) => {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const count = run();
  return { name, ...count, seconds: Math.round((Date.now() - started) / 1000) };
});

printLanguages();
console.log('');
for (const { name, passed, failed, skipped = 0, seconds } of results) {
  console.log(`${failed === 0 ? 'pass' : 'FAIL'}  ${String(passed).padStart(4)} passed ${String(failed).padStart(3)} failed ${String(seconds).padStart(4)} s  ${name}${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}
const sum = (key: keyof Count) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
process.exitCode = sum('failed') === 0 ? 0 : 1;
console.log(`${sum('passed')} passed, ${sum('failed')} failed${sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''}`);
