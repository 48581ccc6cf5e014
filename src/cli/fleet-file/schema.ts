import { FileMember, MemberKind, memberTables } from './members';

const TEXTS = { type: 'array', minItems: 1, items: { type: ['string', 'number'], minLength: 1 } };

/** By the kind of a member. */
const TYPES: { readonly [kind in MemberKind]: object } = {
  text: { type: ['string', 'number'], minLength: 1 },
  number: { type: ['number', 'string'], minLength: 1 },
  switch: { type: 'boolean' },
  texts: { anyOf: [{ type: ['string', 'number'], minLength: 1 }, TEXTS] },
  pairs: {
    anyOf: [{ type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'], minLength: 1 } }, { type: 'string', minLength: 1 }, TEXTS],
  },
};

/**
 * The JSON Schema, draft 7, of the files of `--from` in YAML and JSON, for editors. It says which members there are and what they take;
 * whether the agent accepts a value, only the program says.
 */
export function fleetSchema(): object {
  const tables = memberTables();
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'The services of `postman-live-collection ecs add --from`, and what is asked for them',
    type: 'object',
    required: ['services'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      defaults: {
        description: 'What applies to each entry that does not say otherwise', type: 'object', additionalProperties: false, properties: propertiesOf(tables.defaults),
      },
      services: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object', additionalProperties: false, properties: propertiesOf(tables.entry), anyOf: [{ required: ['service'] }, { required: ['tags'] }],
        },
      },
    },
  };
}

function propertiesOf(members: readonly FileMember[]): object {
  return Object.fromEntries(members.map(({ name, kind, help }) => [name, { description: help, ...TYPES[kind] }]));
}
