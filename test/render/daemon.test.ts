import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ts from 'typescript';
import { parse } from 'yaml';
import { AgentContainer } from '../../src/agent';
import { daemonDefinition, Json, printJson } from '../../src/edit';
import { daemonText, Format } from '../../src/render';
import { Asked, containerOf, requests } from '../edit/asked';
import { apiCased, resolved } from '../edit/templates';
import * as fc from '../random';

const FAMILY = 'postman-insights-daemon';
const ROLE = 'arn:aws:iam::111122223333:role/own';

/** Containers of daemons. The samples have a log in CloudWatch or none. */
const containers = requests.map(({ generation, given }): AgentContainer => {
  const logs = given.logConfiguration?.logDriver === 'awslogs' ? given.logConfiguration : undefined;
  return { ...containerOf({ ...given, taskSetsMemory: false, logConfiguration: logs } as Asked, generation), essential: true };
});
/** The members of a synthesized task definition that are compared apart from the others. */
interface Synthesized {
  readonly taskRoleArn?: unknown;
  readonly executionRoleArn?: unknown;
  readonly containerDefinitions: readonly { readonly environment: readonly { readonly name: string }[] }[];
}

const roles = fc.constantFrom(undefined, ROLE);

const bodyOf = (container: AgentContainer, executionRoleArn: string | undefined) => daemonDefinition(container, { family: FAMILY, executionRoleArn });
const text = (container: AgentContainer, role: string | undefined, format: Format) => daemonText(bodyOf(container, role), container, format);
const plain = (value: Json) => JSON.parse(printJson(value));

test.each<readonly [Format, (written: string) => unknown]>([
  ['json', written => JSON.parse(written)],
  ['yaml', written => parse(written)],
  ['cloudformation', written => {
    const { PostmanInsightsDaemon: { Type, Properties } } = parse(written);
    return Type === 'AWS::ECS::TaskDefinition' && apiCased(Properties);
  }],
])('any daemon in %s is read as the same task definition', (format, read) => {
  fc.assert(fc.property(containers, roles, (container, role) => {
    expect(read(text(container, role, format))).toEqual(plain(bodyOf(container, role)));
  }), fc.runs(100));
});

test('a daemon in cdk is synthesized by the AWS CDK as the same task definition', () => {
  fc.assert(fc.property(containers, roles, (container, role) => {
    const sample = `${text(container, role, 'cdk')}\nexport {};`;
    const { outputText } = ts.transpileModule(sample, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
    const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '111122223333' } });
    new Function('require', 'exports', outputText).call(stack, require, {});
    const [{ Properties }] = Object.values<any>(Template.fromStack(stack).findResources('AWS::ECS::TaskDefinition'));
    const { taskRoleArn, executionRoleArn, containerDefinitions: [agent], ...made } = apiCased(resolved(Properties, {})) as Synthesized;
    // The CDK's Ec2TaskDefinition gives every container a variable with its region.
    const environment = agent.environment.filter(({ name }) => name !== 'AWS_REGION');
    const { executionRoleArn: wanted, ...body } = plain(bodyOf(container, role));
    expect({ ...made, containerDefinitions: [{ ...agent, environment }] }).toEqual(body);
    if (wanted !== undefined) expect(executionRoleArn).toBe(wanted);
  }), fc.runs(15));
});

test('a daemon in terraform is a resource with its family, role, network mode and container', () => {
  const container: AgentContainer = { name: 'agent', image: 'agent:1', essential: true, entryPoint: ['/agent'], environment: [{ name: 'A', value: 'b' }] };
  const written = text(container, ROLE, 'terraform');
  expect(written).toMatch(/^resource "aws_ecs_task_definition" "postman_insights_daemon" \{\n/);
  for (const [name, value] of [['family', FAMILY], ['execution_role_arn', ROLE], ['network_mode', 'host']]) {
    expect(written).toMatch(new RegExp(`^  ${name} += "${value}"$`, 'm'));
  }
  expect(written).toMatch(/^ {2}requires_compatibilities = \["EC2"\]$/m);
  expect(written).toMatch(/placement_constraints \{\n {4}type += "memberOf"\n {4}expression += "attribute:ecs\.os-type == linux"\n {2}\}/);
  expect(written).toMatch(/container_definitions = jsonencode\(\[[^]*entryPoint +=[^]*\]\)\n\}\n$/);
  expect(text(container, undefined, 'terraform')).not.toContain('execution_role_arn');
});
