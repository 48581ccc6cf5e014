import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { requireVersions } from '../cdk/requirements';
import { DEFAULT_SECRET_NAME, operatorStatements } from '../permissions';

/**
 * Properties of `PostmanAgentOperatorPolicy`.
 */
export interface PostmanAgentOperatorPolicyProps {
  /**
   * The clusters whose services may be changed. At least one.
   */
  readonly clusters: ecs.ICluster[];

  /**
   * The services that may be changed, each of one of the clusters.
   *
   * @default - every service of the clusters
   */
  readonly services?: ecs.IBaseService[];

  /**
   * The task and execution roles of the services' task definitions. To register a task definition, a user must be allowed to
   * pass its roles.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
   * @default - any role of the account, only to ECS tasks
   */
  readonly passableRoles?: iam.IRole[];

  /**
   * The families of the services' task definitions. New revisions of them may be tagged.
   *
   * @default - any family
   */
  readonly taskDefinitionFamilies?: string[];

  /**
   * The secret that holds the Postman API key. Its value may not be read.
   *
   * @default - the secret named `postman/api-key` in the stack's account and region
   */
  readonly apiKeySecret?: secretsmanager.ISecret;

  /**
   * Whether the secret may be created, from `POSTMAN_API_KEY`.
   *
   * @default true
   */
  readonly allowSecretCreation?: boolean;

  /**
   * Whether the secret's value may be replaced, for `ecs key update`.
   *
   * @default false
   */
  readonly allowSecretUpdate?: boolean;

  /**
   * Whether the missing statement may be added to the execution roles, for `--grant-secret-access`.
   *
   * A user who may write the policies of a role can give it any permission. Name the roles in `passableRoles`.
   *
   * @default false
   */
  readonly allowSecretGrants?: boolean;

  /**
   * The name of the managed policy.
   *
   * @default - CloudFormation generates a name
   */
  readonly managedPolicyName?: string;
}

/**
 * IAM permissions for people who run the command line: `postman-live-collection ecs plan`, `add`, `remove`, `status` and
 * `key update`. The managed policy has the statements that `ecs policy` prints.
 *
 * ```ts
 * const operators = new iam.Group(this, 'Operators');
 * operators.addManagedPolicy(new PostmanAgentOperatorPolicy(this, 'AgentOperators', { clusters: [cluster] }).managedPolicy);
 * ```
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export class PostmanAgentOperatorPolicy extends Construct {
  /**
   * The managed policy, to attach to users, groups or roles.
   */
  public readonly managedPolicy: iam.ManagedPolicy;

  /**
   * @param scope the construct in which to create the policy
   * @param id    its id in that scope
   * @param props the clusters and services that may be changed. If a property is wrong, an error names it
   */
  constructor(scope: Construct, id: string, props: PostmanAgentOperatorPolicyProps) {
    super(scope, id);
    requireVersions();
    if (!(props.clusters?.length > 0)) {
      throw new Error(`${this.node.path}: \`clusters\` must name at least one cluster, got: ${props.clusters === undefined ? 'undefined' : 'an empty list'}. Pass the clusters whose services the agent is added to.`);
    }
    const { partition, region, account } = Stack.of(this);
    this.managedPolicy = new iam.ManagedPolicy(this, 'ManagedPolicy', {
      managedPolicyName: props.managedPolicyName,
      description: 'Adds the Postman agent to services of Amazon ECS, checks it, and removes it',
      statements: operatorStatements({
        partition,
        region,
        account,
        clusters: props.clusters.map(({ clusterName }) => clusterName),
        services: props.services?.map(({ cluster, serviceName }) => `${cluster.clusterName}/${serviceName}`) ?? props.clusters.map(({ clusterName }) => `${clusterName}/*`),
        families: props.taskDefinitionFamilies ?? ['*'],
        roles: props.passableRoles?.map(({ roleArn }) => roleArn),
        listsServices: true,
        readsHosts: true,
        secret: {
          arn: secretArn(this, props.apiKeySecret),
          mayCreate: props.allowSecretCreation ?? true,
          mayUpdate: props.allowSecretUpdate ?? false,
          mayGrant: props.allowSecretGrants ?? false,
        },
      }).map(({ actions, resources, conditions }) => new iam.PolicyStatement({ actions: [...actions], resources: [...resources], conditions })),
    });
  }
}

/** With the six characters that Secrets Manager adds to a name. */
function secretArn(scope: Construct, secret: secretsmanager.ISecret | undefined): string {
  if (secret) return secret.secretFullArn ?? `${secret.secretArn}-??????`;
  return Arn.format({ service: 'secretsmanager', resource: 'secret', resourceName: `${DEFAULT_SECRET_NAME}-??????`, arnFormat: ArnFormat.COLON_RESOURCE_NAME }, Stack.of(scope));
}
