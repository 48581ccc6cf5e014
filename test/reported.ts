import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One cell of the table that `make test` prints: a step of an example in one language. */
export interface Step {
  readonly language: string;
  readonly example: string;
  readonly step: string;
}

/** One line for each result, since several test files write at the same time. */
export const REPORT = join(__dirname, '../test-reports/languages.jsonl');

/** Runs a test and writes its result for the table. */
export async function reported(step: Step, body: () => void | Promise<void>): Promise<void> {
  let result = 'FAILED';
  try {
    await body();
    result = 'passed';
  } finally {
    mkdirSync(dirname(REPORT), { recursive: true });
    appendFileSync(REPORT, `${JSON.stringify({ ...step, result })}\n`);
  }
}
