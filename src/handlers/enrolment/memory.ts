import { PlaceName } from './contract';
import { placeKeys } from './keys';
import { NEW, OwnDocument, Store } from './store';

/** What is known of a service from earlier executions. */
export interface Known {
  /** ARN of the revision with which it got the agent. */
  readonly revision?: string;
  /** The deployment that gave it the agent. */
  readonly deployment?: string;
  /** ARNs of the revisions without the agent that other tools have deployed since. */
  readonly lostTo?: readonly string[];
  /** Definitions whose rollout with the agent has failed. */
  readonly quarantine?: readonly Quarantined[];
}

export interface Quarantined {
  /** Of the planned task definition. */
  readonly digest: string;
  readonly reason: string;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** How often a service may lose the agent to another tool until it is left alone. */
export const MOST_LOSSES = 2;

/** As many as a service can sensibly have. */
const MOST_KEPT = 20;

interface Content { readonly services: { readonly [arn: string]: Known } }

/** What is remembered of the services of a place. Only the holder of the place's lease writes it. */
export class Memory {
  public static async read(store: Store, place: PlaceName): Promise<Memory> {
    const key = placeKeys(place).memory;
    const stored = await store.read<Content>(key);
    return new Memory(new OwnDocument(store, key, stored?.version ?? NEW), new Map(Object.entries(stored?.value.services ?? {})));
  }

  private isChanged = false;
  private saving: Promise<void> = Promise.resolve();

  private constructor(private readonly document: OwnDocument, private readonly services: Map<string, Known>) {}

  public of(service: string): Known {
    return this.services.get(service) ?? {};
  }

  public quarantineOf(service: string, digest: string | undefined): Quarantined | undefined {
    return this.of(service).quarantine?.find(one => one.digest === digest);
  }

  /** Notes that a service has lost the agent. The same revision counts once. */
  public lose(service: string, revision: string): void {
    const { lostTo = [] } = this.of(service);
    if (!lostTo.includes(revision)) this.change(service, { lostTo: [...lostTo, revision].slice(-MOST_KEPT) });
  }

  public enrol(service: string, revision: string | undefined, deployment: string | undefined): void {
    const known = this.of(service);
    if (revision !== undefined && known.revision !== revision) this.change(service, { revision, deployment: deployment ?? known.deployment });
  }

  public quarantine(service: string, one: Quarantined): void {
    const { quarantine = [] } = this.of(service);
    if (quarantine.every(({ digest }) => digest !== one.digest)) this.change(service, { quarantine: [...quarantine, one].slice(-MOST_KEPT) });
  }

  public forget(service: string): void {
    this.isChanged = this.services.delete(service) || this.isChanged;
  }

  /** Writes what has changed, after the writes before. @throws Error if another process has written it */
  public async keep(): Promise<void> {
    this.saving = this.saving.then(async () => this.write());
    return this.saving;
  }

  private async write(): Promise<void> {
    if (!this.isChanged) return;
    this.isChanged = false;
    await this.document.write({ services: Object.fromEntries(this.services) });
  }

  private change(service: string, change: Known): void {
    this.services.set(service, { ...this.of(service), ...change });
    this.isChanged = true;
  }
}
