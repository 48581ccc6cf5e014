import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Consumer } from './consumers';
import { Language } from './versions';

/** Far above what the slowest machine needs. */
const LIMIT_MS = 1_800_000;

/** How a program ended. */
export interface Ended {
  readonly status: number | null;
  /** Standard output and standard error. */
  readonly output: string;
}

/** How the tests of some examples ended, as the test framework of their language says it. */
export interface Tested extends Ended {
  /** The number of tests that passed. */
  readonly passed: number;
}

interface Framework {
  /** Runs the tests of these examples, in the folder of all examples. */
  command(examples: readonly string[]): readonly string[];
  /** The number of tests that passed, in the last line that it prints about all of them. */
  passed(output: string): number;
}

const FRAMEWORKS: { readonly [language in Language]: Framework } = {
  typescript: {
    command: examples => ['npx', 'jest', '--ci', ...examples.map(example => `/${example}/`)],
    passed: output => Number(/^Tests: .*?(\d+) passed/m.exec(output)?.[1] ?? 0),
  },
  python: {
    command: examples => ['pytest', ...examples],
    passed: output => Number(/^=+ .*?(\d+) passed/m.exec(output)?.[1] ?? 0),
  },
  java: {
    command: examples => ['mvn', '--offline', 'test', `-Dtest=${examples.map(testClass).join()}`],
    passed: output => {
      const [, run, failures, errors, skipped] = (/^(?:\[\w+\] )?Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)$/m.exec(output) ?? []).map(Number);
      return (run ?? 0) - (failures ?? 0) - (errors ?? 0) - (skipped ?? 0);
    },
  },
};

/** Runs the tests of examples with the command of their README, as a user does. */
export function testExamples(consumer: Consumer, examples: readonly string[]): Tested {
  const { command, passed } = FRAMEWORKS[consumer.language];
  const ended = runIn(consumer, command(examples));
  return { ...ended, passed: passed(ended.output) };
}

/** Checks the types of the Python files in a folder, of an example or any other, or of a text, against those of the installed package. */
export function checkPythonTypes(consumer: Consumer, source: { readonly folder: string } | { readonly text: string }): Ended {
  return runIn(consumer, ['mypy', ...'text' in source ? ['-c', source.text] : [source.folder]]);
}

/** Runs a program in the folder of all examples. What the CDK leaves in the temporary folder is removed. */
function runIn({ folder, environment }: Consumer, [program, ...args]: readonly string[]): Ended {
  const temporary = mkdtempSync(join(tmpdir(), 'cdk-postman-live-collection-'));
  try {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      timeout: LIMIT_MS,
      env: {
        ...process.env,
        ...environment,
        TMPDIR: temporary,
        NO_COLOR: '1',
        FORCE_COLOR: '0',
        JSII_DEPRECATED: 'quiet',
        JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
      },
    });
    if (error) throw error;
    return { status, output: `${stdout}${stderr}` };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function testClass(example: string): string {
  const words = example === 'hello' ? ['hello'] : ['hello', ...example.split('-')];
  return `${words.map(word => word[0].toUpperCase() + word.slice(1)).join('')}Test`;
}
