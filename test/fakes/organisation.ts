import { FakeAws, FakeAwsOptions } from './fake-aws';
import { Outcome } from './server';
import { HttpCall } from './wire/http-call';

/** Several accounts. Who signs with the credentials of one, calls it: the id of an access key is that of its account. */
export class Organisation {
  public readonly accounts: ReadonlyMap<string, FakeAws>;
  /** Regions in which nothing answers, as if they did not exist. */
  public readonly silentRegions = new Set<string>();

  /** @param ids of the accounts, twelve digits each */
  constructor(ids: readonly string[], options: Omit<FakeAwsOptions, 'account'> = {}) {
    this.accounts = new Map(ids.map(account => [account, new FakeAws({ ...options, account })]));
  }

  public account(id: string): FakeAws {
    return this.accounts.get(id)!;
  }

  /** Answers a request without a network. */
  public async handle(http: HttpCall): Promise<Outcome> {
    const [, id = '', region = ''] = /Credential=(\d{12})\/\d+\/([\w-]+)\//.exec(String(http.headers.authorization)) ?? [];
    if (this.silentRegions.has(region)) return { end: 'reset' };
    const account = this.accounts.get(id);
    if (!account) throw new Error(`No account has the access key of ${http.method} ${http.url}.`);
    return account.handle(http);
  }
}
