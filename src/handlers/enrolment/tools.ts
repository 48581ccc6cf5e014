import { Environment, PlaceName } from './contract';
import { Store } from './store';
import { Account } from '../../aws';

/** What a call of the function works with. */
export interface Here {
  /** The account of the enrolment. */
  readonly account: Account;
  readonly store: Store;
  readonly environment: Environment;
  /** The account and region of a place, by the role of the member. @param levels what another process has left of AWS's limits */
  readonly member: (place: PlaceName, levels?: Account['levels']) => Account;
  /** How long this process may still run, in milliseconds. */
  readonly remainingMs: () => number;
  /** A line of the log, without secrets. */
  readonly log: (line: object) => void;
}
