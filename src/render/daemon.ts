import { containerCall, imports, text } from './cdk';
import { Format } from './container';
import { hcl } from './terraform';
import { yamlLines } from './yaml';
import { AgentContainer, DAEMON } from '../agent';
import { inPascalCase, JsonObject, printJson, textIn } from '../edit';

/** The task definition of a daemon. The end of the last line is part of it. */
export function daemonText(body: JsonObject, container: AgentContainer, format: Format): string {
  const family = textIn(body.family)!;
  const words = family.split(/[^A-Za-z0-9]+/).filter(Boolean);
  switch (format) {
    case 'json': return `${printJson(body, 2)}\n`;
    case 'yaml': return lines(yamlLines(body));
    /** A resource of a template. */
    case 'cloudformation': return lines(yamlLines({
      [words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')]: { Type: 'AWS::ECS::TaskDefinition', Properties: inPascalCase(body) },
    }));
    case 'terraform': return terraformText(words.join('_').toLowerCase(), family, body);
    case 'cdk': return cdkText(body, container);
  }
}

function terraformText(name: string, family: string, { executionRoleArn, containerDefinitions }: JsonObject): string {
  const attributes = {
    family,
    ...executionRoleArn === undefined ? {} : { execution_role_arn: executionRoleArn },
    network_mode: DAEMON.networkMode,
    requires_compatibilities: ['EC2'],
  };
  const body = hcl(attributes, '').slice(2, -1);
  return `resource "aws_ecs_task_definition" "${name}" {\n${body}\n  placement_constraints ${hcl({ type: 'memberOf', expression: DAEMON.placementConstraint }, '  ')}\n\n`
    + `  container_definitions = jsonencode(${hcl(containerDefinitions!, '  ')})\n}\n`;
}

function cdkText({ family, executionRoleArn }: JsonObject, container: AgentContainer): string {
  const role = textIn(executionRoleArn);
  const all = [...imports(container), ...role === undefined ? [] : ["import * as iam from 'aws-cdk-lib/aws-iam';"]].sort();
  return `${all.join('\n')}\n\nconst taskDefinition = new ecs.Ec2TaskDefinition(this, 'PostmanDaemonTask', {\n`
    + `  family: ${text(textIn(family)!)},\n  networkMode: ecs.NetworkMode.HOST,\n`
    + `  placementConstraints: [ecs.PlacementConstraint.memberOf(${text(DAEMON.placementConstraint)})],\n`
    + `${role === undefined ? '' : `  executionRole: iam.Role.fromRoleArn(this, 'PostmanDaemonRole', ${text(role)}),\n`}});\n${containerCall(container)}`;
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
