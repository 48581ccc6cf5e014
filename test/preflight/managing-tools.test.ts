import { said } from './said';
import { checkService, COMMAND_LINE_WORDS, CONSTRUCT_WORDS, ServiceFacts } from '../../src/preflight';

function service(tags: { readonly [key: string]: string }, more: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    name: 'Orders', hostKind: 'FARGATE', assignPublicIp: false, controller: 'ECS', status: 'ACTIVE', isExpressMode: false, agentRestarts: true,
    uncheckedRunners: [], hostNetworkPeers: [], targetGroups: [], agentReadsHttps: false, publishedPorts: [],
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })), ...more,
  };
}

const toolOf = (tags: { readonly [key: string]: string }) =>
  checkService(service(tags)).map(({ id, values }) => [id, (values as { readonly tool?: string }).tool]);

test.each<[{ readonly [key: string]: string }, string]>([
  [{ ManagedBy: 'Terraform' }, 'Terraform'],
  [{ 'managed-by': 'terraform' }, 'Terraform'],
  [{ managed_by: 'TERRAFORM' }, 'Terraform'],
  [{ 'Managed By': 'Terraform Cloud' }, 'Terraform'],
  [{ 'managed-by': 'DBT Platform - Terraform' }, 'Terraform'],
  [{ ProvisionedBy: 'terraform' }, 'Terraform'],
  [{ CreatedBy: 'terraform@ci' }, 'Terraform'],
  [{ Provisioner: 'Terraform' }, 'Terraform'],
  [{ IaC: 'terraform' }, 'Terraform'],
  [{ terraform: 'true' }, 'Terraform'],
  [{ Terraform: 'Yes' }, 'Terraform'],
  [{ TerraformManaged: '1' }, 'Terraform'],
  [{ ManagedBy: 'OpenTofu' }, 'OpenTofu'],
  [{ ManagedBy: 'terragrunt' }, 'Terragrunt'],
  [{ ManagedBy: 'Pulumi' }, 'Pulumi'],
  [{ 'Managed by Pulumi': 'yes' }, 'Pulumi'],
  [{ 'pulumi:project': 'shop' }, 'Pulumi'],
  [{ 'pulumi:Stack': 'prod' }, 'Pulumi'],
  [{ DeployedBy: 'ecspresso' }, 'ecspresso'],
  [{ 'crossplane-name': 'orders' }, 'Crossplane'],
  [{ 'services.k8s.aws/namespace': 'shop' }, 'AWS Controllers for Kubernetes'],
  [{ 'copilot-service': 'orders' }, 'AWS Copilot'],
  [{ 'copilot-application': 'shop', 'managed-by': 'Terraform' }, 'Terraform'],
  [{ 'team': 'web', 'copilot-environment': 'prod' }, 'AWS Copilot'],
])('the tags %j name %s', (tags, tool) => {
  expect(toolOf(tags)).toEqual([['managedByOtherTool', tool]]);
});

test.each<[{ readonly [key: string]: string }]>([
  [{}],
  [{ team: 'web', env: 'prod' }],
  [{ ManagedBy: 'CDK' }],
  [{ ManagedBy: 'platform-team' }],
  [{ ManagedBy: '' }],
  [{ ManagedBy: 'terraformers' }],
  [{ ManagedBy: 'not Terraform' }],
  [{ terraform: 'false' }],
  [{ terraform: '' }],
  [{ 'terraform-version': '1' }],
  [{ repository: 'terraform' }],
  [{ Name: 'pulumi' }],
  [{ 'user:Stack': 'prod', 'user:Project': 'shop' }],
  [{ copilot: 'true' }],
  [{ 'my-copilot-service': 'orders' }],
  [{ 'sst:app': 'shop' }],
])('the tags %j name no other tool', tags => {
  expect(toolOf(tags)).toEqual([]);
});

test('if a CloudFormation stack manages the service, only that is reported, whatever deployed the stack', () => {
  expect(checkService(service({ 'copilot-service': 'orders' }, { stack: 'shop' })).map(({ id }) => id)).toEqual(['managedByCloudFormation']);
});

test('the warning names the tag and the tool, and says what to do in each mode', () => {
  const findings = checkService(service({ managed_by: 'terraform' }));
  const start = 'Service Orders has the tag managed_by=terraform. If Terraform sets its task definition, the next run of Terraform removes the agent.';
  expect(said(findings, CONSTRUCT_WORDS)).toEqual([{
    severity: 'warning', id: 'managedByOtherTool',
    message: `${start} If only this app manages the service, remove the tag. Otherwise add the agent's container in the configuration of Terraform.`,
  }]);
  expect(said(findings, COMMAND_LINE_WORDS)).toEqual([{
    severity: 'warning', id: 'managedByOtherTool', message: `${start} Add the agent's container in the configuration of Terraform, too.`,
  }]);
});
