import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Consumer, install } from '../../packages/consumers';
import { Row } from '../table';

/** Enough that what an app calls once does not count. */
const SERVICES = 20;
type Kind = 'none' | 'hand' | 'sidecar';

/** The messages that a Python app sends to jsii's kernel, which runs the constructs in Node. With JSII_DEBUG, jsii prints each. */
function callsOf({ environment }: Consumer, kind: Kind): number {
  const outdir = mkdtempSync(join(tmpdir(), 'python-'));
  try {
    const { status, stderr } = spawnSync('python3', [join(__dirname, 'app.py'), kind, String(SERVICES)], {
      encoding: 'utf8', maxBuffer: 2 ** 30,
      env: { ...process.env, ...environment, CDK_OUTDIR: outdir, JSII_DEBUG: '1', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', NODE_OPTIONS: '' },
    });
    if (status !== 0) throw new Error(`app.py ${kind} ended with exit code ${status}.\n${stderr.slice(-2000)}`);
    return stderr.split('\n').filter(line => /^> \{/.test(line)).length;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The calls of an agent from Python: of the sidecar, and of the same container written by hand. */
export async function pythonRows(): Promise<Row[]> {
  const consumer = install('python', 'floor');
  const [none, hand, sidecar] = (['none', 'hand', 'sidecar'] as const).map(kind => callsOf(consumer, kind));
  const [each, other] = [(sidecar - none) / SERVICES, (hand - none) / SERVICES];
  return [
    {
      id: 'python/calls/hand', what: 'Python: calls of jsii for an agent, beside the same container written by hand', ratio: each / other,
      parts: { 'this, calls': each, 'hand, calls': other, 'services': SERVICES },
    },
    {
      id: 'python/calls/none', what: `Python: calls of jsii of an app with ${SERVICES} services, beside the app without agents`, ratio: sidecar / none,
      parts: { 'with sidecars, calls': sidecar, 'without, calls': none, 'services': SERVICES },
    },
  ];
}
