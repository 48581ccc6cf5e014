import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Every temporary folder that a test, its processes or the CDK makes is in one folder, which `teardown.ts` removes: the CDK makes one for each
 * app without an output folder, and removes none.
 */
export default function makeTemporaryFolder(): void {
  process.env.TMPDIR_OUTSIDE_TESTS = tmpdir();
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'jest-'));
  // Where the command line keeps its journals, which would be in the home folder.
  process.env.XDG_STATE_HOME = join(process.env.TMPDIR, 'state');
}
