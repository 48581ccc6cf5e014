import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import { IConstruct } from 'constructs';
import { isUnresolved } from './tree/loaded';
import { inUsersLanguage } from './users-language';

/*
 * Objects of another kind than a property takes. TypeScript refuses them; JavaScript, casts and some types of jsii in other languages
 * do not. Each error names the property, what was found, and what to pass.
 */

/** The properties that take objects, as they are given. */
interface Given {
  readonly apiKeySecret?: secretsmanager.ISecret;
  readonly apiKeyParameter?: ssm.IStringParameter;
  readonly image?: ecs.ContainerImage;
  readonly logging?: ecs.LogDriver;
  readonly knownEgress?: ec2.SubnetSelection;
  readonly vpc?: ec2.IVpc;
  readonly subnets?: ec2.SubnetSelection;
  readonly securityGroups?: readonly ec2.ISecurityGroup[];
  readonly assignPublicIp?: boolean;
  readonly cluster?: ecs.ICluster;
  readonly passableRoles?: readonly iam.IRole[];
  readonly logGroup?: logs.ILogGroup;
  readonly placementConstraints?: readonly ecs.PlacementConstraint[];
  readonly topic?: sns.ITopic;
  readonly rotateTasks?: boolean;
}

interface Kind {
  readonly wanted: string;
  fits(value: any): boolean;
  /** What to pass, by what was found. */
  wayOut(value: any): string;
}

const SELECTION: readonly string[] = ['availabilityZones', 'onePerAz', 'subnetFilters', 'subnetGroupName', 'subnetType', 'subnets'] satisfies (keyof ec2.SubnetSelection)[];

const SUBNETS: Kind = {
  wanted: 'a selection of subnets (`ec2.SubnetSelection`)',
  fits: value => typeof value === 'object' && !Array.isArray(value) && Object.keys(value).every(member => SELECTION.includes(member)),
  wayOut: value => Array.isArray(value) ? 'use `{ subnets: […] }` with objects of `ec2.ISubnet`' : `its members are ${SELECTION.join(', ')}`,
};

const YES_OR_NO: Kind = { wanted: 'true or false', fits: value => typeof value === 'boolean', wayOut: () => 'leave it out for false' };

const KINDS = Object.entries<Kind>({
  apiKeySecret: {
    wanted: 'a secret of Secrets Manager (`secretsmanager.ISecret`)',
    fits: ({ secretArn, secretName, node }) => typeof secretArn === 'string' && typeof secretName === 'string' && node !== undefined,
    wayOut: value => {
      // Maybe the key itself: it is not shown.
      if (typeof value === 'string') return `import the secret: ${value.startsWith('arn:') ? 'Secret.fromSecretCompleteArn' : 'Secret.fromSecretNameV2'}(this, 'ApiKey', …)`;
      if (isEcsSecret(value)) return isOfParameter(value) ? 'pass the parameter that this `ecs.Secret` was made from as `apiKeyParameter`' : 'pass the secret that this `ecs.Secret` was made from, and for a field of it `apiKeySecretField`';
      if (typeof value.parameterArn === 'string') return 'pass a parameter of Systems Manager as `apiKeyParameter`';
      if (typeof value.ref === 'string') return 'use Secret.fromSecretCompleteArn with the `ref` of this resource';
      return 'use `new Secret(…)`, Secret.fromSecretCompleteArn or Secret.fromSecretNameV2 of aws-secretsmanager';
    },
  },
  apiKeyParameter: {
    wanted: 'a parameter of Systems Manager (`ssm.IStringParameter`)',
    // To read `stringValue` may add a parameter to the template.
    fits: value => typeof value.parameterArn === 'string' && typeof value.parameterName === 'string' && 'stringValue' in value && value.node !== undefined,
    wayOut: value => {
      if (typeof value.secretArn === 'string') return 'pass a secret of Secrets Manager as `apiKeySecret`';
      if (isEcsSecret(value)) return isOfParameter(value) ? 'pass the parameter that this `ecs.Secret` was made from' : 'pass the secret that this `ecs.Secret` was made from as `apiKeySecret`';
      // Maybe the key itself, or a parameter that a template makes or that is no text.
      return 'import a SecureString: StringParameter.fromSecureStringParameterAttributes(this, \'ApiKey\', { parameterName })';
    },
  },
  image: {
    wanted: 'an image of a container (`ecs.ContainerImage`)',
    fits: ({ bind }) => typeof bind === 'function',
    wayOut: value => {
      if (typeof value === 'string' && !isUnresolved(value)) return `use ContainerImage.fromRegistry('${value}')`;
      if (typeof value.repositoryUri === 'string') return 'use ContainerImage.fromEcrRepository with this repository';
      return typeof value.imageUri === 'string' ? 'use ContainerImage.fromDockerImageAsset with this asset' : 'use ContainerImage.fromRegistry';
    },
  },
  logging: {
    wanted: 'a log driver (`ecs.LogDriver`)',
    fits: ({ bind }) => typeof bind === 'function',
    wayOut: value => typeof value.logGroupArn === 'string' ? 'use LogDrivers.awsLogs with this log group and a `streamPrefix`'
      : 'use one of ecs.LogDrivers, such as LogDrivers.awsLogs',
  },
  knownEgress: SUBNETS,
  subnets: SUBNETS,
  vpc: {
    wanted: 'a VPC (`ec2.IVpc`)',
    fits: ({ vpcId, selectSubnets }) => typeof vpcId === 'string' && typeof selectSubnets === 'function',
    wayOut: () => 'use `new Vpc(…)`, Vpc.fromLookup or Vpc.fromVpcAttributes',
  },
  securityGroups: {
    wanted: 'a list of security groups (`ec2.ISecurityGroup`)',
    fits: value => Array.isArray(value) && value.every(group => typeof group?.securityGroupId === 'string'),
    wayOut: () => 'use `new SecurityGroup(…)` or SecurityGroup.fromSecurityGroupId',
  },
  assignPublicIp: YES_OR_NO,
  rotateTasks: YES_OR_NO,
  cluster: {
    wanted: 'a cluster (`ecs.ICluster`)',
    fits: ({ clusterName, clusterArn, node }) => typeof clusterName === 'string' && typeof clusterArn === 'string' && node !== undefined,
    wayOut: () => 'use `new Cluster(…)` or Cluster.fromClusterAttributes',
  },
  passableRoles: {
    wanted: 'a list of roles (`iam.IRole`)',
    fits: value => Array.isArray(value) && value.every(role => typeof role?.roleArn === 'string'),
    wayOut: () => 'use Role.fromRoleArn',
  },
  logGroup: {
    wanted: 'a log group (`logs.ILogGroup`)',
    fits: ({ logGroupName }) => typeof logGroupName === 'string',
    wayOut: () => 'use LogGroup.fromLogGroupName',
  },
  placementConstraints: {
    wanted: 'a list of placement constraints (`ecs.PlacementConstraint`)',
    fits: value => Array.isArray(value) && value.every(constraint => typeof constraint?.toJson === 'function'),
    wayOut: () => 'use PlacementConstraint.memberOf',
  },
  topic: {
    wanted: 'a topic (`sns.ITopic`)',
    fits: ({ topicArn, env }) => typeof topicArn === 'string' && env !== undefined,
    wayOut: () => 'use `new Topic(…)` or Topic.fromTopicArn of aws-sns',
  },
} satisfies { readonly [prop in keyof Given]-?: Kind });

function isEcsSecret(value: any): boolean {
  return typeof value.arn === 'string' && typeof value.grantRead === 'function';
}

function isOfParameter({ arn }: any): boolean {
  return arn.includes(':ssm:');
}

/** @throws if a property has an object of another kind; the error names it */
export function requireKinds(scope: IConstruct, props: object): void {
  for (const [prop, { wanted, fits, wayOut }] of KINDS) {
    const value = (props as { readonly [prop: string]: unknown })[prop];
    if (value === undefined || value === null || fits(value)) continue;
    throw new Error(inUsersLanguage(`${scope.node.path}: \`${prop}\` must be ${wanted}, got: ${describeValue(value, prop === 'apiKeySecret' || prop === 'apiKeyParameter')}; ${wayOut(value)}.`));
  }
}

/** What an error calls a value. @param isSecret  whether a text may be a secret, which no error shows */
export function describeValue(value: any, isSecret = false): string {
  if (typeof value !== 'object' && isUnresolved(value)) return 'a token';
  if (typeof value === 'string') return isSecret && !value.startsWith('arn:') ? 'a text' : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return typeof value;
  if (typeof value.node?.path === 'string') return `the construct ${value.node.path}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  const { name } = value.constructor;
  return name === 'Object' ? `an object with ${Object.keys(value).join(', ') || 'no members'}` : `an object of the class ${name}`;
}
