import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { PostmanAgentEnrolmentNames } from './enrolment-options';
import { requireForms, requireGiven } from '../cdk/enrolment/checks';
import { addMember } from '../cdk/enrolment/member';
import { requireVersions } from '../cdk/requirements';
import { wrong } from '../cdk/users-language';

/**
 * Properties of `PostmanAgentEnrolmentMember`.
 */
export interface PostmanAgentEnrolmentMemberProps extends PostmanAgentEnrolmentNames {
  /**
   * The id of the account that has the enrolment, 12 digits.
   */
  readonly enrolmentAccount: string;

  /**
   * The region of the enrolment, in which its event bus is.
   */
  readonly enrolmentRegion: string;

  /**
   * The region in which the roles are created, since roles are of the whole account. Deploy the stack to this region first, then to the others.
   */
  readonly homeRegion: string;

  /**
   * The permissions boundary of the roles. `ManagedPolicy.fromManagedPolicyName` names a policy that each account has.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
   * @default - none
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * Whether the role allows only what the mode `PLAN` needs: reads. Then the account is safe, whatever the mode of the enrolment is.
   *
   * @default false
   */
  readonly planOnly?: boolean;

  /**
   * The names of the execution roles whose inline policies the member role may write, with `grantSecretAccess`. `*` stands for any characters,
   * as in `ecs-*-execution`.
   *
   * Who may write the policies of a role can give it any permission. So name roles as narrowly as you can, or set `permissionsBoundary`.
   *
   * @default - every role of the account, if `grantSecretAccess` is true
   */
  readonly grantableRoleNames?: string[];

  /**
   * Whether deployments of services are sent to the enrolment, which then enrols new and changed services within minutes.
   *
   * @default true
   */
  readonly events?: boolean;
}

/**
 * What `PostmanAgentEnrolment` needs in each account that it enrols: a role that its function takes, and in each region a rule that tells of new and
 * changed services.
 *
 * The template has no assets, so a stack set can roll it out: synthesize the stack with `BootstraplessSynthesizer` or `LegacyStackSynthesizer`, without
 * an account and a region. The roles have fixed names and are created only in `homeRegion`; the rules, in each region.
 *
 * The role may read ECS, and the networks of services, and may update services, register task definitions, and pass roles to ECS tasks. It may read no
 * value of a secret or a parameter. It trusts only the role of the enrolment's function, and only with the external id.
 *
 * ```ts
 * new PostmanAgentEnrolmentMember(this, 'Member', {
 *   enrolmentAccount: '111122223333',
 *   enrolmentRegion: 'eu-west-1',
 *   homeRegion: 'eu-west-1',
 *   externalId: 'postman-agent-4f7a',
 * });
 * ```
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html
 */
export class PostmanAgentEnrolmentMember extends Construct {
  /**
   * The name of the role that the enrolment's function takes.
   */
  public readonly roleName: string;

  /**
   * @param scope the construct in which to create the member
   * @param id    its id in that scope
   * @param props whom the account trusts, and with what. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanAgentEnrolmentMemberProps) {
    super(scope, id);
    requireVersions();
    requireGiven(this, props, ['externalId', 'enrolmentAccount', 'enrolmentRegion', 'homeRegion']);
    requireForms(this, props);
    if (props.grantableRoleNames !== undefined && !props.grantSecretAccess) throw wrong(this, '`grantableRoleNames` is for `grantSecretAccess`, which is not set. Set it, or leave the names out.');
    if (props.planOnly && props.grantSecretAccess) throw wrong(this, '`grantSecretAccess` writes policies, and `planOnly` allows no writes. Leave one of the two out.');
    this.roleName = addMember(this, props);
  }
}
