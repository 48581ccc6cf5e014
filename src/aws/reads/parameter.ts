import { KeySource } from './secret';
import { isDefaultKey, parameterResource } from '../../agent';
import { checkParameter, finding, Finding } from '../../preflight';
import { Account } from '../calls/account';
import { placeOf, regionIn } from '../calls/arns';
import { isDenied } from '../calls/errors';
import { Failure, isForAll } from '../calls/failure';
import { Pages } from '../calls/pages';

/** The members of a parameter's description that are read. */
interface Described {
  readonly Name?: string;
  readonly ARN?: string;
  readonly Type?: string;
  readonly KeyId?: string;
  /** Seconds since 1970. */
  readonly LastModifiedDate?: number;
}

/**
 * What is known of a parameter, and never its value. Every action that begins with `ssm:GetParameter` returns the value, and who may call one for a
 * SecureString under the default key may also decrypt it. `ssm:DescribeParameters` returns the type and the key, but IAM cannot limit it to a parameter.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-retrieval-authorization.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-setting-up.html
 * @param given ARN or name
 * @returns undefined if there is no such parameter, or if it is of another account, which does not share it
 */
export async function describeParameter(account: Account, given: string, isShared = false): Promise<Described | undefined> {
  const names = namesOf(given);
  // The parameters of other accounts have their ARNs as names.
  const isIt = ({ Name = '', ARN }: Described) => isShared ? [Name, ARN].includes(given) : names.includes(Name);
  const input = isShared ? { Shared: true, MaxResults: 50 } : { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: names }] };
  const pages = new Pages('ssm:DescribeParameters');
  for (let NextToken: string | undefined; ;) {
    // A page may be empty although there are more.
    const page = await account.call('ssm', 'DescribeParameters', { ...input, NextToken }, { region: regionIn(given) });
    const found = (page.Parameters as readonly Described[] | undefined ?? []).find(isIt);
    NextToken = pages.next<string>(page.NextToken);
    if (found !== undefined || NextToken === undefined) return found;
  }
}

/** An ARN does not say whether a name that is no path begins with a slash. */
function namesOf(given: string): readonly string[] {
  if (!given.startsWith('arn:')) return [given];
  const name = given.split(':parameter/')[1] ?? '';
  return name.includes('/') ? [`/${name}`] : [name, `/${name}`];
}

/** The ARN of a parameter, by its ARN or name. @param place  in which a name is */
export function parameterArn(given: string, { partition, region, account }: ReturnType<typeof placeOf>): string {
  return given.startsWith('arn:') ? given : `arn:${partition}:ssm:${region}:${account}:${parameterResource(given)}`;
}

/** The customer managed key of a parameter. */
export function parameterKeyOf({ KeyId }: Described): string | undefined {
  return KeyId === undefined || isDefaultKey(KeyId) ? undefined : KeyId;
}

/**
 * The parameter of a request, for a plan.
 *
 * @param given ARN or name
 * @param place of the tasks
 * @throws Failure if there is no such parameter
 */
export async function readParameter(account: Account, given: string, place: ReturnType<typeof placeOf>): Promise<KeySource> {
  const arn = parameterArn(given, place);
  const of = placeOf(arn);
  const otherAccount = of.account === place.account ? undefined : of.account;
  const source = { store: 'ssm', name: given, arn, valueFrom: arn, exists: true } as const;
  const unknown = { unknown: 'the parameter is not described' };
  const check = (described?: Described): Finding[] => checkParameter({
    parameter: given,
    name: arn.split(':parameter')[1] ?? '',
    type: described?.Type ?? unknown,
    otherAccount,
    hasCustomerKey: described ? parameterKeyOf(described) !== undefined : unknown,
  });
  let found: Described | undefined;
  try {
    found = await describeParameter(account, given, otherAccount !== undefined);
  } catch (error) {
    const permission = 'ssm:DescribeParameters';
    const failure = account.failure(error, permission, { subject: `parameter ${given}` });
    if (isForAll(failure) || !isDenied(error)) throw failure;
    return { ...source, findings: [finding('secretUnknown', { secret: given, permission, store: 'ssm' }), ...check()] };
  }
  if (found === undefined) {
    const where = otherAccount === undefined ? `in ${of.region}` : `of account ${otherAccount} that is shared with account ${place.account}`;
    throw new Failure(`There is no parameter ${given} ${where}. ${account.hints.newParameter}`);
  }
  const kmsKeyId = parameterKeyOf(found);
  return { ...source, ...kmsKeyId === undefined ? {} : { kmsKeyId }, findings: check(found) };
}
