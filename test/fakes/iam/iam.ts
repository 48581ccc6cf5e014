import { simulate } from './simulate';
import { JsonObject, numberIn, objectsIn, textIn } from '../json';
import { pageOf, placeOf } from '../paging';
import { checkDocument, PolicyDocument } from '../policy/document';
import { Actions } from '../wire/actions';
import { AwsError } from '../wire/aws-error';

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly trust: PolicyText;
  /** By name. */
  readonly inline: Map<string, PolicyText>;
  readonly attached: string[];
  readonly boundary?: string;
  readonly tags: readonly JsonObject[];
}

export interface ManagedPolicy { readonly name: string; readonly arn: string; readonly document: PolicyText }

/** A policy document exactly as it was put. */
export type PolicyText = string;

export interface RoleOptions {
  /** By name. */
  readonly inline?: Readonly<Record<string, PolicyDocument>>;
  /** ARNs of policies. */
  readonly attached?: readonly string[];
  /** The ARN of a policy. */
  readonly boundary?: string;
  /** @default '/' */
  readonly path?: string;
  /** @default - trusts ecs-tasks.amazonaws.com */
  readonly trust?: object;
  readonly tags?: readonly JsonObject[];
}

const ECS_TASKS = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }] };

/** The roles and policies of the account. */
export class Iam {
  readonly actions: Actions = {
    CreateRole: ({ RoleName, AssumeRolePolicyDocument: trust, Path, Tags, PermissionsBoundary }) => {
      const name = textIn(RoleName)!;
      if (!/^[\w+=,.@-]{1,64}$/.test(name)) throw new AwsError('ValidationError', 'The specified value for roleName is invalid.');
      if (this.roles.has(name)) throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
      const role = this.addRole(name, { trust: readTrust(textIn(trust)!), path: textIn(Path), boundary: textIn(PermissionsBoundary), tags: objectsIn(Tags) });
      return { Role: described(role) };
    },
    GetRole: ({ RoleName }) => ({ Role: described(this.role(textIn(RoleName)!)) }),
    ListRolePolicies: input => this.page('PolicyNames', [...this.role(textIn(input.RoleName)!).inline.keys()], input),
    GetRolePolicy: ({ RoleName, PolicyName }) => {
      const document = this.role(textIn(RoleName)!).inline.get(textIn(PolicyName)!);
      if (document === undefined) throw noSuchEntity(`The role policy with name ${textIn(PolicyName)} cannot be found.`);
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) };
    },
    ListAttachedRolePolicies: input => {
      const { attached } = this.role(textIn(input.RoleName)!);
      return this.page('AttachedPolicies', attached.map(arn => ({ PolicyName: arn.split('/').pop(), PolicyArn: arn })), input);
    },
    GetPolicy: ({ PolicyArn }) => {
      const { name, arn } = this.policy(textIn(PolicyArn)!);
      return { Policy: { PolicyName: name, Arn: arn, DefaultVersionId: VERSION, IsAttachable: true, Path: '/' } };
    },
    GetPolicyVersion: ({ PolicyArn, VersionId }) => {
      const { document } = this.policy(textIn(PolicyArn)!);
      if (VersionId !== VERSION) throw noSuchEntity(`Policy ${textIn(PolicyArn)} version ${textIn(VersionId)} does not exist.`);
      return { PolicyVersion: { Document: encodeURIComponent(document), VersionId, IsDefaultVersion: true } };
    },
    PutRolePolicy: ({ RoleName, PolicyName, PolicyDocument: text }) => {
      const role = this.role(textIn(RoleName)!);
      readDocument(textIn(text)!);
      role.inline.set(textIn(PolicyName)!, textIn(text)!);
      return {};
    },
    DeleteRolePolicy: ({ RoleName, PolicyName }) => {
      const isDeleted = this.role(textIn(RoleName)!).inline.delete(textIn(PolicyName)!);
      if (!isDeleted) throw noSuchEntity(`The role policy with name ${textIn(PolicyName)} cannot be found.`);
      return {};
    },
    SimulatePrincipalPolicy: input => {
      const arn = textIn(input.PolicySourceArn)!;
      const role = [...this.roles.values()].find(other => other.arn === arn);
      if (!role) throw noSuchEntity(`The entity ${arn} cannot be found.`);
      const boundary = role.boundary === undefined ? undefined : readDocument(this.policy(role.boundary).document);
      const results = simulate({ documents: this.policiesOf(role), boundary }, input);
      return this.page('EvaluationResults', results, input);
    },
  };

  private readonly roles = new Map<string, Role>();
  private readonly policies = new Map<string, ManagedPolicy>();

  constructor(private readonly account: string) {}

  addRole(name: string, { inline = {}, attached = [], boundary, path = '/', trust = ECS_TASKS, tags = [] }: RoleOptions = {}): Role {
    const role: Role = {
      name,
      arn: `arn:aws:iam::${this.account}:role${path}${name}`,
      trust: JSON.stringify(trust),
      inline: new Map(Object.entries(inline).map(([of, document]) => [of, JSON.stringify(document)])),
      attached: [...attached],
      boundary,
      tags,
    };
    this.roles.set(name, role);
    return role;
  }

  /** @param arn e.g. of an AWS managed policy, `arn:aws:iam::aws:policy/service-role/…`; by default a policy of the account */
  addPolicy(name: string, document: PolicyDocument, arn = `arn:aws:iam::${this.account}:policy/${name}`): ManagedPolicy {
    checkDocument(document);
    const policy = { name, arn, document: JSON.stringify(document) };
    this.policies.set(arn, policy);
    return policy;
  }

  /** Every policy document of the role: the inline ones first, by name. */
  policiesOf(role: Role): readonly { readonly id: string; readonly document: PolicyDocument }[] {
    return [
      ...[...role.inline].map(([id, text]) => ({ id, document: readDocument(text) })),
      ...role.attached.map(arn => ({ id: arn, document: readDocument(this.policy(arn).document) })),
    ];
  }

  findRole(name: string): Role | undefined {
    return this.roles.get(name);
  }

  role(name: string): Role {
    const role = this.findRole(name);
    if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return role;
  }

  private policy(arn: string): ManagedPolicy {
    const policy = this.policies.get(arn);
    if (!policy) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    return policy;
  }

  private page(name: string, all: readonly unknown[], input: JsonObject): object {
    const place = placeOf(textIn(input.Marker), () => new AwsError('ValidationError', 'Invalid Marker.'));
    const { items, nextToken } = pageOf(all, place, numberIn(input.MaxItems) ?? 100);
    return { [name]: items, IsTruncated: nextToken !== undefined, Marker: nextToken };
  }
}

const VERSION = 'v1';

const noSuchEntity = (message: string) => new AwsError('NoSuchEntity', message, 404);

function readDocument(text: PolicyText): PolicyDocument {
  try {
    const document: unknown = JSON.parse(text);
    checkDocument(document);
    return document;
  } catch (error) {
    throw new AwsError('MalformedPolicyDocument', (error as Error).message);
  }
}

function readTrust(text: string): object {
  try {
    const document = JSON.parse(text) as { readonly Statement?: unknown };
    if (document.Statement !== undefined) return document;
  } catch {
    // It is reported below.
  }
  throw new AwsError('MalformedPolicyDocument', 'This policy contains invalid Json');
}

function described({ name, arn, trust, boundary, tags }: Role): object {
  return {
    RoleName: name,
    Arn: arn,
    Path: /role(\/.*?)[^/]*$/.exec(arn)![1],
    RoleId: 'AROAEXAMPLE',
    CreateDate: new Date(0),
    AssumeRolePolicyDocument: encodeURIComponent(trust),
    MaxSessionDuration: 3600,
    ...tags.length === 0 ? {} : { Tags: tags },
    PermissionsBoundary: boundary === undefined ? undefined : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary },
  };
}
