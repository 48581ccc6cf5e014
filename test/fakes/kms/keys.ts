import { arnOf, Home } from '../home';
import { textIn } from '../json';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

/** The keys of one region of KMS. */
export class Keys {
  readonly actions: Actions = {
    DescribeKey: ({ KeyId }) => {
      const arn = this.find(textIn(KeyId)!);
      if (arn === undefined) throw new AwsError('NotFoundException', `Alias ${textIn(KeyId)} is not found.`);
      return { KeyMetadata: { Arn: arn, KeyId: arn.split('/').pop(), KeyManager: 'CUSTOMER', KeyState: 'Enabled', Enabled: true } };
    },
  };

  /** ARNs of keys, by the names of their aliases. */
  private readonly aliases = new Map<string, string>();
  private readonly arns = new Set<string>();

  constructor(private readonly home: Home) {}

  /** @param alias `alias/<name>` @returns the key's ARN */
  add(id: string, alias?: string): string {
    const arn = arnOf(this.home, 'kms', `key/${id}`);
    this.arns.add(arn);
    if (alias !== undefined) this.aliases.set(alias, arn);
    return arn;
  }

  /** The ARN of a key, by its id, its ARN, an alias or an alias's ARN. */
  find(named: string): string | undefined {
    const short = named.startsWith('arn:') ? named.split(':').slice(5).join(':') : named;
    return this.aliases.get(short) ?? [...this.arns].find(arn => [arn, arn.split('/').pop()].includes(named));
  }
}
