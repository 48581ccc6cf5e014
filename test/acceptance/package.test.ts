import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as index from '../../src';

const ROOT = resolve(__dirname, '../..');
const published: { readonly [name: string]: unknown } = index;

describe('the npm package, installed into an empty folder', () => {
  let folder: string;
  let tarball: string;
  let files: string[];
  const bin = () => join(folder, 'node_modules/.bin/postman-live-collection');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdk-postman-live-collection-'));
    const output = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [packed] = JSON.parse(output);
    tarball = join(folder, packed.filename);
    files = packed.files.map(({ path }: { path: string }) => path);
    writeFileSync(join(folder, 'package.json'), '{"private": true}');
    // The package contains everything that it needs, so no registry is asked.
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder, stdio: 'ignore' });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the npm package runs the command line without the CDK', () => {
    expect(existsSync(join(folder, 'node_modules/aws-cdk-lib'))).toBe(false);
    const { status, stdout } = spawnSync(bin(), ['ecs', '--help'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain('add the agent to services');
  });

  test('the npm package has the clients of AWS: without credentials, the command line fails only because of them', () => {
    const { status, stderr } = spawnSync(bin(), ['ecs', 'status', '--cluster', 'shop', '--all', '--region', 'eu-west-1'], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      },
    });
    expect(stderr).toMatch(/^error: There are no AWS credentials/);
    expect(status).toBe(1);
  });

  test('the npm package has the files that a user needs, and no others', () => {
    const expected = [
      /^(\.jsii|API\.md|LICENSE|README\.md|package\.json)$/,
      /^assets\/cli\/([\w.-]+\.mjs|LICENSES\.txt|fleet\.schema\.json)$/,
      /^assets\/handlers\/(existing-service|rotate-tasks)\.lambda\/index\.js$/,
      /^lib\/(agent|cdk|cdk\/enrolment|cdk\/every-service|cdk\/network|cdk\/tree|cdk\/watch|constructs|drawing|egress|permissions|preflight)\/[\w-]+\.d\.ts$/,
      /^lib\/index\.(js|js\.map|d\.ts)$/,
      /^node_modules\/(ipaddr\.js|re2js)\/.*$/,
    ];
    expect(files.filter(path => !expected.some(pattern => pattern.test(path)))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['lib/index.js', 'lib/index.d.ts', '.jsii', 'assets/cli/main.mjs']));
  });

  test('the library is one file, with the exports of src/index.ts and the names by which Python and Java find its classes', () => {
    const library = join(folder, 'node_modules/cdk-postman-live-collection/lib/index.js');
    const script = `const library = require(${JSON.stringify(library)});
      const names = Object.entries(library).map(([name, value]) => [name, value[Symbol.for('jsii.rtti')]?.fqn]);
      const modules = Object.keys(require.cache).filter(path => path.includes('/cdk-postman-live-collection/lib/'));
      console.log(JSON.stringify({ names, modules }));`;
    // The optional peers are not installed in that folder.
    const env = { ...process.env, NODE_PATH: join(ROOT, 'node_modules') };
    const { names, modules } = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', env }));
    const classes = Object.keys(published).map(name => [name, typeof published[name] === 'function' ? `cdk-postman-live-collection.${name}` : null]);
    expect(names.map(([name, fqn]: string[]) => [name, fqn ?? null]).sort()).toEqual(classes.sort());
    expect(modules).toEqual([library]);
  });

  test('the npm package has the licences of the libraries in the bundle', () => {
    const licences = readFileSync(join(folder, 'node_modules/cdk-postman-live-collection/assets/cli/LICENSES.txt'), 'utf8');
    expect(licences).toMatch(/^commander \d+\.\d+\.\d+$/m);
    expect(licences).toMatch(/^@aws-sdk\/client-ecs \d+\.\d+\.\d+$/m);
    expect(licences).toContain('Permission is hereby granted, free of charge');
    expect(licences).toContain('Apache License');
  });

  // A third of it is the handler of existing services, which is bundled with the SDK, as the command line is.
  test('the npm package is smaller than 2.5 MB', () => {
    expect(statSync(tarball).size).toBeLessThan(2.5 * 1024 * 1024);
  });

  test('the npm package has the CDK as an optional peer', () => {
    const { peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(folder, 'node_modules/cdk-postman-live-collection/package.json'), 'utf8'));
    expect(Object.keys(peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
    expect(peerDependenciesMeta).toEqual({ 'aws-cdk-lib': { optional: true }, 'constructs': { optional: true } });
  });
});
