import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Account } from '../../src/aws';
import { COMMAND_LINE_HINTS } from '../../src/cli/hints';
import { addSurroundings, FakeAws, succeeds, taskDefinitionBody } from '../fakes';
import { clientsOf, InProcess } from '../moved-clock/account';
import { MovedClock } from '../moved-clock/clock';
import { runWith, Verb, VerbRun } from '../sweep/verbs';

/** How long a rollout takes. */
export const ROLLOUT_SECONDS = 60;

/** Accounts with services each, on one clock that moves only if nothing else can be done. */
export class MovedPlaces {
  readonly clock: MovedClock;
  readonly accounts: readonly FakeAws[];

  /** @param places how many @param services of each */
  constructor(places: number, services: number) {
    this.clock = new MovedClock(undefined, milliseconds => { for (const aws of this.accounts) aws.advance(milliseconds); });
    this.accounts = Array.from({ length: places }, (_, index) => {
      const aws = new FakeAws({ callMs: 0, clock: this.clock, account: String(100_000_000_000 + index) });
      addSurroundings(aws, { secretValue: 'value' });
      const own = { executionRoleArn: `arn:aws:iam::${aws.account}:role/execution` };
      for (let one = 0; one < services; one++) {
        aws.ecs.addService(`web-${one}`, { cluster: 'shop', taskDefinition: taskDefinitionBody(`web-${one}`, own) });
        aws.ecs.rolloutsEnd(`web-${one}`, () => succeeds(ROLLOUT_SECONDS * 1000));
      }
      return aws;
    });
  }

  /** A file of all services: each account is a profile. */
  get file(): string {
    const entries = this.accounts.map(({ account }) => `  - { profile: "${account}", region: eu-west-1, cluster: shop, service: "*" }`);
    return `services:\n${entries.join('\n')}\n`;
  }

  /** Runs a verb over a file, with an account of its own for each profile. @param file @default - that of all services */
  async run(verb: (from: string) => Verb, file = this.file): Promise<VerbRun & { readonly seconds: number }> {
    const folder = mkdtempSync(join(tmpdir(), 'places-'));
    const from = join(folder, 'fleet.yaml');
    writeFileSync(from, file);
    const started = this.clock.now();
    const { signal } = new AbortController();
    try {
      const ran = await runWith(verb(from), {
        signal,
        account: (_, caller) => {
          const aws = this.accounts.find(({ account }) => account === caller?.profile)!;
          const clients = clientsOf(new InProcess(aws, this.clock, () => true));
          const credentials = async () => ({ accessKeyId: aws.account, secretAccessKey: 'test' });
          return new Account({ region: aws.regionName, hints: COMMAND_LINE_HINTS, signal, clock: this.clock, clients, credentials });
        },
      });
      return { ...ran, seconds: (this.clock.now() - started) / 1000 };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
