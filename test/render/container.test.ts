import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as ts from 'typescript';
import { parse } from 'yaml';
import { AgentContainer } from '../../src/agent';
import { containerText, Format } from '../../src/render';
import { Asked, containerOf, requests } from '../edit/asked';
import { apiCased, resolved } from '../edit/templates';
import * as fc from '../random';

/** The value that each format writes, read back without the code that writes it. */
const READ: { readonly [format in Format]: (text: string) => unknown } = {
  json: text => JSON.parse(text),
  yaml: text => parse(text),
  cloudformation: text => apiCased(parse(text)[0]),
  terraform: text => JSON.parse(fromHcl(text)).postman_agent,
  cdk: text => synthesized(text),
};

/** The part of HCL that is used, as JSON. Its texts have only escapes that JSON has, too. */
function fromHcl(text: string): string {
  const [, body] = /^locals (\{[^]*\})\n$/.exec(text)!;
  const tokens = body.match(/"(?:[^"\\]|\\.)*"|[A-Za-z_][\w]*|-?[\d.]+|[{}[\]=,]|\n/g)!;
  let json = '';
  const open: string[] = [];
  tokens.forEach((token, index) => {
    const next = tokens.slice(index + 1).find(one => one !== '\n');
    if (token === '{' || token === '[') open.push(token);
    if (token === '}' || token === ']') open.pop();
    if (token === '=') json += ':';
    else if (token === '\n') json += open[open.length - 1] === '{' && !/[{,]$/.test(json) && next !== '}' ? ',' : '';
    else if (token === ',') json += next === ']' ? '' : ',';
    else json += /^[A-Za-z_]/.test(token) && next === '=' ? JSON.stringify(token) : token;
  });
  return json;
}

/** Runs the sample in a class of a CDK app. The AWS CDK writes the region of a log as a reference. */
function synthesized(text: string): unknown {
  const { outputText } = ts.transpileModule(`${text}\nexport {};`, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-west-1', account: '111122223333' } });
  const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { cpu: 1024, memoryLimitMiB: 4096 });
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('web') });
  new Function('require', 'exports', 'taskDefinition', outputText).call(stack, require, {}, taskDefinition);
  const [definition] = Object.values<any>(Template.fromStack(stack).findResources('AWS::ECS::TaskDefinition'));
  return apiCased(resolved(definition.Properties.ContainerDefinitions[1], {}));
}

/** What the samples are for: options that pass the checks, in a task that sets its memory, with a log in CloudWatch or none. */
const containers = requests.map(({ generation, given }) => {
  const logs = given.logConfiguration?.logDriver === 'awslogs' ? given.logConfiguration : undefined;
  return containerOf({ ...given, taskSetsMemory: true, logConfiguration: logs } as Asked, generation);
});

const plain = (container: AgentContainer) => JSON.parse(JSON.stringify(container));
const without = (container: AgentContainer): AgentContainer =>
  ({ ...container, restartPolicy: undefined, readonlyRootFilesystem: undefined, secrets: undefined });

describe('the container as text', () => {
  test.each<Format>(['json', 'yaml', 'cloudformation', 'terraform'])('any container in %s is read as the same container', format => {
    fc.assert(fc.property(containers, container => {
      expect(READ[format](containerText(container, format))).toEqual(plain(container));
    }), fc.runs(200));
  });

  test('any container in cdk is synthesized by the AWS CDK as the same container', () => {
    fc.assert(fc.property(containers, container => {
      expect(READ.cdk(containerText(container, 'cdk'))).toEqual(plain(container));
    }), fc.runs(25));
  });

  test.each<Format>(['json', 'yaml', 'cloudformation', 'terraform', 'cdk'])('texts with every odd character survive in %s', format => {
    const odd = 'a"b\'c\\d${x} %{y} $${z} `e` \t\n\r\b\f\u007f\u0085\u2028 é 日 🙂 #: - {} yes';
    const container = containerOf({
      collectionId: 'x', apiKey: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:key-AbCdEf', taskSetsMemory: true, place: {},
      environment: { ODD: odd, Y: 'y', NO: 'no', NUMBER: '012', NOTHING: '' }, hostAllow: [odd],
    });
    expect(READ[format](containerText(container, format))).toEqual(plain(container));
  });

  test('no text begins a template of Terraform', () => {
    const container = containerOf({ collectionId: 'x', apiKey: 'x', taskSetsMemory: true, place: {}, environment: { A: '${a} %{b} $${c} %%{d}' } });
    expect(containerText(container, 'terraform')).not.toMatch(/[$%]\{/);
  });

  test.each<Format>(['json', 'yaml', 'cloudformation', 'terraform', 'cdk'])('members that a container does not have are not in %s', format => {
    const container = without(containerOf({ collectionId: 'x', apiKey: 'x', taskSetsMemory: true, place: { region: 'eu-west-1' } }));
    expect(READ[format](containerText(container, format))).toEqual(plain(container));
  });

  test('each text ends with one line end', () => {
    const container = containerOf({ collectionId: 'x', apiKey: 'x', taskSetsMemory: true, place: {} });
    for (const format of Object.keys(READ) as Format[]) expect(containerText(container, format)).toMatch(/[^\n]\n$/);
  });

  test('Terraform is aligned as `terraform fmt` aligns it', () => {
    const container = containerOf({ collectionId: 'x', apiKey: 'x', taskSetsMemory: true, place: { region: 'eu-west-1' }, enableRestartPolicy: false });
    expect(containerText(container, 'terraform').split('\n').slice(0, 14)).toEqual([
      'locals {', '  postman_agent = {', '    name       = "postman-lc-agent"', '    image      = "docker.postman.com/postman-lc-agent:latest"',
      '    essential  = false', '    entryPoint = ["/postman-lc-agent", "apidump", "--collection", "x"]', '    environment = [', '      {',
      '        name  = "AKITA_AWS_REGION"', '        value = "eu-west-1"', '      },', '      {', '        name  = "POSTMAN_AWS_REGION"',
      '        value = "eu-west-1"',
    ]);
  });
});
