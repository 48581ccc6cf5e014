import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Place, PlaceOfServices } from './services';
import { bootstrap, cdk } from '../cdk';
import { inPlace, jsonCall, LocalAws } from '../local-aws';

/** The account and region of the enrolment. It has services, too. */
export const HOME: Place = { account: '123456789012', region: 'us-east-1' };

export type Mode = 'PLAN' | 'ENROL' | 'REMOVE';

/** One line of `results.csv`. */
export interface Result {
  readonly account: string;
  readonly region: string;
  readonly service: string;
  readonly outcome: string;
  readonly reason: string;
}

/** An execution that has ended. */
export interface Execution {
  readonly name: string;
  readonly status: string;
  readonly error?: string;
}

/** A service that belongs to a stack, beside those that were made with API calls. */
export const MANAGED = 'billing';
const IMAGE = 'public.ecr.aws/docker/library/nginx:1.27';
/** Far above what a busy machine takes. */
const EXECUTION_LIMIT_MS = 600_000;
const POLL_MS = 200;

/** An enrolment of several places of a local AWS, deployed with the CDK CLI. */
export class Organisation {
  private bucket = '';
  private machine = '';

  private constructor(private readonly aws: LocalAws, public readonly places: readonly PlaceOfServices[], private readonly onLine?: (line: string) => void) {}

  /**
   * Makes the services of the places, and deploys the enrolment in the mode `PLAN`, and its role and rules in each place.
   *
   * @param places the first must be `HOME`
   * @param onLine takes what the CDK CLI says
   */
  public static async deploy(aws: LocalAws, places: readonly PlaceOfServices[], onLine?: (line: string) => void): Promise<Organisation> {
    const organisation = new Organisation(aws, places, onLine);
    await bootstrap(aws);
    await organisation.cdkDeploy(HOME, 'PLAN', ['Enrolment', 'Member', 'Managed']);
    // The roles of an account are made in the first of its regions.
    for (const { place } of places.slice(1)) await organisation.cdkDeploy(place, 'PLAN', ['Member']);
    return organisation;
  }

  /** Deploys the enrolment in another mode. */
  public async setMode(mode: Mode): Promise<void> {
    await this.cdkDeploy(HOME, mode, ['Enrolment']);
  }

  /** Starts an execution by hand, and waits until it has ended. */
  public async run(input: object = {}): Promise<Execution> {
    const { executionArn } = await this.states('StartExecution', { stateMachineArn: this.machine, input: JSON.stringify(input) });
    return this.ended(executionArn);
  }

  /** Waits until the executions have ended that events have started. @returns their names */
  public async untilIdle(): Promise<string[]> {
    for (const limit = Date.now() + EXECUTION_LIMIT_MS; Date.now() < limit; await setTimeout(POLL_MS)) {
      const { executions } = await this.states('ListExecutions', { stateMachineArn: this.machine });
      if (executions.every(({ status }: Execution) => status !== 'RUNNING')) return executions.map(({ name }: Execution) => name);
    }
    throw new Error('An execution still runs.');
  }

  /** What an execution wrote for each service. */
  public async results({ name }: Execution): Promise<Result[]> {
    const [header, ...lines] = (await this.object(`executions/${name}/results.csv`)).trim().split(/\r?\n/);
    const members = header.split(',');
    // No value here has a comma, except a reason, which is quoted.
    return lines.map(line => {
      const values = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replace(/""/g, '"') ?? plain);
      return Object.fromEntries(members.map((member, index) => [member, values[index]])) as unknown as Result;
    });
  }

  /** The text of an object in the enrolment's bucket. */
  public async object(key: string): Promise<string> {
    const { endpoint, environment } = this.aws;
    const credentials = { accessKeyId: HOME.account, secretAccessKey: environment.AWS_SECRET_ACCESS_KEY! };
    const { Body } = await new S3Client({ endpoint, region: HOME.region, credentials }).send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return Body!.transformToString();
  }

  private async ended(executionArn: string): Promise<Execution> {
    for (const limit = Date.now() + EXECUTION_LIMIT_MS; Date.now() < limit; await setTimeout(POLL_MS)) {
      const { name, status, error } = await this.states('DescribeExecution', { executionArn });
      if (status !== 'RUNNING') return { name, status, error };
    }
    throw new Error(`${executionArn} has not ended.`);
  }

  private async states(action: string, input: object): Promise<any> {
    return jsonCall(inPlace(this.aws, HOME), 'states', `AWSStepFunctions.${action}`, input);
  }

  private async cdkDeploy(place: Place, mode: Mode, stacks: readonly string[]): Promise<void> {
    const { clusterArn, executionRoleArn, subnets, securityGroup } = this.places[0].surroundings;
    const networkConfiguration = { awsvpcConfiguration: { subnets, securityGroups: [securityGroup], assignPublicIp: 'ENABLED' } };
    const accounts = [...new Set(this.places.map(({ place: { account } }) => account))];
    const ORGANISATION = JSON.stringify({
      ...HOME,
      mode,
      places: accounts.map(account => ({ account, regions: this.places.filter(({ place: of }) => of.account === account).map(({ place: { region } }) => region) })),
      service: { name: MANAGED, clusterArn, executionRoleArn, image: IMAGE, networkConfiguration },
    });
    const { environment } = inPlace(this.aws, place);
    const args = ['deploy', ...stacks, '--app', 'node app.js', '--require-approval', 'never', '--method', 'direct', '--exclusively'];
    const output = mkdtempSync(join(tmpdir(), 'organisation-'));
    try {
      const { code, output: said } = await cdk({ folder: __dirname, environment: { ORGANISATION } }, [...args, '--output', output], environment, this.onLine);
      if (code !== 0) throw new Error(`cdk deploy ${stacks.join(' ')} ended with exit code ${code}.\n${said}`);
      this.bucket = /Enrolment\.BucketName = (\S+)/.exec(said)?.[1] ?? this.bucket;
      this.machine = /Enrolment\.StateMachineArn = (\S+)/.exec(said)?.[1] ?? this.machine;
    } finally {
      rmSync(output, { recursive: true, force: true });
    }
  }
}
