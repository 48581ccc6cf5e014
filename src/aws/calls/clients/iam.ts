import {
  CreateRoleCommand, DeleteRolePolicyCommand, GetPolicyCommand, GetPolicyVersionCommand, GetRoleCommand, GetRolePolicyCommand, IAMClient,
  IAMClientConfig,
  ListAttachedRolePoliciesCommand, ListRolePoliciesCommand, PutRolePolicyCommand, SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';

export const client = (configuration: IAMClientConfig) => new IAMClient(configuration);

export const commands = {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
};
