import { IncomingHttpHeaders } from 'node:http';

/** A call as it came. */
export interface HttpCall {
  readonly method: string;
  /** Path and parameters. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
