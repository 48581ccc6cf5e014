import { Clock } from './clock';
import { AccountFailure, Failure } from './failure';
import { Hints } from './hints';

/** Asks the user for the code of a device. @param device its serial number or ARN */
export type AskMfaCode = (device: string) => Promise<string>;

interface Configured {
  readonly config: unknown;
}

/** Credentials as the SDK's clients take them. */
export interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Undefined if they are valid without end. */
  readonly expiration?: Date;
}

/** The SDK renews credentials five minutes before they expire; a call that begins before that may take a minute. */
const RENEWED_MS = 6 * 60_000;

/**
 * The credentials of an account: one provider for the clients of all services, so a program is started once, and a user is asked once. They may come
 * from a program, a server or the user.
 */
export class Credentials {
  private provider?: () => Promise<Identity>;
  private asked = 0;
  /** In milliseconds since 1970. */
  private freshUntil = 0;

  /**
   * @param ask undefined if the user cannot be asked
   * @param provider of credentials that the SDK does not find itself, such as those of a role. @default - the SDK's own
   */
  constructor(
    private readonly profile: string | undefined, private readonly hints: Hints, private readonly ask: AskMfaCode | undefined,
    provider?: () => Promise<Identity>,
  ) {
    this.provider = provider;
  }

  /** Whether the user is being asked now. */
  public get isAsking(): boolean {
    return this.asked > 0;
  }

  /** What a client is configured with. */
  public get configuration(): object {
    return this.provider ? { credentials: this.provider } : { mfaCodeProvider: async (device: string) => this.codeOf(device) };
  }

  /** The first client finds the credentials for all. */
  public use({ config }: Configured): void {
    this.provider ??= (config as { readonly credentials?: () => Promise<Identity> }).credentials;
  }

  /** Whether there are credentials, which the SDK does not renew yet. @param now in milliseconds since 1970 */
  public areFresh(now: number): boolean {
    return now < this.freshUntil;
  }

  /** Resolves as soon as there are valid credentials. @throws the SDK's error */
  public async arrive(): Promise<void> {
    if (!this.provider) return;
    const { expiration } = await this.provider();
    this.freshUntil = expiration === undefined ? Infinity : expiration.getTime() - RENEWED_MS;
  }

  /** @param seconds how long they were waited for */
  public silence(seconds: number): Failure {
    const whose = this.profile === undefined ? '' : ` for profile ${this.profile}`;
    return new AccountFailure(`No AWS credentials arrived${whose} within ${seconds} s. ${this.hints.silentCredentials(this.profile)}`);
  }

  private async codeOf(device: string): Promise<string> {
    if (!this.ask) {
      const what = this.profile === undefined ? 'The credentials need' : `Profile ${this.profile} needs`;
      throw new AccountFailure(`${what} a code of the MFA device ${device}. ${this.hints.mfa(this.profile)}`);
    }
    this.asked++;
    try {
      return await this.ask(device);
    } finally {
      this.asked--;
    }
  }
}

/** A provider that is asked again shortly before its credentials expire, by all who need them together. */
export function renewed(provider: () => Promise<Identity>, clock: Clock): () => Promise<Identity> {
  let known: Promise<Identity> | undefined;
  let until = 0;
  return async () => {
    if (known === undefined || clock.now() >= until) {
      until = Infinity;
      const asked = provider();
      known = asked;
      asked.then(({ expiration }) => {
        until = expiration === undefined ? Infinity : expiration.getTime() - RENEWED_MS;
      }, () => { known = undefined; });
    }
    return known;
  };
}
