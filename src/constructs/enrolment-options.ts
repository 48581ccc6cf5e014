import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import { PostmanAgentContainerOptions } from './agent-options';
import { EgressCheck } from './egress-check';
import { PostmanInsightsSharedOptions } from './insights-options';

/**
 * What an enrolment does with the services that it finds.
 */
export enum EnrolmentMode {
  /** Reports what `ENROL` would do. Nothing is written to Amazon ECS, IAM, Secrets Manager or Systems Manager. */
  PLAN = 'PLAN',

  /** Adds the agent to each service, and keeps it there. */
  ENROL = 'ENROL',

  /** Gives each service its task definition without the agent that this enrolment has added. */
  REMOVE = 'REMOVE',
}

/**
 * An account and its regions.
 */
export interface PostmanAgentEnrolmentPlace {
  /**
   * The id of the account, 12 digits.
   */
  readonly account: string;

  /**
   * The regions whose services are enrolled, such as `eu-west-1`. At least one.
   */
  readonly regions: string[];
}

/**
 * An object of Amazon S3 with the places.
 */
export interface PostmanAgentEnrolmentPlacesFile {
  /**
   * The bucket. If another account owns it, its policy must allow the enrolment's function to read the object.
   */
  readonly bucket: s3.IBucket;

  /**
   * The key of the object: a JSON array of `{ "account": "111122223333", "regions": ["eu-west-1"] }`, or CSV with the columns `account` and `region`, a
   * place a line. It is read when an execution begins.
   */
  readonly key: string;
}

/**
 * Names that an enrolment and its members have in common. If you set one, set the same in both.
 */
export interface PostmanAgentEnrolmentNames {
  /**
   * A text that only the enrolment and its members know of: 2 to 1,224 letters, digits and any of `_+=,.@:/-`. The member roles trust only a
   * caller that sends it. It is no password, and it is in clear text in both templates.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html
   */
  readonly externalId: string;

  /**
   * The name of the role in each member account. The names of two more roles begin with it: `<name>Caller` in the account of the enrolment,
   * and `<name>Events` in each member account. Two enrolments of one account need two names.
   *
   * @default PostmanAgentEnrolmentMember
   */
  readonly memberRoleName?: string;

  /**
   * The name of the event bus in the account and region of the enrolment.
   *
   * @default PostmanAgentEnrolment
   */
  readonly busName?: string;

  /**
   * The name of the secret that holds a Postman API key, in each place. A secret that all places share is named by its complete ARN.
   *
   * @default postman/api-key
   */
  readonly apiKeySecretName?: string;

  /**
   * The name of the SecureString of Systems Manager that holds a Postman API key, in each place, instead of a secret.
   *
   * @default - the key is in the secret
   */
  readonly apiKeyParameterName?: string;

  /**
   * Whether the execution roles of the services get the permission to read the key, as an inline policy, if they do not have it. `REMOVE`
   * removes what was granted.
   *
   * The member role may then write the inline policies of the roles that its `grantableRoleNames` names.
   *
   * @default false
   */
  readonly grantSecretAccess?: boolean;
}

/**
 * Properties of `PostmanAgentEnrolment`.
 *
 * Exactly one of `places` and `placesFile` is needed, and exactly one destination: `discovery`; or `workspaceId` with `systemEnvironmentId`.
 */
export interface PostmanAgentEnrolmentProps extends PostmanAgentContainerOptions, PostmanInsightsSharedOptions, PostmanAgentEnrolmentNames {
  /**
   * The accounts and regions whose services are enrolled. Each place once. About 200,000 characters of JSON at most.
   *
   * @default - those in `placesFile`
   */
  readonly places?: PostmanAgentEnrolmentPlace[];

  /**
   * The object of Amazon S3 that has the accounts and regions. For lists that change without a deployment, and for long ones.
   *
   * @default - those in `places`
   */
  readonly placesFile?: PostmanAgentEnrolmentPlacesFile;

  /**
   * What is done with the services. An execution can be asked for less than this, with the input `{"mode":"PLAN"}`, and never for more.
   *
   * @default EnrolmentMode.PLAN
   */
  readonly mode?: EnrolmentMode;

  /**
   * The share of services of a place, and of places, that may fail, in percent: a whole number from 0 to 100. If more fail, no further service
   * of the place is changed, or no further place is begun.
   *
   * @default 10
   */
  readonly toleratedFailurePercentage?: number;

  /**
   * How many places are worked on at a time: 1 to 10,000. Each takes one of the concurrent executions of Lambda in the account, which
   * are 1,000 unless that is raised.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
   * @default 100
   */
  readonly maxConcurrency?: number;

  /**
   * Whether only services with the tag `postman:agent` = `on` are enrolled. With `off`, a service is never enrolled.
   *
   * @default false
   */
  readonly optIn?: boolean;

  /**
   * Gets a message at the end of each execution, with the totals and the place of the report.
   *
   * @default - no message
   */
  readonly topic?: sns.ITopic;

  /**
   * The JSON field of the secret that holds the key, without colons or spaces.
   *
   * @default - the secret's whole value is the key
   */
  readonly apiKeySecretField?: string;

  /**
   * What happens to a service whose tasks have no way out to the internet, or if that is unknown. It is judged by what runs in the account.
   *
   * With `ERROR`, a service that is `unreachable` is refused; with `STRICT`, one that is `unknown` is, too.
   *
   * @default EgressCheck.ERROR
   */
  readonly egressCheck?: EgressCheck;

  /**
   * The agent's image, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com/postman-insights-agent:1.2.3`. The execution roles of the
   * services must be allowed to pull it.
   *
   * @default - the newest of the agent
   */
  readonly imageUri?: string;

  /**
   * Whether an execution begins on a schedule. It enrols what no event has told of, and puts back what others have removed.
   *
   * @default true
   */
  readonly reconcile?: boolean;

  /**
   * When. Not with `reconcile: false`.
   *
   * @default - every day at 03:00 UTC
   */
  readonly schedule?: scheduler.ScheduleExpression;

  /**
   * Whether new and changed services are enrolled within minutes, by the events that the rules of the members send.
   *
   * @default true
   */
  readonly events?: boolean;

  /**
   * The id of the organization, such as `o-a1b2c3d4e5`, whose accounts may send events to the bus. Needed with `placesFile`, unless `events` is
   * false: the accounts are not known then.
   *
   * @default - the accounts of `places`, 600 at most
   */
  readonly organizationId?: string;
}
