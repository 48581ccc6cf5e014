import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInProcess } from './in-process';
import type { Ran, RunOptions } from './run';
import { KEY } from './shop';
import { addSurroundings, FakeAws, Organisation, taskDefinitionBody } from '../fakes';
import { MovedClock } from '../moved-clock/clock';

export const WEB = '111111111111';
export const JOBS = '222222222222';

/** Two accounts with a profile each, a folder for files, and the command line. */
export class Company {
  readonly clock = new MovedClock(undefined, milliseconds => { for (const aws of this.organisation.accounts.values()) aws.advance(milliseconds); });
  readonly organisation = new Organisation([WEB, JOBS], { clock: this.clock, callMs: 0 });
  readonly folder = mkdtempSync(join(tmpdir(), 'company-'));
  readonly outputs: string[] = [];

  constructor() {
    const profile = (name: string, account: string) => `[profile ${name}]\naws_access_key_id = ${account}\naws_secret_access_key = test\n`;
    this.write('config', `${profile('web', WEB)}${profile('jobs', JOBS)}`);
  }

  /** An account in a region, with a cluster `shop` of these services. */
  addServices(id: string, names: readonly string[], { region = 'eu-west-1', cluster = 'shop', tags = {} as Record<string, string> } = {}): FakeAws {
    const aws = this.organisation.account(id);
    const { ecs, ec2, secrets } = aws.region(region);
    if (ecs.state.clusters.size === 0) addSurroundings({ ...aws, ecs, ec2, secrets } as FakeAws, { secretValue: 'value' });
    for (const name of names) {
      ecs.addService(name, {
        cluster, tags,
        taskDefinition: taskDefinitionBody(name, { executionRoleArn: `arn:aws:iam::${id}:role/execution` }),
      });
    }
    return aws;
  }

  /** Writes a file and answers its path. */
  write(name: string, content: string | Buffer): string {
    mkdirSync(this.folder, { recursive: true });
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  async run(args: readonly string[], { env, ...options }: RunOptions = {}): Promise<Ran> {
    const own = {
      AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: join(this.folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: '/dev/null', HOME: this.folder,
      XDG_STATE_HOME: join(this.folder, 'state'), POSTMAN_LIVE_COLLECTION_POLL_SECONDS: '0.1', NO_COLOR: '1', ...env,
    };
    const ran = await runInProcess(args, this.organisation, this.clock, { ...options, env: own });
    this.outputs.push(ran.stdout, ran.stderr);
    return ran;
  }

  /** Every call, of all accounts. */
  get calls() {
    return [...this.organisation.accounts.values()].flatMap(({ calls }) => calls);
  }

  /** The family:revision that a service is set to run. */
  runs(id: string, name: string, region = 'eu-west-1'): string {
    return this.organisation.account(id).region(region).ecs.service(name).taskDefinition.arn.split('/').pop()!;
  }

  /** No scenario may show the key or crash. */
  check(): void {
    expect(this.outputs.filter(text => text.includes(KEY))).toEqual([]);
    expect(this.outputs.filter(text => /This is a defect|\n {4}at /.test(text))).toEqual([]);
    expect(this.calls.filter(({ outcome }) => ['FakeAwsFault', 'UnknownOperationException', 'SerializationException'].includes(outcome ?? ''))).toEqual([]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A test with a company of its own. */
export function story(name: string, play: (company: Company) => Promise<void>): void {
  test(name, async () => {
    const company = new Company();
    try {
      await play(company);
      company.check();
    } catch (error) {
      (error as Error).message += `\n\n${company.outputs.join('\n').slice(-4000)}`;
      throw error;
    } finally {
      company.remove();
    }
  });
}

/** A story for each row of a table. Its name has `%s` for the first column. */
story.each = <T>(rows: readonly (readonly [string, T])[]) => (name: string, play: (company: Company, value: T) => Promise<void>): void => {
  for (const [row, value] of rows) story(name.replace('%s', row), async company => play(company, value));
};
