import { JsonObject } from '../json';

/** An answer that is an error, in the service's own words. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Further members of the error, such as `resourceIds`. */
    readonly members: JsonObject = {},
  ) {
    super(message);
  }
}

export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message);
export const clientError = (message: string) => new AwsError('ClientException', message);
