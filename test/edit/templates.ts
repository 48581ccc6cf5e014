import { ENV } from '../given';

/** Members whose value is a map, with names that are data and keep their casing. */
const MAPS: ReadonlySet<string> = new Set(['Options', 'DockerLabels']);

/** A part of a template in the casing of the ECS API. */
export function apiCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [
    `${name[0].toLowerCase()}${name.slice(1)}`, MAPS.has(name) ? member : apiCased(member),
  ]));
}

const PSEUDO: { readonly [name: string]: string } = {
  'AWS::Region': ENV.region, 'AWS::AccountId': ENV.account, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * The values of a template's functions, as CloudFormation resolves them.
 *
 * @param names of resources, by logical id
 */
export function resolved(value: unknown, names: { readonly [id: string]: string | undefined }): unknown {
  if (Array.isArray(value)) return value.map(item => resolved(item, names));
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value) return PSEUDO[value.Ref as string] ?? names[value.Ref as string] ?? value;
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(part => resolved(part, names)).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolved(member, names)]));
}
