import { ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(__dirname, '..');
const START_LIMIT_MS = 600_000;
const STOP_LIMIT_MS = 60_000;

/** An AWS on loopback, and the environment in which AWS's tools call only this AWS. */
export interface LocalAws {
  readonly endpoint: string;
  readonly environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/**
 * The demo writes to this endpoint, so it must not be a real account.
 *
 * @throws if the host of `endpoint` is not on loopback
 */
export function requireLoopback(endpoint: string): string {
  const { hostname } = new URL(endpoint);
  if (/^127(\.\d+){3}$/.test(hostname) || hostname === 'localhost' || hostname === '[::1]') return endpoint;
  throw new Error(`The endpoint must be on loopback, such as http://127.0.0.1:4566, got: ${endpoint}. The demo deploys a stack and must not do so in a real account.`);
}

/** A local AWS that is already running. */
export function runningAws(endpoint: string): LocalAws {
  return { endpoint: requireLoopback(endpoint), environment: environmentFor(endpoint), stop: async () => {} };
}

export interface StartOptions {
  /** How long a rollout of ECS takes. @default 3 */
  readonly rolloutSeconds?: number;
  /** How long the waits of Step Functions last in relation to AWS's. @default 1 */
  readonly waitScale?: number;
}

/** Starts the emulator of this repository on a free port. It ends with this process, even if that is killed: its stdin closes. */
export async function startAws({ rolloutSeconds = 3, waitScale = 1 }: StartOptions = {}): Promise<LocalAws> {
  const python = join(ROOT, '.cache/emulator/venv/bin/python');
  if (!existsSync(python)) throw new Error('The local AWS is not installed: run `make setup` first.');
  const args = ['-m', 'emulator', '--until-stdin-closes', '--rollout-seconds', String(rolloutSeconds), '--wait-scale', String(waitScale)];
  const child = spawn(python, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'], env: { ...withoutAws(process.env), PYTHONUNBUFFERED: '1' } });
  const endpoint = requireLoopback(await readyLine(child));
  return { endpoint, environment: environmentFor(endpoint), stop: () => stop(child) };
}

/** The same AWS, seen from another account or region. */
export function inPlace({ environment, ...aws }: LocalAws, { account, region }: { readonly account: string; readonly region: string }): LocalAws {
  return { ...aws, environment: { ...environment, AWS_ACCESS_KEY_ID: account, AWS_REGION: region } };
}

/** A call of a service that has no SDK here, in AWS's JSON protocol. @param target  `<protocol name of the service>.<action>` */
export async function jsonCall({ endpoint, environment }: LocalAws, service: string, target: string, input: object): Promise<any> {
  const headers = { ...headersFor(environment, service), 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' };
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target} was answered with ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** Creates a stack, as another tool than the CDK does. */
export async function createStack({ endpoint, environment }: LocalAws, StackName: string, Resources: object): Promise<void> {
  const body = new URLSearchParams({ Action: 'CreateStack', Version: '2010-05-15', StackName, TemplateBody: JSON.stringify({ Resources }) });
  const response = await fetch(endpoint, { method: 'POST', headers: headersFor(environment, 'cloudformation'), body });
  if (!response.ok) throw new Error(`CreateStack was answered with ${response.status}: ${await response.text()}`);
}

/** A call of a service with a REST API, such as Lambda. */
export async function restCall({ endpoint, environment }: LocalAws, service: string, method: 'GET' | 'PUT', path: string, input?: object): Promise<any> {
  const response = await fetch(`${endpoint}${path}`, { method, headers: headersFor(environment, service), body: input && JSON.stringify(input) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** Without a real signature, which a local AWS does not check. */
function headersFor({ AWS_ACCESS_KEY_ID, AWS_REGION }: NodeJS.ProcessEnv, service: string): { readonly authorization: string } {
  const credential = `${AWS_ACCESS_KEY_ID}/20260101/${AWS_REGION}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0` };
}

function readyLine(child: ChildProcess): Promise<string> {
  let log = '';
  child.stderr!.on('data', chunk => { log = (log + String(chunk)).slice(-4000); });
  return new Promise((fulfil, reject) => {
    const limit = setTimeout(() => fail(`was not ready within ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
    const fail = (what: string) => {
      clearTimeout(limit);
      child.stdin!.end();
      reject(new Error(`The local AWS ${what}.\n${log}`));
    };
    child.once('error', error => fail(`could not be started: ${error.message}`));
    child.once('exit', code => fail(`ended with exit code ${code}`));
    createInterface({ input: child.stdout! }).on('line', line => {
      const endpoint = /^ready (http:\S+)$/.exec(line)?.[1];
      if (endpoint === undefined) return;
      clearTimeout(limit);
      child.removeAllListeners('exit');
      fulfil(endpoint);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise(done => child.once('exit', done));
  child.stdin!.end();
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(limit);
}

/** No profile, shared file, session or instance role of the user: only made-up credentials, with the account as key id. */
function environmentFor(endpoint: string): NodeJS.ProcessEnv {
  return {
    ...withoutAws(process.env),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: '123456789012',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CI: 'true',
    // This warning would come before every command's output.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    NO_COLOR: '1',
    // Calls to loopback use no proxy, and there are no other calls.
    NO_PROXY: '127.0.0.1,localhost,::1',
    no_proxy: '127.0.0.1,localhost,::1',
  };
}

function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS_|CDK_)/.test(name)));
}
