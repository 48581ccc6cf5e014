import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withMembers, JsonObject, containersOf, inPascalCase } from '../../src/edit';
import { DefinitionFault, readDefinition } from '../../src/render';
import { DESCRIBED } from '../edit/described';
import { documents } from '../edit/layouts';
import { REGISTER_REQUEST, Shape } from '../edit/model';
import * as fc from '../random';

const AGENT = { name: 'agent', image: 'x' } as unknown as JsonObject;
const added = (text: string) => {
  const file = readDefinition(text);
  return file.withContainers([...containersOf(file.body), AGENT]);
};
const removed = (text: string) => {
  const file = readDefinition(text);
  return file.withContainers(containersOf(file.body).slice(0, -1));
};
const faultOf = (text: string, isJsonnet = false) => {
  try {
    readDefinition(text, isJsonnet);
  } catch (error) {
    if (error instanceof DefinitionFault) return [error.kind, error.message];
    throw error;
  }
  return undefined;
};

describe('forms of task definition files', () => {
  test('any generated answer that has containers gets one more and loses it again, byte for byte', () => {
    fc.assert(fc.property(documents, text => {
      const fault = faultOf(text);
      fc.pre(fault === undefined);
      const both = added(text);
      expect(containersOf(readDefinition(both).body)).toHaveLength(containersOf(readDefinition(text).body).length + 1);
      expect(removed(both)).toBe(text);
    }), { numRuns: 100 });
  });

  test('the skeleton of the AWS CLI, of each member that RegisterTaskDefinition has, gets a container and loses it again', () => {
    const skeleton = (shape: Shape): unknown => {
      if ('members' in shape) return Object.fromEntries(Object.entries(shape.members).map(([name, member]) => [name, skeleton(member)]));
      if (shape.kind === 'list') return [skeleton(shape.item)];
      if (shape.kind === 'map') return { KeyName: '' };
      return shape.kind === 'boolean' ? true : shape.kind === 'string' ? '' : 0;
    };
    const text = `${JSON.stringify(skeleton(REGISTER_REQUEST), null, 4)}\n`;
    expect(Object.keys(readDefinition(text).body)).toEqual(Object.keys(REGISTER_REQUEST.members));
    expect(removed(added(text))).toBe(text);
    // The same in Pascal case: names in maps are data, and keep their case.
    const pascal = `${JSON.stringify(inPascalCase(JSON.parse(text)), null, 4)}\n`;
    expect(pascal).toContain('"DockerLabels": {\n                "KeyName"');
    expect(readDefinition(pascal).body).toEqual(readDefinition(text).body);
    expect(removed(added(pascal))).toBe(pascal);
  });

  test.each(DESCRIBED)('the body of $name is what RegisterTaskDefinition takes', ({ text, body }) => {
    expect(readDefinition(text).body).toEqual(body);
  });

  test.each(DESCRIBED)('$name gets a container and loses it again, byte for byte', ({ name }) => {
    const text = readFileSync(join(__dirname, '../edit/definitions', `${name}.json`), 'utf8');
    expect(added(text).length).toBeGreaterThan(text.length);
    expect(removed(added(text))).toBe(text);
  });

  test('the answer of DescribeTaskDefinition keeps its form, its members that cannot be registered, and its tags', () => {
    const container = (lines: string) => `            {\n${lines.replace(/^/gm, ' '.repeat(16))}\n            }`;
    const text = `{\n    "taskDefinition": {\n        "taskDefinitionArn": "arn:x:7",\n        "containerDefinitions": [\n${container('"name": "web"')}\n`
      + '        ],\n        "revision": 7\n    },\n    "tags": []\n}\n';
    expect(readDefinition(text)).toMatchObject({ arn: 'arn:x:7', body: { containerDefinitions: [{ name: 'web' }] } });
    expect(added(text)).toBe(text.replace('}\n        ]', `},\n${container('"name": "agent",\n"image": "x"')}\n        ]`));
    expect(removed(added(text))).toBe(text);
  });

  test('the task definition itself, as a skeleton of the AWS CLI and GitHub\'s action have it, is taken', () => {
    const text = '{ "family": "", "containerDefinitions": [ { "name": "web", "cpu": 0 } ], "tags": [ { "key": "", "value": "" } ] }';
    expect(readDefinition(text).body).toMatchObject({ family: '', tags: [{ key: '', value: '' }] });
    expect(added(text)).toBe(text.replace('"cpu": 0 } ]', '"cpu": 0 }, {"name": "agent", "image": "x"} ]'));
    expect(removed(added(text))).toBe(text);
  });

  test('comments and templates of ecspresso are kept', () => {
    const text = [
      '{', '  // the application', '  "family": "{{ must_env `FAMILY` }}",', '  "cpu": {{ env `CPU` "256" }}, /* units */', '  "containerDefinitions": [',
      '    { "name": "web", "image": "web:{{ must_env "TAG" }}" } // the only one', '    // end', '  ]', '}', '',
    ].join('\n');
    expect(readDefinition(text).body).toMatchObject({ family: '{{ must_env `FAMILY` }}', cpu: '{{ env `CPU` "256" }}' });
    expect(added(text)).toBe(text.replace(' } // the only one\n', ' }, // the only one\n    {\n      "name": "agent",\n      "image": "x"\n    }\n'));
    expect(removed(added(text))).toBe(text);
  });

  test('names in Pascal case are read, and the new container gets such names, too', () => {
    const text = '{\n  "Family": "web",\n  "ContainerDefinitions": [\n    {\n      "Name": "web",\n      "DockerLabels": { "Team": "a" }\n    }\n  ]\n}';
    expect(readDefinition(text).body).toEqual({ family: 'web', containerDefinitions: [{ name: 'web', dockerLabels: { Team: 'a' } }] });
    expect(added(text)).toBe(text.replace('    }\n  ]', '    },\n    {\n      "Name": "agent",\n      "Image": "x"\n    }\n  ]'));
    expect(removed(added(text))).toBe(text);
  });

  test('a member that is not known keeps its place and its bytes', () => {
    const text = '{"containerDefinitions":[{"name":"web"}],"9":1e3,"1":{"z":1.00,"a":null},"future":[ ]}';
    expect(added(text)).toBe('{"containerDefinitions":[{"name":"web"},{"name":"agent","image":"x"}],"9":1e3,"1":{"z":1.00,"a":null},"future":[ ]}');
  });

  test('a container may be changed in its place', () => {
    const file = readDefinition('{\n  "containerDefinitions": [{ "name": "web", "cpu": 1.0 }]\n}');
    const [web] = containersOf(file.body);
    expect(file.withContainers([withMembers(web, { essential: true })]))
      .toBe('{\n  "containerDefinitions": [{ "name": "web", "cpu": 1.0, "essential": true }]\n}');
  });
});

describe('files that are no task definition', () => {
  test.each<[string, string, RegExp]>([
    ['', 'empty', /is empty/],
    ['  \n', 'empty', /is empty/],
    ['family: web\ncontainerDefinitions:\n- name: web\n', 'yaml', /is YAML, .* must be JSON/],
    ['# the service\n---\nfamily: web\n', 'yaml', /YAML/],
    ['- name: web\n', 'yaml', /YAML/],
    ['local env = std.extVar("env");\n{ family: env }', 'jsonnet', /is Jsonnet/],
    ['// comment\nlocal x = 1;\n{}', 'jsonnet', /is Jsonnet/],
    ['{ "family": std.extVar("family") }', 'jsonnet', /is Jsonnet/],
    ['resource "aws_ecs_task_definition" "web" {\n  family = "web"\n}\n', 'terraform', /Terraform/],
    ['{ "AWSTemplateFormatVersion": "2010-09-09" }', 'cloudFormation', /template of CloudFormation/],
    ['{ "Resources": {} }', 'cloudFormation', /template of CloudFormation/],
    ['[{ "name": "web" }]', 'containers', /is a list/],
    ['{ "containerDefinitions": [{}] }\n{ "containerDefinitions": [{}] }', 'documents', /more than one JSON document: the second one begins in line 2/],
    ['{ "containerDefinitions": [\n{{ if env `X` }} {} {{ end }} ] }', 'template', /without loss: in line 2, the template \{\{ if env `X` \}\}/],
    ['{ "family": "web", "containerDefinitions": [] }', 'noContainers', /has no containers/],
    ['{ "taskDefinition": { "family": "web" } }', 'noContainers', /has no containers/],
    ['{ "containerDefinitions": {} }', 'noContainers', /has no containers/],
    ['{ "containerDefinitions": [null] }', 'noContainers', /has no containers/],
    ['{ "services": [{ "taskDefinition": "web" }] }', 'other', /neither `taskDefinition`.* nor `containerDefinitions`/],
    ['{ "taskDefinition": "web:1" }', 'other', /neither/],
    ['"text"', 'other', /no JSON object/],
    ['{ "containerDefinitions": [ }', 'other', /is not JSON: in line 1, /],
    ['{ "a": 1, "a": 1 }', 'other', /in line 1, the member "a" is there twice/],
  ])('%j is refused as: %s', (text, kind, message) => {
    expect(faultOf(text)).toEqual([kind, expect.stringMatching(message)]);
  });

  test('what is no JSON is Jsonnet if the name of the file says so', () => {
    expect(faultOf("{ family: 'web' }", true)).toEqual(['jsonnet', expect.stringMatching(/is Jsonnet/)]);
    expect(faultOf("{ family: 'web' }")).toEqual(['other', expect.stringMatching(/is not JSON/)]);
    expect(faultOf('{ "containerDefinitions": [{}] }', true)).toBeUndefined();
  });
});
