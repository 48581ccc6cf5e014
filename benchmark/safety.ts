import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Counts what the tests of safety try, from what they print and report, and stores it in benchmark/safety.json.
 *
 * Usage: ts-node -T benchmark/safety.ts [networks|faults|definitions|mutation]... With FULL=1, every fault is tried, and a million networks.
 */
const ROOT = resolve(__dirname, '..');
const STORED = join(__dirname, 'safety.json');

/** What was tried, and what was found. */
export interface Counted {
  readonly what: string;
  readonly tried: number;
  /** How many there are, if only some were tried. */
  readonly of?: number;
  readonly broken: number;
  /** Shows the figure again. */
  readonly command: string;
  readonly date: string;
}

/** What mutation tests found in a room. */
export interface Mutated {
  readonly room: string;
  readonly mutants: number;
  readonly survived: number;
  readonly command: string;
  readonly date: string;
}

export interface Safety {
  readonly counted: { readonly [name: string]: readonly Counted[] };
  readonly mutation: readonly Mutated[];
}

/** The result of a run of Jest, and what it printed. */
interface Ran {
  readonly output: string;
  readonly tests: readonly { readonly title: string; readonly isPassed: boolean }[];
}

const today = new Date().toISOString().slice(0, 10);
const isFull = process.env.FULL === '1';

function jest(paths: readonly string[], env: NodeJS.ProcessEnv = {}): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'safety-'));
  try {
    const report = join(folder, 'report.json');
    const { stdout, stderr } = spawnSync('npx', ['jest', '--maxWorkers=1', '--json', `--outputFile=${report}`, ...paths], {
      cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 2 ** 28,
    });
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as { testResults: { assertionResults: { title: string; status: string }[] }[] };
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults).map(({ title, status }) => ({ title, isPassed: status === 'passed' }));
    return { output: `${stdout}${stderr}`, tests };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The judge against the independent model: the number of networks is in the tests' names. */
function networks(): Counted[] {
  const worlds = isFull ? '1000000' : '20000';
  return jest(['test/egress/worlds/model'], { WORLDS: worlds }).tests.flatMap(({ title, isPassed }) => {
    const [, count, kind] = /on (\d+) (\w+) networks/.exec(title) ?? [];
    if (count === undefined) return [];
    const what = `${kind} networks, whose verdict was held against an independent model`;
    return { what, tried: Number(count), broken: isPassed ? 0 : 1, command: `WORLDS=${worlds} npx jest test/egress/worlds/model`, date: today };
  });
}

/** The sweep prints how many cases it has tried, of how many. */
function faults(): Counted[] {
  const sweep = isFull ? 'all' : '300';
  const options = ['--testPathPatterns=test/sweep', '--testPathIgnorePatterns=/node_modules/'];
  const { output } = jest(options, { SWEEP: sweep });
  const [, tried, of, broken] = /Sweep: (\d+) of (\d+) cases, .* (\d+) broken/.exec(output) ?? [];
  if (tried === undefined) throw new Error(`The sweep has not ended.\n${output.slice(-2000)}`);
  const command = `SWEEP=${sweep} npx jest ${options.join(' ')}`;
  const what = 'faults, one at a call of a verb, after which the same command ended as if nothing had happened';
  return [{ what, tried: Number(tried), of: Number(of), broken: Number(broken), command, date: today }];
}

/** Each task definition of the tests has tests of its own, which name it. */
function definitions(): Counted[] {
  const names = readdirSync(join(ROOT, 'test/edit/definitions')).map(file => file.replace(/\.json$/, ''));
  const { tests } = jest(['test/cli/render-definitions', 'test/cli/definitions']);
  const ofOne = names.map(name => tests.filter(({ title }) => title.split(/[\s:,]/).includes(name)));
  return [
    {
      what: 'task definitions in which only an agent was added, changed or removed, or that were refused',
      tried: ofOne.filter(own => own.length > 0).length, of: names.length, broken: ofOne.filter(own => own.some(({ isPassed }) => !isPassed)).length,
      command: 'npx jest test/cli/render-definitions test/cli/definitions', date: today,
    },
  ];
}

interface Report { readonly files: { readonly [path: string]: { readonly mutants: readonly { readonly status: string }[] } } }

/** From the reports of `make mutation`. */
function mutation(): Mutated[] {
  const folder = join(ROOT, 'reports');
  const files = existsSync(folder) ? readdirSync(folder).filter(name => /^mutation-\w+\.json$/.test(name)) : [];
  return files.sort().map(file => {
    const { files: mutated } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Report;
    const all = Object.values(mutated).flatMap(({ mutants }) => mutants.map(({ status }) => status));
    const count = (...statuses: readonly string[]) => all.filter(status => statuses.includes(status)).length;
    const [, room] = /mutation-(\w+)/.exec(file)!;
    const survived = count('Survived', 'NoCoverage');
    return { room, mutants: count('Killed', 'Timeout') + survived, survived, command: `make mutation ROOM=${room}`, date: today };
  });
}

const COUNTS = { networks, faults, definitions };

function main(names: readonly string[]): void {
  const known = [...Object.keys(COUNTS), 'mutation'];
  const unknown = names.filter(name => !known.includes(name));
  if (unknown.length > 0) throw new Error(`The figures are ${known.join(', ')}, got: ${unknown.join(', ')}.`);
  const wanted = names.length > 0 ? names : known;
  const now = Object.fromEntries(Object.entries(COUNTS).flatMap(([name, count]) => wanted.includes(name) ? [[name, count()]] : []));
  // Read only now: others may have been counted in the meantime.
  const stored: Safety = existsSync(STORED) ? JSON.parse(readFileSync(STORED, 'utf8')) : { counted: {}, mutation: [] };
  const counted = { ...stored.counted, ...now };
  const measured = wanted.includes('mutation') ? mutation() : [];
  const rooms = [...stored.mutation.filter(({ room }) => !measured.some(one => one.room === room)), ...measured];
  rooms.sort((one, other) => one.room < other.room ? -1 : 1);
  writeFileSync(STORED, `${JSON.stringify({ counted, mutation: rooms } satisfies Safety, null, 2)}\n`);
  const broken = Object.values(counted).flat().filter(one => one.broken > 0);
  for (const { what, broken: count } of broken) console.error(`${count} broken: ${what}`);
  if (broken.length > 0) process.exitCode = 1;
}

main(process.argv.slice(2));
