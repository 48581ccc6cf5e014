import * as fc from '../random';
import { documents } from './layouts';
import { isSameJson, JsonObject, parseJson, printJson, withMembers } from '../../src/edit';
import { inApiCase, inPascalCase } from '../../src/edit/casing';
import { readJsonText } from '../../src/edit/json-text';
import { textWith } from '../../src/edit/retext';

const json = (text: string) => parseJson(text);
const edited = (text: string, after: string) => textWith(readJsonText(text), json(after));

describe('the text of a changed document', () => {
  test.each([
    ['an item at the end of a list', '{\n  "a": [\n    1\n  ]\n}\n', '{"a":[1,2]}', '{\n  "a": [\n    1,\n    2\n  ]\n}\n'],
    ['an item of a list on one line', '{\n  "a": [1]\n}', '{"a":[1,2]}', '{\n  "a": [1, 2]\n}'],
    ['an item of a list on one line, with its own spaces', '{\n  "a": [ 1,  2 ]\n}', '{"a":[1,2,3]}', '{\n  "a": [ 1,  2,  3 ]\n}'],
    ['a document without spaces', '{"a":[1],"b":{"c":1}}', '{"a":[1,{"x":1,"y":[]}],"b":{"c":1,"d":2}}', '{"a":[1,{"x":1,"y":[]}],"b":{"c":1,"d":2}}'],
    ['a document on one line', '{"a": [1]}', '{"a":[1,{"x":1,"y":2}]}', '{"a": [1, {"x": 1, "y": 2}]}'],
    ['tabs', '{\n\t"a": [\n\t\t1\n\t]\n}', '{"a":[1,{"x":[1]}]}', '{\n\t"a": [\n\t\t1,\n\t\t{\n\t\t\t"x": [\n\t\t\t\t1\n\t\t\t]\n\t\t}\n\t]\n}'],
    ['line ends of Windows', '{\r\n  "a": [\r\n    1\r\n  ]\r\n}\r\n', '{"a":[1,2]}', '{\r\n  "a": [\r\n    1,\r\n    2\r\n  ]\r\n}\r\n'],
    ['spaces on both sides of the colon', '{\n  "a" : 1\n}', '{"a":1,"b":{"c":2}}', '{\n  "a" : 1,\n  "b" : {\n    "c" : 2\n  }\n}'],
    ['no indentation', '{\n"a": [\n1\n]\n}', '{"a":[1,{"x":1}]}', '{\n"a": [\n1,\n{\n"x": 1\n}\n]\n}'],
    ['brackets and braces beside each other', '{\n  "a": [{\n    "x": 1\n  }]\n}', '{"a":[{"x":1},{"y":[2]}]}',
      '{\n  "a": [{\n    "x": 1\n  }, {\n    "y": [\n      2\n    ]\n  }]\n}'],
    ['an empty list', '{\n  "a": []\n}', '{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}'],
    ['an empty object on one line', '{"a":{}}', '{"a":{"b":1}}', '{"a":{"b":1}}'],
    ['a value', '{ "a" : 1.0, "b": "x" }', '{"a":1,"b":"y"}', '{ "a" : 1.0, "b": "y" }'],
    ['a value beside a comment', '{\n  "a": 1 // one\n  // end\n}', '{"a":2}', '{\n  "a": 2 // one\n  // end\n}'],
    ['a removed member in the middle', '{ "a": 1, /* b */ "b": 2, "c": 3 }', '{"a":1,"c":3}', '{ "a": 1, /* b */ "c": 3 }'],
    ['a removed first member', '{\n  "a": 1,\n  "b": 2\n}', '{"b":2}', '{\n  "b": 2\n}'],
    ['a removed last member', '{\n  "a": 1, // one\n  "b": 2 // two\n}', '{"a":1}', '{\n  "a": 1 // one\n}'],
    ['all members', '{ "a": { "b": 1 } }', '{"a":{}}', '{ "a": {} }'],
    ['words of a list in their places', '["a", "--b", "1", "--c"]', '["a","--b","2","--c"]', '["a", "--b", "2", "--c"]'],
    ['fewer words', '["a", "--b", "1", "--c"]', '["a","--c"]', '["a", "--c"]'],
    ['an item by its name', '[\n  { "name": "x", "v": 1 },\n  { "name": "y", "v": 2 }\n]', '[{"name":"y","v":3}]', '[\n  { "name": "y", "v": 3 }\n]'],
    ['an item between others', '[1,\n 3]', '[1,2,3]', '[1,\n 2,\n 3]'],
    ['an item before others', '[\n  2\n]', '[1,2]', '[\n  1,\n  2\n]'],
    ['another kind of value', '{\n  "a": {\n    "b": 1\n  }\n}', '{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}'],
    ['a name with an escape', '{"\\u0061":1}', '{"a":2}', '{"\\u0061":2}'],
    ['comments before, beside and behind the last item', '[ // all\n  1 // one\n  // end\n]', '[1,2]', '[ // all\n  1, // one\n  2\n  // end\n]'],
    ['a comment at the end of a list on one line', '[1 // one\n]', '[1,2]', '[1, // one\n2\n]'],
  ])('%s', (_, before, after, wanted) => {
    expect(edited(before, after)).toBe(wanted);
  });

  test('names in another case are compared and written in that case, except in maps', () => {
    const document = inApiCase(readJsonText('{\n  "ContainerDefinitions": [{ "Name": "web", "DockerLabels": { "A": "1" } }],\n  "Future": { "X": 1 }\n}'));
    const after = withMembers(document.root.value as JsonObject, {
      containerDefinitions: [
        { name: 'web', dockerLabels: { A: '1', b: '2' } },
        { name: 'agent', logConfiguration: { options: { 'awslogs-group': 'x' } } },
      ],
      newMember: true,
    });
    expect(textWith(document, after, inPascalCase)).toBe('{\n  "ContainerDefinitions": [{ "Name": "web", "DockerLabels": { "A": "1", "b": "2" } }, '
      + '{"Name": "agent", "LogConfiguration": {"Options": {"awslogs-group": "x"}}}],\n  "Future": { "X": 1 },\n  "NewMember": true\n}');
  });
});

describe('documents in any layout', () => {
  test('a document that is not changed keeps its bytes', () => {
    fc.assert(fc.property(documents, text => {
      const document = readJsonText(text);
      expect(textWith(document, document.root.value)).toBe(text);
    }), { numRuns: 200 });
  });

  test('the text of any other value is read as that value', () => {
    fc.assert(fc.property(documents, documents, (text, other) => {
      const after = readJsonText(other).root.value;
      const result = readJsonText(textWith(readJsonText(text), after)).root.value;
      if (!isSameJson(result, after)) throw new Error(`${printJson(result)} is not ${printJson(after)}`);
    }), { numRuns: 300 });
  });

  test('items and members that are added at the end and removed again leave the same bytes', () => {
    const values = fc.jsonValue().map(value => json(JSON.stringify(value)));
    fc.assert(fc.property(documents, values, (text, value) => {
      const document = readJsonText(text);
      const before = document.root.value as JsonObject;
      const definition = before.taskDefinition as JsonObject;
      fc.pre(Object.keys(definition).length > 0);
      const after = withMembers(before, { taskDefinition: withMembers(definition, { addedMember: value }), anotherMember: [value] });
      const added = textWith(document, after);
      expect(added).not.toBe(text);
      expect(textWith(readJsonText(added), before)).toBe(text);
    }), { numRuns: 300 });
  });
});
