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
    const startedAt = Date.now();
    const aws = await startFakeAws({ clock: () => startedAt, ...options });
    try {
      await test(aws);
    } finally {
      await aws.stop();
    }
  };
}

export const pause = async (ms: number) => new Promise<void>(resolve => { setTimeout(resolve, ms); });
