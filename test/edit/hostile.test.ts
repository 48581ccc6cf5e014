import * as fc from '../random';
import { insightsUpdate, update } from './asked';
import { WITHOUT_AGENT } from './described';
import { containersOf, isAgent, JsonObject, markedWith, parseJson, printJson, registrable, withAgent, withoutAgent } from '../../src/edit';

/** Names that JavaScript's own objects have. */
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON'];
const values = fc.letrec(tie => ({
  value: fc.oneof(fc.constantFrom('"x"', '{"polluted":true}', '[]', '1'), tie('object')),
  object: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).chain(names => fc.tuple(...names.map(() => tie('value')))
    .map(members => `{${names.map((name, index) => `"${name}":${String(members[index])}`).join()}}`)),
})).object as fc.Arbitrary<string>;

const owned = () => NAMES.map(name => [name, Object.getOwnPropertyDescriptor(Object.prototype, name)]);

test('members with names of JavaScript\'s own change nothing outside of the definition, and are kept', () => {
  const before = owned();
  fc.assert(fc.property(values, values, values, (own, labels, unknown) => {
    const container = `{"name":"web","image":"nginx","dockerLabels":${labels},"futureMember":${unknown}}`;
    const text = `{"family":"web","containerDefinitions":[${container}],"futureMember":${own}}`;
    const body = registrable(parseJson(`{"taskDefinition":${text}}`));
    expect(printJson(body)).toBe(text);
    for (const added of [update(), insightsUpdate()]) expect(printJson(withoutAgent(markedWith(withAgent(body, added), 1)))).toBe(text);
    expect(owned()).toEqual(before);
    expect(({} as JsonObject).polluted).toBeUndefined();
  }), { numRuns: 100 });
});

test.each(WITHOUT_AGENT)('only the agent\'s container gets the secret: $name', ({ body }) => {
  const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:only/the-agent-AbCdEf';
  for (const added of [update({ apiKey: secret }), insightsUpdate({ apiKey: secret })]) {
    const after = withAgent(body, added);
    expect(containersOf(after).filter(isAgent).map(container => printJson(container).includes(secret))).toEqual([true]);
    expect(printJson(withoutAgent(after))).not.toContain(secret);
    expect(containersOf(after).filter(container => !isAgent(container) && printJson(container).includes(secret))).toEqual([]);
  }
});
