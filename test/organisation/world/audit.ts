import { placeIdOf } from './specs';

/** A call that changes something in a member account. */
export interface Write {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** `service:Action`. */
  readonly action: string;
  /** The invocation of the function that has made it. */
  readonly by: number;
}

/** What was called in a place, in short: a whole organisation makes a million calls. */
export interface PlaceCalls {
  /** By `service:Action`. */
  readonly counts: Map<string, number>;
  throttled: number;
  readonly writes: Write[];
}

interface Lease { readonly holder?: string; readonly execution: string; readonly until: number }

const READS = /^(List|Describe|Get|Simulate|Head|Assume|\/)/;

/** Notes what is called, and what must not be. */
export class Audit {
  readonly places = new Map<string, PlaceCalls>();
  /** By action. */
  readonly s3 = new Map<string, number>();
  /** Sentences, each once. */
  readonly faults = new Set<string>();
  calls = 0;
  private readonly leases = new Map<string, Lease & { readonly by: number }>();

  /** @param by the invocation that makes the call @param now milliseconds since 1970 */
  called(account: string, region: string, service: string, action: string, by: number, isThrottled: boolean, now: number): void {
    this.calls += 1;
    const id = placeIdOf({ account, region });
    const place = this.place(id);
    const name = `${service}:${action}`;
    place.counts.set(name, (place.counts.get(name) ?? 0) + 1);
    if (isThrottled) place.throttled += 1;
    if (READS.test(action) || isThrottled) return;
    place.writes.push({ at: now, action: name, by });
    const lease = this.leases.get(id);
    if (lease?.holder === undefined || lease.by !== by) this.faults.add(`${name} in ${id} by invocation ${by}, which does not have its lease`);
    else if (lease.until <= now) this.faults.add(`${name} in ${id} after the lease had ended`);
  }

  /** An object of S3 was called. @param isDone whether the call has succeeded @param body of a PUT */
  stored(action: string, key: string, isDone: boolean, body: string, by: number, now: number): void {
    this.calls += 1;
    this.s3.set(action, (this.s3.get(action) ?? 0) + 1);
    const [, id] = /places\/(\d{12}-[a-z0-9-]+)\/lease\.json$/.exec(key) ?? [];
    if (id === undefined || action !== 'PutObject' || !isDone) return;
    const lease = JSON.parse(body) as Lease;
    const before = this.leases.get(id);
    if (before?.holder !== undefined && before.by !== by && before.until > now) {
      this.faults.add(`invocation ${by} has taken the lease of ${id} while invocation ${before.by} had it`);
    }
    this.leases.set(id, { ...lease, by });
  }

  place(id: string): PlaceCalls {
    const place = this.places.get(id) ?? { counts: new Map<string, number>(), throttled: 0, writes: [] };
    this.places.set(id, place);
    return place;
  }
}
