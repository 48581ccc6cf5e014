import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const MINUTE = 60_000;

/** What users get from npm, installed into an empty folder. */
describe('the package, installed as npx does it', () => {
  let folder: string;
  let tarball: string;
  let files: string[];
  const bin = () => join(folder, 'node_modules/.bin/postman-live-collection');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdk-postman-live-collection-'));
    const [packed] = JSON.parse(execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    tarball = join(folder, packed.filename);
    files = packed.files.map(({ path }: { path: string }) => path);
    writeFileSync(join(folder, 'package.json'), '{"private": true}');
    // Everything that it needs is in it: nothing is asked of a registry.
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder, stdio: 'ignore' });
  }, 2 * MINUTE);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('runs the command line without the CDK', () => {
    expect(existsSync(join(folder, 'node_modules/aws-cdk-lib'))).toBe(false);
    const { status, stdout } = spawnSync(bin(), ['ecs', '--help'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain('add the agent to services');
  });

  test('carries the clients of AWS: without credentials it gets as far as asking for them', () => {
    const { status, stderr } = spawnSync(bin(), ['ecs', 'status', '--cluster', 'shop', '--all', '--region', 'eu-west-1'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    });
    expect(stderr).toMatch(/^error: There are no AWS credentials/);
    expect(status).toBe(1);
  });

  test('holds what a user needs and nothing else', () => {
    const unexpected = files.filter(path => !/^(\.jsii|API\.md|LICENSE|README\.md|package\.json|assets\/cli\/[\w.-]+\.mjs|assets\/cli\/LICENSES\.txt|lib\/(agent|cdk|egress|permissions)\/[\w.-]+\.(js|d\.ts)|lib\/[\w-]+\.(js|d\.ts)|node_modules\/(ipaddr\.js|re2js)\/.*)$/.test(path));
    expect(unexpected).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['lib/index.js', 'lib/index.d.ts', '.jsii', 'assets/cli/main.mjs']));
  });

  test('carries the licences of the libraries in the bundle', () => {
    const licences = readFileSync(join(folder, 'node_modules/cdk-postman-live-collection/assets/cli/LICENSES.txt'), 'utf8');
    expect(licences).toMatch(/^commander \d+\.\d+\.\d+$/m);
    expect(licences).toMatch(/^@aws-sdk\/client-ecs \d+\.\d+\.\d+$/m);
    expect(licences).toContain('Permission is hereby granted, free of charge');
    expect(licences).toContain('Apache License');
  });

  test('is no larger than 1.5 MB', () => {
    expect(statSync(tarball).size).toBeLessThan(1.5 * 1024 * 1024);
  });

  test('names the CDK as a peer that may be missing', () => {
    const { peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(folder, 'node_modules/cdk-postman-live-collection/package.json'), 'utf8'));
    expect(Object.keys(peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
    expect(peerDependenciesMeta).toEqual({ 'aws-cdk-lib': { optional: true }, 'constructs': { optional: true } });
  });
});
