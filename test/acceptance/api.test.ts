import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

interface Documented {
  readonly name: string;
  readonly summary: string;
  readonly default?: string;
  readonly optional: boolean;
  readonly isProp: boolean;
}

/** Every member that the package publishes, as the compiler has written them down. */
function members(): Documented[] {
  const { types } = JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8'));
  return Object.values<any>(types).flatMap(type => [
    { name: type.name, docs: type.docs },
    ...(type.members ?? []).map((member: any) => ({ ...member, name: `${type.name}.${member.name}` })),
    ...[...type.properties ?? [], ...type.methods ?? []].map((member: any) => ({ ...member, name: `${type.name}.${member.name}`, isProp: type.kind === 'interface' })),
    ...[...type.methods ?? [], ...type.initializer ? [{ ...type.initializer, name: 'new' }] : []].flatMap((method: any) => (method.parameters ?? []).map((parameter: any) => ({ ...parameter, optional: false, name: `${type.name}.${method.name}(${parameter.name})` }))),
  ]).map(({ name, docs = {}, optional = false, isProp = false }: any) => ({ name, summary: docs.summary ?? '', default: docs.default, optional, isProp }));
}

describe('what the package publishes', () => {
  const all = members();

  test('is small', () => {
    expect(all.length).toBeGreaterThan(40);
    expect(all.map(({ name }) => name).filter(name => !name.includes('.')).sort()).toEqual([
      'EgressCheck', 'PostmanAgentOperatorPolicy', 'PostmanAgentOperatorPolicyProps', 'PostmanLiveCollectionSidecar', 'PostmanLiveCollectionSidecarProps',
    ]);
  });

  test('has a whole sentence for every member, which does more than repeat its name', () => {
    const bare = (text: string) => text.toLowerCase().replace(/\b(the|a|an|of|its|is|properties)\b|[^a-z]/g, '');
    expect(all.filter(({ name, summary }) => !name.endsWith('Props') && (summary.length < 10 || /[;:,]$/.test(summary) || bare(summary) === bare(name.split('.').pop()!)))).toEqual([]);
  });

  test('has a default for every optional property', () => {
    const optional = all.filter(member => member.isProp && member.optional);
    expect(optional.length).toBeGreaterThan(20);
    expect(optional.filter(({ default: value }) => !value)).toEqual([]);
  });

  test('has in API.md what stands there', () => {
    const page = readFileSync(join(ROOT, 'API.md'), 'utf8');
    for (const { name, summary } of all.filter(({ isProp }) => isProp)) expect({ name, page: page.includes(summary.replace(/[<>]/g, '')) || page.includes(summary) }).toEqual({ name, page: true });
  });
});
