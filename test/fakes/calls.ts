import { JsonObject } from './json';
import { ServiceName } from './wire/shapes';

/** One call, as the fakes saw it, whatever became of it. */
export interface Call {
  readonly service: ServiceName;
  readonly action: string;
  readonly region: string;
  readonly input: JsonObject;
  readonly caller: string;
  /** Milliseconds since the fakes were started. */
  readonly ms: number;
  /** `ok`, an error's code, `reset` or `hanging`; undefined while it is under way. */
  outcome?: string;
  /** Whether it was carried out, answered or not. */
  applied: boolean;
}
