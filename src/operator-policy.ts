import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { requireVersions } from './cdk/requirements';
import { DEFAULT_SECRET_NAME, operatorStatements } from './permissions';

/**
 * Properties of `PostmanLiveCollectionOperatorPolicy`.
 */
export interface PostmanLiveCollectionOperatorPolicyProps {
  /**
   * The clusters whose services may be worked on. At least one.
   */
  readonly clusters: ecs.ICluster[];

  /**
   * The services that may be worked on, each of one of the clusters.
   *
   * @default - every service of the clusters
   */
  readonly services?: ecs.IBaseService[];

  /**
   * The task and execution roles of the services' task definitions, which whoever registers a task definition must be allowed to pass.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
   * @default - any role of the account, to ECS tasks alone
   */
  readonly taskRoles?: iam.IRole[];

  /**
   * The families of the services' task definitions, whose new revisions may be tagged.
   *
   * @default - any family
   */
  readonly families?: string[];

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
  readonly createApiKeySecret?: boolean;

  /**
   * Whether the secret's value may be replaced, for `--update-api-key`.
   *
   * @default false
   */
  readonly updateApiKeySecret?: boolean;

  /**
   * Whether the missing statement may be added to the execution roles, for `--grant-secret-access`.
   *
   * Whoever may write the policies of a role can give it any permission: name the roles in `taskRoles`.
   *
   * @default false
   */
  readonly grantSecretAccess?: boolean;

  /**
   * The name of the managed policy.
   *
   * @default - one that CloudFormation makes
   */
  readonly managedPolicyName?: string;
}

/**
 * The permissions of whoever runs the imperative mode, `postman-live-collection ecs plan|add|remove|status`, as a managed
 * policy: the same statements that `ecs policy` prints.
 *
 * ```ts
 * operators.addManagedPolicy(new PostmanLiveCollectionOperatorPolicy(this, 'Operators', { clusters: [cluster] }));
 * ```
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export class PostmanLiveCollectionOperatorPolicy extends iam.ManagedPolicy {
  /**
   * @param scope the construct in which to create the policy
   * @param id    its id in that scope
   * @param props what may be worked on. An error names the property that is wrong
   */
  constructor(scope: Construct, id: string, props: PostmanLiveCollectionOperatorPolicyProps) {
    requireVersions();
    if (!(props.clusters?.length > 0)) {
      throw new Error(`${scope.node.path}/${id}: \`clusters\` must name at least one cluster, got: ${props.clusters === undefined ? 'nothing' : 'an empty list'}. Pass the clusters whose services the agent is added to.`);
    }
    const { partition, region, account } = Stack.of(scope);
    super(scope, id, {
      managedPolicyName: props.managedPolicyName,
      description: 'Adds the Postman Live Collection agent to services of Amazon ECS, looks after it, and takes it out',
      statements: operatorStatements({
        partition,
        region,
        account,
        clusters: props.clusters.map(({ clusterName }) => clusterName),
        services: props.services?.map(({ cluster, serviceName }) => `${cluster.clusterName}/${serviceName}`) ?? props.clusters.map(({ clusterName }) => `${clusterName}/*`),
        families: props.families ?? ['*'],
        roles: props.taskRoles?.map(({ roleArn }) => roleArn),
        listsServices: true,
        readsHosts: true,
        secret: {
          arn: secretArn(scope, props.apiKeySecret),
          mayCreate: props.createApiKeySecret ?? true,
          mayUpdate: props.updateApiKeySecret ?? false,
          mayGrant: props.grantSecretAccess ?? false,
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
