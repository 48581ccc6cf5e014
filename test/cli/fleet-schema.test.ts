import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { entriesOf } from '../../src/cli/fleet-file/entries';
import { memberTables } from '../../src/cli/fleet-file/members';
import { FileFaults, FilePlaces } from '../../src/cli/fleet-file/node';
import { fleetSchema } from '../../src/cli/fleet-file/schema';
import { readYaml } from '../../src/cli/fleet-file/yaml';

interface Validator {
  compile(schema: object): (value: unknown) => boolean;
}

/** The validator of the linter. */
const Ajv = createRequire(require.resolve('eslint/package.json'))('ajv') as new (options: object) => Validator;
const isValid = new Ajv({ unknownFormats: 'ignore' }).compile(fleetSchema());

/** Whether the program accepts the form of a file. */
function isRead(text: string): boolean {
  const places = new FilePlaces('fleet.yaml', text);
  const faults = new FileFaults(places);
  try {
    return entriesOf(readYaml(text, faults), places, faults, {}).length > 0;
  } catch {
    return false;
  }
}

const both = (text: string) => [isValid(parse(text)), isRead(text)];
const entry = (member: string) => `services: [{ cluster: shop, service: orders, ${member} }]`;

describe('the JSON Schema of a file', () => {
  test('accepts what the program accepts: each member of its tables, in each of its forms', () => {
    const values = { text: ['a', '5'], texts: ['a', '[a, b]'], number: ['5', '"5"'], switch: ['true', 'false'], pairs: ['{ a: b, c: 1 }', '[a=b]', 'a=b'] };
    const own: { readonly [name: string]: readonly string[] } = {
      profile: ['web'], roleArn: ['"arn:aws:iam::123456789012:role/operator"'], region: ['eu-west-1'], cluster: ['shop'], proxy: ['"http://proxy:8080"'],
    };
    for (const { name, kind } of memberTables().entry) {
      if (['cluster', 'service'].includes(name)) continue;
      for (const value of own[name] ?? values[kind]) expect([name, value, ...both(entry(`${name}: ${value}`))]).toEqual([name, value, true, true]);
    }
    for (const { name, kind } of memberTables().defaults) {
      const text = `defaults: { ${name}: ${(own[name] ?? values[kind])[0]} }\nservices: [{ cluster: shop, tags: { team: web } }]`;
      expect([name, ...both(text)]).toEqual([name, true, true]);
    }
  });

  test('rejects what the program rejects because of its form', () => {
    const wrong = [
      '{}', 'services: []', 'services: {}', 'services: [orders]', 'services: [{ cluster: shop }]', `more: 1\n${entry('rateLimit: 5')}`, entry('rateLimits: 5'),
      entry('reproMode: 5'), entry('rateLimit: [5]'), entry('region: [eu-west-1]'), entry('hostAllow: []'), entry('hostAllow: { a: b }'),
      entry('environment: { a: [b] }'),
      entry('image:'), entry('apiKey: a'), 'defaults: { service: a }\nservices: [{ cluster: shop, service: orders }]',
    ];
    for (const text of wrong) expect([text, ...both(text)]).toEqual([text, false, false]);
  });

  test('and the program accept each example of the page about fleets', () => {
    const page = readFileSync(join(resolve(__dirname, '../..'), 'docs/fleets.md'), 'utf8');
    const examples = [...page.matchAll(/```(?:yaml|json)\n([^]*?)```/g)].map(([, text]) => text).filter(text => text.includes('services'));
    expect(examples.length).toBeGreaterThan(1);
    for (const text of examples) expect([text, ...both(text)]).toEqual([text, true, true]);
  });

  test('describes each member', () => {
    const { properties } = fleetSchema() as { properties: { services: { items: { properties: Record<string, { description: string }> } } } };
    for (const { description } of Object.values(properties.services.items.properties)) expect(description.length).toBeGreaterThan(10);
  });
});
