import { ECSClient } from '@aws-sdk/client-ecs';
import { FakeAws, FakeAwsOptions, startFakeAws } from './fake-aws';

/** For the tests of the fakes themselves: the SDK's clients, set up as the environment of a child process would set them up. */
export function clientOptions({ endpoint, account, regionName }: FakeAws, options: { readonly region?: string; readonly maxAttempts?: number } = {}) {
  return { endpoint, region: regionName, credentials: { accessKeyId: account, secretAccessKey: 'test' }, maxAttempts: 1, ...options };
}

export function ecsClient(aws: FakeAws, options: { readonly region?: string; readonly maxAttempts?: number } = {}): ECSClient {
  return new ECSClient(clientOptions(aws, options));
}

/** Runs one test against an account of its own. */
export function withFakeAws(test: (aws: FakeAws) => Promise<void>, options: FakeAwsOptions = {}): () => Promise<void> {
  return async () => {
    const aws = await startFakeAws(options);
    try {
      await test(aws);
    } finally {
      await aws.stop();
    }
  };
}

export const pause = async (ms: number) => new Promise<void>(resolve => { setTimeout(resolve, ms); });
