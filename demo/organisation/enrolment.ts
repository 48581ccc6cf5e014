import { setTimeout } from 'node:timers/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Place, PlaceOfServices } from './services';
import { Language } from '../../packages/versions';
import { bootstrap, deployExample, exampleApp } from '../cdk';
import { inPlace, jsonCall, LocalAws, restCall } from '../local-aws';

/** The account and the region of the enrolment. It has services, too. */
export const HOME: Place = { account: '123456789012', region: 'us-east-1' };

export type Mode = 'PLAN' | 'ENROL' | 'REMOVE';

/** One line of `results.csv`. */
export interface Result extends Place {
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

/** Of the events that are worked on together. AWS's functions have two minutes. */
const WINDOW_SECONDS = 4;
/** Far above what a busy machine takes. */
const EXECUTION_LIMIT_MS = 600_000;
const POLL_MS = 200;

/** The example of an organization, deployed to several places of a local AWS with the CDK CLI. */
export class Organisation {
  /**
   * Deploys the enrolment in the mode `PLAN`, and what each place needs.
   *
   * @param places all regions of all accounts. The first must be `HOME`, and the first of each account must be in its region
   * @param onLine takes what the CDK CLI says
   */
  public static async deploy(
    aws: LocalAws, places: readonly PlaceOfServices[], { language = 'typescript', onLine }: { readonly language?: Language; readonly onLine?: (line: string) => void } = {},
  ): Promise<Organisation> {
    const organisation = new Organisation(aws, places, language, onLine);
    await bootstrap(aws);
    await organisation.cdkDeploy(HOME, 'PLAN', 'HelloOrganisation', 'HelloMember');
    for (const { place } of places.slice(1)) await organisation.cdkDeploy(place, 'PLAN', 'HelloMember');
    await organisation.shortenWindow();
    return organisation;
  }

  private bucket = '';
  private machine = '';

  private constructor(
    private readonly aws: LocalAws, private readonly places: readonly PlaceOfServices[], private readonly language: Language,
    private readonly onLine?: (line: string) => void,
  ) {}

  /** Deploys the enrolment in another mode. */
  public async setMode(mode: Mode): Promise<void> {
    await this.cdkDeploy(HOME, mode, 'HelloOrganisation');
  }

  /** Starts an execution by hand, and waits until it has ended. */
  public async run(input: object = {}): Promise<Execution> {
    const { executionArn } = await this.states('StartExecution', { stateMachineArn: this.machine, input: JSON.stringify(input) });
    for (const limit = Date.now() + EXECUTION_LIMIT_MS; Date.now() < limit; await setTimeout(POLL_MS)) {
      const { name, status, error } = await this.states('DescribeExecution', { executionArn });
      if (status !== 'RUNNING') return { name, status, error };
    }
    throw new Error(`${executionArn} has not ended.`);
  }

  /** Waits until no execution runs, such as one that an event has started. @returns all that have ended */
  public async untilIdle(): Promise<Execution[]> {
    for (const limit = Date.now() + EXECUTION_LIMIT_MS; Date.now() < limit; await setTimeout(POLL_MS)) {
      const { executions } = await this.states('ListExecutions', { stateMachineArn: this.machine });
      if (executions.every(({ status }: Execution) => status !== 'RUNNING')) return executions;
    }
    throw new Error('An execution still runs.');
  }

  /** What an execution wrote for each service. */
  public async results({ name }: Execution): Promise<Result[]> {
    const [header, ...records] = recordsIn(await this.object(`executions/${name}/results.csv`));
    return records.map(values => Object.fromEntries(header.map((member, index) => [member, values[index]])) as unknown as Result);
  }

  /** The text of an object in the enrolment's bucket. */
  public async object(key: string): Promise<string> {
    const { endpoint, environment } = this.aws;
    const credentials = { accessKeyId: HOME.account, secretAccessKey: environment.AWS_SECRET_ACCESS_KEY! };
    const { Body } = await new S3Client({ endpoint, region: HOME.region, credentials }).send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return Body!.transformToString();
  }

  private async states(action: string, input: object): Promise<any> {
    return jsonCall(inPlace(this.aws, HOME), 'states', `AWSStepFunctions.${action}`, input);
  }

  private async shortenWindow(): Promise<void> {
    const home = inPlace(this.aws, HOME);
    const { Functions } = await restCall(home, 'lambda', 'GET', '/2015-03-31/functions');
    const { FunctionName, Environment: { Variables } } = Functions.find(({ Handler }: { readonly Handler: string }) => Handler === 'index.arrival');
    const variables = { ...Variables, WINDOW_SECONDS: String(WINDOW_SECONDS) };
    await restCall(home, 'lambda', 'PUT', `/2015-03-31/functions/${FunctionName}/configuration`, { Environment: { Variables: variables } });
  }

  private async cdkDeploy(place: Place, mode: Mode, ...stacks: readonly string[]): Promise<void> {
    const all = (member: keyof Place) => [...new Set(this.places.map(({ place: of }) => of[member]))].join(',');
    const context = { mode, accounts: all('account'), regions: all('region') };
    const { output } = await deployExample(inPlace(this.aws, place), exampleApp(this.language, 'organisation'), context, this.onLine, stacks);
    const outputOf = (name: string) => new RegExp(`HelloOrganisation\\.${name} = (\\S+)`).exec(output)?.[1];
    this.bucket = outputOf('Reports') ?? this.bucket;
    this.machine = outputOf('StateMachine') ?? this.machine;
  }
}

/** The records of a file of comma-separated values. */
function recordsIn(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    records.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end !== ',') records.push([]);
  }
  return records.filter(([first]) => first !== undefined && first !== '');
}
