import { Call } from '../calls';
import { JsonObject } from '../json';
import { AwsError } from '../wire/aws-error';

/** What goes wrong with a call, or happens before or after it. */
export type Fault =
  /** The call is refused and not carried out. */
  | { readonly kind: 'refused'; readonly error: (call: Call) => AwsError; readonly lasts?: boolean }
  /** The connection breaks, before or after the call is carried out. */
  | { readonly kind: 'reset' | 'hang'; readonly applied: boolean }
  /** The call is carried out, and its answer is changed. */
  | { readonly kind: 'changedAnswer'; readonly change: (answer: JsonObject) => JsonObject }
  /** The call is carried out, and only the first half of its answer arrives: as a complete response, or until the connection breaks. */
  | { readonly kind: 'cutAnswer'; readonly by: 'proxy' | 'connection' }
  | { readonly kind: 'meanwhile'; readonly when: 'before' | 'after'; readonly happen: () => void }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'held'; readonly until: () => Promise<void> };

/** Which of the matching calls, counted from 1 on. */
export interface Which {
  /** @default 1 */
  readonly from?: number;
  /** @default - one call; all of them for faults that last, such as denied access or an expired token */
  readonly times?: number;
}

interface Injected { readonly on: string; readonly fault: Fault; readonly from: number; readonly until: number; seen: number }

export class Faults {
  private injected: Injected[] = [];

  /**
   * @param on `ecs:UpdateService`, `ec2:*` or `*`
   * @throws Error if the name has another form
   */
  inject(on: string, fault: Fault, { from = 1, times }: Which = {}): void {
    if (!/^(\*|(dynamodb|ecs|ec2|elasticloadbalancing|iam|kms|ssm|sts|secretsmanager|logs|route53|route53resolver|s3|states):(\*|[A-Za-z]+))$/.test(on)) {
      throw new Error(`A fault is injected into "service:Action", "service:*" or "*", got: ${on}`);
    }
    const lasts = fault.kind === 'refused' && fault.lasts === true;
    this.injected.push({ on, fault, from, until: from + (times ?? (lasts ? Infinity : 1)), seen: 0 });
  }

  clear(): void {
    this.injected = [];
  }

  /** The faults that apply to this call. Each question counts the call. */
  faultsOf({ service, action }: Call): readonly Fault[] {
    const matching = this.injected.filter(({ on }) => on === '*' || on === `${service}:*` || on === `${service}:${action}`);
    return matching.filter(injected => {
      injected.seen += 1;
      return injected.seen >= injected.from && injected.seen < injected.until;
    }).map(({ fault }) => fault);
  }
}
