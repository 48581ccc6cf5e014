import { AccessRequest } from './evaluate';
import { Ecs } from '../ecs/ecs';
import { findService, findCluster, longServiceArn } from '../ecs/find';
import { arnOf, Home } from '../home';
import { Iam } from '../iam/iam';
import { JsonObject, objectsIn, textIn, textsIn } from '../json';
import { Keys } from '../kms/keys';
import { Secrets } from '../secrets/secrets';
import { ServiceName } from '../wire/shapes';

/** An access that a call needs, and the name of the resource in the service's error. */
export interface Needed extends AccessRequest { readonly shownAs: string }

export interface Region { readonly home: Home; readonly ecs: Ecs; readonly secrets: Secrets; readonly keys: Keys; readonly iam: Iam }

/**
 * Every access that one call needs.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function neededFor(service: ServiceName, action: string, input: JsonObject, region: Region): readonly Needed[] {
  const name = `${service}:${action}`;
  switch (service) {
    case 'ecs': return ecsNeeds(name, action, input, region);
    case 'secretsmanager': return secretNeeds(name, action, input, region);
    case 'logs': return [need(name, arnOf(region.home, 'logs', logResource(action, input)))];
    case 'dynamodb': return [need(name, arnOf(region.home, 'dynamodb', `table/${textIn(input.TableName)}`))];
    case 'kms': return [keyNeed(name, textIn(input.KeyId)!, region)];
    case 'iam': return iamNeeds(name, input, region);
    case 'ec2': return [need(name, action === 'GetManagedPrefixListEntries' ? arnOf(region.home, 'ec2', `prefix-list/${textIn(input.PrefixListId)}`) : '*')];
    case 'route53': return dnsNeeds(name, action === 'ListResourceRecordSets' ? `arn:aws:route53:::hostedzone/${textIn(input.HostedZoneId)}` : '*');
    case 'route53resolver': return dnsNeeds(name, resolverResource(input, region.home));
    case 'elasticloadbalancing': return [need(name, '*')];
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
    case 'ssm': return [need(name, '*')];
    case 's3': return [need(name, `arn:aws:s3:::${textIn(input.Bucket)}${input.Key === undefined ? '' : `/${textIn(input.Key)}`}`)];
    case 'states': return [need(name, textIn(input.stateMachineArn)!)];
    // Every caller may ask for its own identity.
    case 'sts': return [];
  }
}

function need(
  action: string, resource: AccessRequest['resource'], context: AccessRequest['context'] = {}, shownAs = typeof resource === 'string' ? resource : resource[0],
): Needed {
  return { action, resource, context, shownAs };
}

/** Actions without resources. RegisterTaskDefinition was seen to be checked against `*`, whatever its family. */
const WITHOUT_RESOURCE = ['ListClusters', 'RegisterTaskDefinition', 'DeregisterTaskDefinition', 'DescribeTaskDefinition', 'ListTaskDefinitions'];

function ecsNeeds(name: string, action: string, input: JsonObject, { home, ecs }: Region): readonly Needed[] {
  if (action === 'RegisterTaskDefinition') return [need(name, '*'), ...registrationNeeds(input, home)];
  if (WITHOUT_RESOURCE.includes(action)) return [need(name, '*')];
  const clusterName = (textIn(input.cluster) ?? 'default').split('/').pop()!;
  const inCluster = { 'ecs:cluster': arnOf(home, 'ecs', `cluster/${clusterName}`) };
  const cluster = findCluster(ecs.state, textIn(input.cluster));
  const serviceArn = (named: string) => {
    const service = cluster && findService(ecs.state, cluster, named);
    if (!service) return named.startsWith('arn:') ? named : longServiceArn(ecs.state, clusterName, named);
    // It is not documented in which form a policy must name a service from before 2018: both forms are accepted.
    return [...new Set([service.arn, longServiceArn(ecs.state, clusterName, service.name)])];
  };
  const each = (named: readonly string[], arn: (of: string) => AccessRequest['resource'], context: AccessRequest['context'] = inCluster) =>
    named.map(of => need(name, arn(of), context));
  const within = (kind: string) => (named: string) => named.startsWith('arn:') ? named : arnOf(home, 'ecs', `${kind}/${clusterName}/${named}`);
  const asIs = (arn: string) => arn;
  switch (action) {
    case 'DescribeClusters':
      return each(input.clusters === undefined ? ['default'] : textsIn(input.clusters), of => arnOf(home, 'ecs', `cluster/${of.split('/').pop()}`), {});
    case 'ListServices': return [need(name, '*', inCluster)];
    // ECS checks ListTasks against the cluster's container instances, even if the cluster has none.
    case 'ListTasks': return [need(name, arnOf(home, 'ecs', `container-instance/${clusterName}/*`), inCluster)];
    case 'DescribeServices': return each(textsIn(input.services), serviceArn);
    case 'CreateService': return [
      ...each([textIn(input.serviceName)!], serviceArn),
      ...taggingNeeds(input, longServiceArn(ecs.state, clusterName, textIn(input.serviceName)!), 'CreateService'),
    ];
    case 'DeleteService':
    case 'UpdateService': case 'ListServiceDeployments': return each([textIn(input.service)!], serviceArn);
    case 'DescribeTasks': return each(textsIn(input.tasks), within('task'));
    case 'ListContainerInstances': return [need(name, inCluster['ecs:cluster'])];
    case 'DescribeContainerInstances': return each(textsIn(input.containerInstances), within('container-instance'));
    case 'DescribeCapacityProviders':
      return input.capacityProviders === undefined
        ? [need(name, '*')]
        : each(textsIn(input.capacityProviders), of => of.startsWith('arn:') ? of : arnOf(home, 'ecs', `capacity-provider/${of}`), {});
    case 'DescribeServiceDeployments': return textsIn(input.serviceDeploymentArns).map(arn => need(name, arn, contextOf(arn, home)));
    case 'StopServiceDeployment': case 'ContinueServiceDeployment':
      return each([textIn(input.serviceDeploymentArn)!], asIs, contextOf(textIn(input.serviceDeploymentArn)!, home));
    case 'DescribeServiceRevisions': return textsIn(input.serviceRevisionArns).map(arn => need(name, arn, contextOf(arn, home)));
    case 'TagResource': case 'UntagResource': case 'ListTagsForResource': return each([textIn(input.resourceArn)!], asIs, {});
    default: throw new Error(`The fakes do not know which resources ${name} needs.`);
  }
}

/** The cluster and the service in the ARN of a service deployment or revision. */
function contextOf(arn: string, home: Home): AccessRequest['context'] {
  const [, cluster, service] = arn.split('/');
  return { 'ecs:cluster': arnOf(home, 'ecs', `cluster/${cluster}`), 'ecs:service': arnOf(home, 'ecs', `service/${cluster}/${service}`) };
}

/** Roles need iam:PassRole, and tags at creation need ecs:TagResource. */
function registrationNeeds(input: JsonObject, home: Home): readonly Needed[] {
  const roles = [...new Set([input.taskRoleArn, input.executionRoleArn].flatMap(role => textIn(role) ?? []))]
    .map(role => role.startsWith('arn:') ? role : `arn:aws:iam::${home.account}:role/${role}`);
  return [
    ...roles.map(role => need('iam:PassRole', role, { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' })),
    ...taggingNeeds(input, arnOf(home, 'ecs', `task-definition/${textIn(input.family)}:*`), 'RegisterTaskDefinition'),
  ];
}

function taggingNeeds({ tags }: JsonObject, arn: string, action: string): readonly Needed[] {
  const keys = objectsIn(tags).map(({ key }) => textIn(key) ?? '');
  return keys.length === 0 ? [] : [need('ecs:TagResource', arn, { 'ecs:CreateAction': action, 'aws:TagKeys': keys })];
}

/** For what Secrets Manager uses the key of a secret. @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
const USES_KEY: { readonly [action: string]: readonly string[] } = { GetSecretValue: ['kms:Decrypt'], PutSecretValue: ['kms:GenerateDataKey', 'kms:Decrypt'] };

/** Every caller may use the default key through Secrets Manager. The request does not name an alias. */
function valueNeeds(name: string, key: string | undefined, { home, keys }: Region): readonly Needed[] {
  if (key === undefined || key.endsWith('alias/aws/secretsmanager')) return [];
  return [need(name, keys.find(key) ?? arnOf(home, 'kms', `key/${key}`), { 'kms:ViaService': `secretsmanager.${home.region}.amazonaws.com` })];
}

function secretNeeds(name: string, action: string, input: JsonObject, region: Region): readonly Needed[] {
  const { home, secrets } = region;
  const arn = (id: string) => id.startsWith('arn:') ? id : arnOf(home, 'secretsmanager', `secret:${id}`);
  if (action !== 'CreateSecret') {
    const id = textIn(input.SecretId)!;
    const secret = secrets.find(id);
    return [need(name, secret?.arn ?? arn(id)), ...USES_KEY[action]?.flatMap(of => valueNeeds(of, secret?.kmsKeyId, region)) ?? []];
  }
  // It is not documented whether a secret that does not exist yet is checked with six more characters: both forms are accepted.
  const secret = textIn(input.Name)!;
  const resource = [arn(secret), `${arn(secret)}-AbCdEf`];
  const tagging = objectsIn(input.Tags).length === 0 ? [] : [need('secretsmanager:TagResource', resource, {}, secret)];
  return [need(name, resource, { 'secretsmanager:Name': secret }, secret), ...tagging];
}

/**
 * DescribeLogGroups was seen to be checked against a group and a stream without names, whatever its prefix: only a policy for
 * `log-group:*` or more allows it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
function logResource(action: string, { logGroupName, logStreamName }: JsonObject): string {
  switch (action) {
    case 'CreateLogGroup': case 'PutRetentionPolicy': return `log-group:${textIn(logGroupName)}:log-stream:`;
    case 'GetLogEvents': return `log-group:${textIn(logGroupName)}:log-stream:${textIn(logStreamName)}`;
    case 'DescribeLogGroups': return 'log-group::log-stream:';
    default: throw new Error(`The fakes do not know which resources logs:${action} needs.`);
  }
}

/**
 * A request by an alias is checked against the key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias
 */
function keyNeed(name: string, id: string, { home, keys }: Region): Needed {
  const alias = /(?:^|:)(alias\/.+)$/.exec(id)?.[1];
  return need(name, keys.find(id) ?? arnOf(home, 'kms', `key/${id}`), alias === undefined ? {} : { 'kms:RequestAlias': alias });
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html */
function dnsNeeds(name: string, resource: string): readonly Needed[] {
  // They look the VPC up with the caller's permissions.
  const isOfVpc = /:(ListHostedZonesByVPC|ListResolverRuleAssociations)$/.test(name);
  return [need(name, resource), ...isOfVpc ? [need('ec2:DescribeVpcs', '*')] : []];
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53resolver.html */
function resolverResource({ FirewallRuleGroupId, FirewallDomainListId }: JsonObject, home: Home): string {
  if (FirewallRuleGroupId !== undefined) return arnOf(home, 'route53resolver', `firewall-rule-group/${textIn(FirewallRuleGroupId)}`);
  return FirewallDomainListId === undefined ? '*' : arnOf(home, 'route53resolver', `firewall-domain-list/${textIn(FirewallDomainListId)}`);
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
function iamNeeds(name: string, { RoleName, PolicyArn, PolicySourceArn, Tags }: JsonObject, { home, iam }: Region): readonly Needed[] {
  const role = textIn(RoleName);
  if (role !== undefined) {
    const found = iam.findRole(role);
    const context = /:(Put|Delete)RolePolicy$/.test(name) && found?.boundary !== undefined ? { 'iam:PermissionsBoundary': found.boundary } : undefined;
    const resource = found?.arn ?? `arn:aws:iam::${home.account}:role/${role}`;
    const tagging = objectsIn(Tags).length === 0 ? [] : [need('iam:TagRole', resource, {}, `role ${role}`)];
    return [need(name, resource, context, `role ${role}`), ...tagging];
  }
  const arn = textIn(PolicyArn) ?? textIn(PolicySourceArn)!;
  return [need(name, arn, {}, `policy ${arn}`)];
}
