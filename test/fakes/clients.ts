import { ECSClient } from '@aws-sdk/client-ecs';
import { FakeAws, FakeAwsOptions, startFakeAws } from './fake-aws';

/** The SDK's clients for the tests of the fakes, configured as the environment of a child process configures them. */
export function clientOptions({ endpoint, account, regionName }: FakeAws, options: { readonly region?: string; readonly maxAttempts?: number } = {}) {
  return { endpoint, region: regionName, credentials: { accessKeyId: account, secretAccessKey: 'test' }, maxAttempts: 1, ...options };
}

export function ecsClient(aws: FakeAws, options: { readonly region?: string; readonly maxAttempts?: number } = {}): ECSClient {
  return new ECSClient(clientOptions(aws, options));
}

/** Runs one test with its own account, whose time moves only by `advance`: how fast the machine is does not matter. */
export function withFakeAws(test: (aws: FakeAws) => Promise<void>, options: FakeAwsOptions = {}): () => Promise<void> {
  return async () => {
    const aws = await startFakeAws({ callMs: 0, ...options });
    try {
      await test(aws);
    } finally {
      await aws.stop();
    }
  };
}

/** The host that one of the command line's own clients calls with these options, without a network. */
export async function hostCalled(client: (options: never) => { send(command: never): Promise<unknown> }, command: unknown, options: object): Promise<string> {
  let host = '';
  const requestHandler = { handle: async ({ hostname }: { readonly hostname: string }) => { host = hostname; throw new Error('no network'); } };
  const made = client({ credentials: { accessKeyId: 'a', secretAccessKey: 'test' }, maxAttempts: 1, requestHandler, ...options } as never);
  await made.send(command as never).catch((error: Error) => { if (error.message !== 'no network') throw error; });
  return host;
}
