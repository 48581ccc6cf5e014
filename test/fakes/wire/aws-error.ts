import { JsonObject } from '../json';

/** An error as the answer, with the service's code and message. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Other members of the error, such as `resourceIds`. */
    readonly members: JsonObject = {},
  ) {
    super(message);
  }
}

export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message);
export const clientError = (message: string) => new AwsError('ClientException', message);
