import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

/** All checks, several times in a row on a machine that is busy with something else: `make busy`. A test that depends on the speed of the machine fails here. */
const ROOT = resolve(__dirname, '..');
const [TIMES = '3', LOOPS = '8'] = process.argv.slice(2);
/** Most of the workers wait for a core. With more of them, a run takes less time, and each test is slower. */
const WORKERS = process.env.WORKERS ?? `${4 * availableParallelism()}`;

/** It ends with this process, however this process ends, and after a day in any case. */
const LOOP = `const end = Date.now() + 86_400_000; while (process.ppid === ${process.pid} && Date.now() < end);`;
const loops = Array.from({ length: Number(LOOPS) }, () => spawn(process.execPath, ['-e', LOOP], { stdio: 'ignore' }));

try {
  for (let time = 1; time <= Number(TIMES); time++) {
    const started = Date.now();
    console.log(`Run ${time} of ${TIMES}, beside ${loops.filter(loop => loop.exitCode === null).length} busy loops on ${availableParallelism()} cores`);
    const { status } = spawnSync('make', ['--no-print-directory', 'test'], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, WORKERS } });
    console.log(`Run ${time} of ${TIMES} ended with ${status} after ${Math.round((Date.now() - started) / 60_000)} minutes`);
    if (status !== 0) {
      process.exitCode = 1;
      break;
    }
  }
} finally {
  for (const loop of loops) loop.kill();
}
