import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

export default function removeTemporaryFolder(): void {
  rmSync(tmpdir(), { recursive: true, force: true, maxRetries: 5 });
  process.env.TMPDIR = process.env.TMPDIR_OUTSIDE_TESTS;
}
