import { JsonObject } from './json';
import { ServiceName } from './wire/shapes';

/** One call that the fakes received, whatever its outcome. */
export interface Call {
  readonly service: ServiceName;
  readonly action: string;
  readonly region: string;
  readonly input: JsonObject;
  readonly caller: string;
  /** Milliseconds since the fakes were started. */
  readonly ms: number;
  /** `ok`, an error's code, `reset`, `hanging` or `cut`; undefined while it is in progress. */
  outcome?: string;
  /** Whether it was carried out, even if it was not answered. */
  applied: boolean;
}
