import { EcsService } from './services';
import { Fact } from '../../egress';
import { TargetGroupFacts } from '../../preflight';
import { Account } from '../calls/account';
import { Batch } from '../calls/batch';
import { isNamed } from '../calls/errors';

/** With more, the call is refused: "You cannot describe more than '20' target groups at a time". The API's page does not say so. */
const MOST_GROUPS = 20;

/** The target groups of load balancers. Each is read once, together with the others that are asked for at the same time. */
export class TargetGroups {
  private readonly protocols = new Batch<Fact<string>>(async arns => this.read(arns), MOST_GROUPS);

  constructor(private readonly account: Account) {}

  /** The groups in which ECS registers the tasks of a service. */
  public async of({ loadBalancers = [] }: EcsService): Promise<TargetGroupFacts[]> {
    const arns = loadBalancers.flatMap(({ targetGroupArn, advancedConfiguration: advanced }) => [targetGroupArn, advanced?.alternateTargetGroupArn]);
    const each = [...new Set(arns.filter(arn => arn !== undefined))];
    return Promise.all(each.map(async arn => ({ name: nameIn(arn), protocol: await this.protocols.of(arn) })));
  }

  private async read(arns: readonly string[]): Promise<(arn: string) => Fact<string>> {
    const found = new Map(await this.readSome(arns));
    return arn => found.get(arn) ?? { unknown: `Elastic Load Balancing does not return target group ${nameIn(arn)}` };
  }

  private async readSome(arns: readonly string[]): Promise<[arn: string, protocol: Fact<string>][]> {
    const answer = await this.account.look('elasticloadbalancing', 'DescribeTargetGroups', { TargetGroupArns: [...arns] });
    if ('seen' in answer) {
      const groups: readonly { readonly TargetGroupArn?: string; readonly Protocol?: string }[] = answer.seen.TargetGroups ?? [];
      return groups.flatMap(({ TargetGroupArn: arn, Protocol: protocol }) => arn === undefined || protocol === undefined ? [] : [[arn, protocol]]);
    }
    // One group that does not exist fails the whole call.
    const isOneMissing = arns.length > 1 && isNamed(answer.error, 'TargetGroupNotFoundException', 'TargetGroupNotFound');
    if (isOneMissing) return (await Promise.all(arns.map(async arn => this.readSome([arn])))).flat();
    return arns.map(arn => [arn, { unknown: answer.unseen }]);
  }
}

/** `arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/<name>/<id>` */
function nameIn(arn: string): string {
  return arn.split('/')[1] ?? arn;
}
