import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One cell of the table that `make test` prints: what an example was put through, in a language. */
export interface Step {
  readonly language: string;
  readonly example: string;
  readonly step: string;
}

/** A line a result, since several test files write it at a time. */
export const REPORT = join(__dirname, '../test-reports/languages.jsonl');

/** Runs a test, and keeps its result for the table. */
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
