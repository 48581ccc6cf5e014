import { arnOf, hexId, Home } from '../home';
import { JsonObject, textsIn } from '../json';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

/** The target groups of one region, in Elastic Load Balancing. */
export class TargetGroups {
  readonly actions: Actions = {
    DescribeTargetGroups: input => {
      const arns = textsIn(input.TargetGroupArns);
      // As seen: https://github.com/ansible-collections/amazon.aws/pull/1593
      if (arns.length > 20) throw new AwsError('ValidationError', 'You cannot describe more than \'20\' target groups at a time');
      const missing = arns.find(arn => !this.groups.has(arn));
      if (missing !== undefined) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
      return { TargetGroups: arns.length === 0 ? [...this.groups.values()] : arns.map(arn => this.groups.get(arn)!) };
    },
  };

  private readonly groups = new Map<string, JsonObject>();

  constructor(private readonly home: Home) {}

  /** @returns the ARN */
  add(name: string, protocol: string): string {
    const arn = arnOf(this.home, 'elasticloadbalancing', `targetgroup/${name}/${hexId(16)}`);
    this.groups.set(arn, { TargetGroupArn: arn, TargetGroupName: name, Protocol: protocol, Port: 443, TargetType: 'ip' });
    return arn;
  }
}
