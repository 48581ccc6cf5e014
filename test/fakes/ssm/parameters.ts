import { arnOf, Home } from '../home';
import { JsonObject, numberIn, objectsIn, textIn, textsIn } from '../json';
import { pageOf, placeOf } from '../paging';
import { seconds } from '../timeline';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

interface ParameterOptions {
  /** @default 'SecureString' */
  readonly type?: 'SecureString' | 'String' | 'StringList';
  /** As PutParameter got it. @default - the default key for a SecureString */
  readonly keyId?: string;
  /** The account that shares it with this one. @default - it is of this account */
  readonly owner?: string;
}

/**
 * The Parameter Store of one region. It has no action that returns a value, since nothing may ask for one.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
 */
export class Parameters {
  readonly actions: Actions = {
    DescribeParameters: input => {
      const filters = objectsIn(input.ParameterFilters);
      for (const { Key, Option } of filters) {
        if (Key !== 'Name') throw new AwsError('InvalidFilterKey', `The following filter key is not valid: ${textIn(Key)}.`);
        if (Option !== undefined && Option !== 'Equals') {
          throw new AwsError('InvalidFilterOption', `The following filter option is not valid: ${textIn(Option)}.`);
        }
      }
      const isShared = input.Shared === true;
      const found = this.parameters.filter(({ name, isOfOther }) =>
        isOfOther === isShared && filters.every(({ Values }) => textsIn(Values).includes(name)));
      // Best effort: the first page may be empty although there are more.
      const from = placeOf(textIn(input.NextToken), () => new AwsError('InvalidNextToken', 'The specified token isn\'t valid.'));
      const { items, nextToken } = pageOf([undefined, ...found], from, from === 0 ? 1 : numberIn(input.MaxResults) ?? 50);
      return { Parameters: items.flatMap(one => one === undefined ? [] : [one.described]), NextToken: nextToken };
    },
  };

  private readonly parameters: { readonly name: string; readonly isOfOther: boolean; described: JsonObject }[] = [];

  constructor(private readonly home: Home) {}

  /** Adds a parameter that exists. @returns its ARN */
  add(name: string, { type = 'SecureString', keyId = 'alias/aws/ssm', owner }: ParameterOptions = {}): string {
    const arn = arnOf({ ...this.home, account: owner ?? this.home.account }, 'ssm', `parameter/${name.replace(/^\//, '')}`);
    // A parameter that is shared has its ARN as its name.
    const Name = owner === undefined ? name : arn;
    const described = {
      Name, ARN: arn, Type: type, ...type === 'SecureString' ? { KeyId: keyId } : {}, LastModifiedDate: seconds(this.home.timeline.now()),
      LastModifiedUser: this.home.caller, Version: 1, Tier: owner === undefined ? 'Standard' : 'Advanced', Policies: [], DataType: 'text',
    };
    this.parameters.push({ name: Name, isOfOther: owner !== undefined, described });
    return arn;
  }

  /** Another user changes the value. */
  put(name: string): void {
    const parameter = this.parameters.find(one => one.name === name)!;
    const Version = numberIn(parameter.described.Version)! + 1;
    parameter.described = { ...parameter.described, LastModifiedDate: seconds(this.home.timeline.now()), Version };
  }
}
