import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consumer } from '../../packages/consumers';
import { generateGo, GO_MODULE, GO_PACKAGE } from '../../packages/go';
import { readAssembly, synthesize, TYPES_CHECKED } from '../../packages/synthesis';

const CONTEXT = { collectionId: '12345678-6b2a7ff4-0f3c-4d0e-9a55-3f1f7f3a1c11' };

const folder = mkdtempSync(join(tmpdir(), 'go-'));
const app = join(folder, 'app');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Why Go cannot be tested here; undefined if it can. */
function missing(): string | undefined {
  mkdirSync(app);
  cpSync(join(__dirname, 'go'), app, { recursive: true });
  const toolchain = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (toolchain.error) return 'there is no `go` on the PATH';
  // go.sum has the hashes of these modules, so no checksum database is asked.
  const modules = spawnSync('go', ['mod', 'download', 'github.com/aws/aws-cdk-go/awscdk/v2', 'github.com/aws/jsii-runtime-go'], { cwd: app, encoding: 'utf8' });
  return modules.status === 0 ? undefined : `the modules of its go.mod cannot be downloaded: ${modules.stderr.trim()}`;
}

const why = missing();
if (why !== undefined) console.log(`Go is not tested: ${why}.`);
const on = why === undefined ? test : test.skip;

on('an app that uses the generated Go code gives the same template as in TypeScript', () => {
  const module = generateGo();
  const go = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('go', args, { cwd: app, encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod -buildvcs=false' } });
    expect({ args, status, text: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ args, status: 0, text: '' });
  };
  const path = `${GO_MODULE}/${GO_PACKAGE}`;
  go('mod', 'edit', `-replace=${path}=${module}`);
  go('vet', '.');
  go('build', '-o', 'hello', '.');
  // go.sum lacks only this library's own module.
  expect(readFileSync(join(app, 'go.sum'), 'utf8')).toBe(readFileSync(join(__dirname, 'go/go.sum'), 'utf8'));

  const assembly = join(folder, 'cdk.out');
  const { status, stdout, stderr } = spawnSync(join(app, 'hello'), {
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify(CONTEXT), JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
  });
  expect({ status, text: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ status: 0, text: '' });
  const inTypeScript = ['fargate', 'insights'].map(example => synthesize(consumer('typescript', 'floor'), example, CONTEXT, TYPES_CHECKED).templates);
  expect(Object.keys(readAssembly(assembly).templates)).toEqual(['HelloFargate', 'HelloInsights']);
  expect(readAssembly(assembly).templates).toEqual(Object.assign({}, ...inTypeScript));
});
