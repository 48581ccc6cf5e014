import { accessDeniedError } from './denied';
import { checkDocument, PolicyDocument } from './document';
import { decide } from './evaluate';
import { neededFor, Region } from './requests';
import { Request } from '../wire/request';

/** Allows the calls that the caller's policy allows; all calls as long as there is no policy. */
export class Gate {
  private policy: PolicyDocument | undefined;

  /** @throws Error if IAM would not accept the document, or if the evaluator does not know a part of it */
  allowOnly(document: PolicyDocument | string): void {
    const parsed: unknown = typeof document === 'string' ? JSON.parse(document) : document;
    checkDocument(parsed);
    this.policy = parsed;
  }

  allowEverything(): void {
    this.policy = undefined;
  }

  /** @throws AwsError that names the first access that is denied */
  check({ service, action, input }: Request, region: Region): void {
    if (!this.policy) return;
    for (const needed of neededFor(service, action, input, region)) {
      const decision = decide([this.policy], needed);
      if (decision !== 'allowed') {
        throw accessDeniedError({
          service, action: needed.action, shownAs: needed.shownAs, caller: region.home.caller, isExplicit: decision === 'explicitDeny',
        });
      }
    }
  }
}
