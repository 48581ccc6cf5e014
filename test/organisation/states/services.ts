import { StateError } from './errors';
import type { Execution } from './execution';
import { Data } from './paths';
import { Clock } from '../../../src/aws/calls/clock';

/** What the states of an execution call. */
export interface Services {
  readonly clock: Clock;
  /** Invokes a function. @throws StateError with the name of the error that Step Functions sees */
  invoke(functionName: string, payload: Data): Promise<Data>;
  /** SNS Publish. */
  publish?(parameters: Data): void;
  /** An object of S3. @returns undefined if it does not exist */
  read(bucket: string, key: string): Promise<string | undefined>;
  /** From 0 to 1. */
  random(): number;
  /** Before each state that is entered. */
  onState?(execution: Execution, state: string): void;
  /** An error that AWS would not have: a defect of the machine, or of the interpreter. */
  onDefect(error: Error): void;
}

/** What the integration adds to the answer of a function, of about the size that it has on AWS. */
const METADATA = {
  ExecutedVersion: '$LATEST',
  SdkHttpMetadata: {
    AllHttpHeaders: { 'X-Amz-Executed-Version': ['$LATEST'], 'x-amzn-Remapped-Content-Length': ['0'], 'Content-Type': ['application/json'] },
    HttpHeaders: { 'Content-Type': 'application/json', 'X-Amz-Executed-Version': '$LATEST' },
    HttpStatusCode: 200,
  },
  SdkResponseMetadata: { RequestId: '00000000-0000-0000-0000-000000000000' },
  StatusCode: 200,
};

/** Carries out a Task. */
export async function perform(resource: string, parameters: Data, services: Services): Promise<Data> {
  const given = parameters as Readonly<Record<string, Data>>;
  if (/^arn:[^:]+:states:::lambda:invoke$/.test(resource)) {
    const { FunctionName, Payload, ...others } = given;
    if (Object.keys(others).length > 0) throw new Error(`A parameter of lambda:invoke is not known here: ${Object.keys(others)}`);
    return { ...METADATA, Payload: await services.invoke(String(FunctionName), Payload ?? {}) };
  }
  if (/^arn:[^:]+:states:::sns:publish$/.test(resource)) {
    if (typeof given.Subject === 'string' && (given.Subject.length > 100 || given.Subject.length === 0 || !/^[\x20-\x7e]+$/.test(given.Subject))) {
      throw new StateError('Sns.InvalidParameterException', 'Invalid parameter: Subject');
    }
    if (typeof given.Message !== 'string' || Buffer.byteLength(given.Message) > 262_144 || given.Message === '') {
      throw new StateError('Sns.InvalidParameterException', 'Invalid parameter: Message');
    }
    services.publish?.(given);
    return { MessageId: '00000000-0000-0000-0000-000000000000' };
  }
  if (/^arn:[^:]+:lambda:/.test(resource)) return services.invoke(resource, parameters);
  throw new Error(`The resource ${resource} is not known here.`);
}
