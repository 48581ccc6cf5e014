import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { keyArnOf } from '../cdk/api-key';
import { requireKinds } from '../cdk/kinds';
import { operatorPolicyStatements } from '../cdk/operator-policy';
import { policyStatement } from '../cdk/policy-statement';
import { requireVersions } from '../cdk/requirements';
import { DEFAULT_SECRET_NAME } from '../permissions';

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
   * The execution roles of the services' task definitions. `allowSecretGrants` and `allowSecretRevocation` let users write the
   * policies of these roles.
   *
   * Name no role that is also a task role: a user who may write its policies can give the application any permission.
   *
   * @default - the policies of no role may be written
   */
  readonly executionRoles?: iam.IRole[];

  /**
   * The families of the services' task definitions. New revisions of them may be tagged.
   *
   * @default - any family
   */
  readonly taskDefinitionFamilies?: string[];

  /**
   * The secret that holds the Postman API key. Its value may be read only with `allowSecretUpdate`.
   *
   * @default - the secret named `postman/api-key` in the stack's account and region
   */
  readonly apiKeySecret?: secretsmanager.ISecret;

  /**
   * The parameter of Systems Manager that holds the Postman API key, in place of the secret. Its value may not be read.
   *
   * IAM cannot limit `ssm:DescribeParameters`, so the names, types and keys of all parameters of the account and region may be read. It is rejected
   * beside `apiKeySecret`, and beside `allowSecretCreation` and `allowSecretUpdate`, since the command line writes to no parameter.
   *
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-setting-up.html
   * @default - the key is in the secret
   */
  readonly apiKeyParameter?: ssm.IStringParameter;

  /**
   * Whether the secret may be created, from `POSTMAN_API_KEY`.
   *
   * @default true, unless `apiKeyParameter` is given
   */
  readonly allowSecretCreation?: boolean;

  /**
   * Whether the secret's value may be replaced, for `ecs key update`.
   *
   * Its value may then be read, too: `ecs key update` with `--api-key-secret-field` keeps the other fields of the secret. `kms:Decrypt` and
   * `kms:GenerateDataKey` are allowed, only through Secrets Manager, on the `encryptionKey` of `apiKeySecret`, or on every key of the secret's
   * account and region if the secret is imported without its key.
   *
   * @default false
   */
  readonly allowSecretUpdate?: boolean;

  /**
   * Whether the missing statement may be added to the execution roles, for `--grant-secret-access`.
   *
   * A user who may write the policies of a role can give it any permission. Needs `executionRoles`.
   *
   * @default false
   */
  readonly allowSecretGrants?: boolean;

  /**
   * Whether that statement may be removed again, for `--revoke-secret-access`. Then the services of all clusters of the account
   * and region may be read, because they may need it. Needs `executionRoles`.
   *
   * @default false
   */
  readonly allowSecretRevocation?: boolean;

  /**
   * The name of the managed policy.
   *
   * @default - CloudFormation generates a name
   */
  readonly managedPolicyName?: string;
}

/**
 * IAM permissions for people who run the command line: `npx postman-live-collection ecs plan`, `add`, `remove`, `status` and
 * `key update`. The managed policy has the statements that `ecs policy` prints.
 *
 * IAM takes 6,144 characters in a managed policy. If it would be longer, it also allows reads, and tags on new revisions, beyond the selection; a note at
 * synthesis names them. Roles that may be passed, or whose policies may be written, are always named one by one. If that is still too long, synthesis
 * fails: make a policy for each group of services.
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
    const { allowSecretGrants: mayGrant = false, allowSecretRevocation: mayRevoke = false } = props;
    const executionRoles = props.executionRoles?.map(({ roleArn }) => roleArn);
    if ((mayGrant || mayRevoke) && !executionRoles?.length) {
      const option = mayGrant ? 'allowSecretGrants' : 'allowSecretRevocation';
      throw new Error(`${this.node.path}: \`${option}\` lets users write the policies of roles, so \`executionRoles\` must name at least one, got: ${executionRoles ? 'an empty list' : 'undefined'}. Pass the execution roles of the services, and no task role.`);
    }
    requireKinds(this, { apiKeySecret: props.apiKeySecret, apiKeyParameter: props.apiKeyParameter });
    const { apiKeyParameter } = props;
    const [unfit] = (['apiKeySecret', 'allowSecretCreation', 'allowSecretUpdate'] as const).filter(prop => props[prop]);
    if (apiKeyParameter && unfit) throw new Error(`${this.node.path}: \`apiKeyParameter\` names a parameter, and \`${unfit}\` is for a secret. Keep one of the two.`);
    const { partition, region, account } = Stack.of(this);
    const statements = operatorPolicyStatements(this, {
      partition,
      region,
      account,
      clusters: props.clusters.map(({ clusterName }) => clusterName),
      services: props.services?.map(({ cluster, serviceName }) => `${cluster.clusterName}/${serviceName}`) ?? props.clusters.map(({ clusterName }) => `${clusterName}/*`),
      families: props.taskDefinitionFamilies ?? ['*'],
      roles: props.passableRoles && [...new Set([...props.passableRoles.map(({ roleArn }) => roleArn), ...executionRoles ?? []])],
      executionRoles,
      grantableRoles: executionRoles,
      listsServices: true,
      readsHosts: true,
      secret: {
        ...apiKeyParameter ? { store: 'ssm', arn: apiKeyParameter.parameterArn } : { arn: secretArn(this, props.apiKeySecret) },
        mayCreate: props.allowSecretCreation ?? apiKeyParameter === undefined,
        mayUpdate: props.allowSecretUpdate ?? false,
        keyArn: props.allowSecretUpdate ? keyArnOf(props.apiKeySecret) : undefined,
        mayGrant,
        mayRevoke,
        // Whether it is encrypted with an alias is unknown.
        ...mayGrant ? { keyAlias: 'alias/*' } : {},
      },
    });
    this.managedPolicy = new iam.ManagedPolicy(this, 'ManagedPolicy', {
      managedPolicyName: props.managedPolicyName,
      description: 'Adds the Postman agent to services of Amazon ECS, checks it, and removes it',
      statements: statements.map(policyStatement),
    });
  }
}

/** With the six characters that Secrets Manager adds to a name. */
function secretArn(scope: Construct, secret: secretsmanager.ISecret | undefined): string {
  if (secret) return secret.secretFullArn ?? `${secret.secretArn}-??????`;
  return Arn.format({ service: 'secretsmanager', resource: 'secret', resourceName: `${DEFAULT_SECRET_NAME}-??????`, arnFormat: ArnFormat.COLON_RESOURCE_NAME }, Stack.of(scope));
}
