import { DESCRIBED } from './described';
import { parseJson, printJson } from '../../src/edit';
import { JsonTextError, readJsonText } from '../../src/edit/json-text';

const problemOf = (text: string) => {
  try {
    readJsonText(text);
  } catch (error) {
    if (error instanceof JsonTextError) return [error.problem, error.line, error.message];
    throw error;
  }
  return undefined;
};

describe('reading a JSON document with places', () => {
  test.each(DESCRIBED)('$name is read as the same value', ({ text }) => {
    expect(printJson(readJsonText(text).root.value)).toBe(printJson(parseJson(text)));
  });

  test.each([
    ['a comment at the end of a line', '{ "a": 1 // one\n}', { a: 1 }],
    ['a comment between two marks', '{ /* x, "y": 2 */ "a" /**/ : /* : */ 1 }', { a: 1 }],
    ['comments around the document', '// first\n{}\n// last', {}],
    ['a byte order mark', '\uFEFF{ "a": 1 }', { a: 1 }],
    ['a mark of a comment in a text', '{ "url": "http://x/*y" }', { url: 'http://x/*y' }],
    ['braces in a text', '["{{", "}}"]', ['{{', '}}']],
    ['a template of Docker', '{ "tag": "{{.Name}}" }', { tag: '{{.Name}}' }],
    ['a template in a text', '{ "image": "web:{{ must_env `TAG` }}" }', { image: 'web:{{ must_env `TAG` }}' }],
    ['a template with quotes in a text', '{ "image": "web:{{ must_env "TAG" }}", "b": "{{ "}}" }}" }', { image: 'web:{{ must_env "TAG" }}', b: '{{ "}}" }}' }],
    ['a template in place of a number', '{ "cpu": {{ env `CPU` `256` }}, "b": 1 }', { cpu: '{{ env `CPU` `256` }}', b: 1 }],
    ['templates beside digits', '[ 1{{ env `ZEROS` `00` }}{{ env "X" "}" }} ]', ['1{{ env `ZEROS` `00` }}{{ env "X" "}" }}']],
    ['an assignment and a comment of a template', '{{- /* "{" */ -}}\n{{ $tag := must_env `TAG` }}\n{ "a": "{{ $tag }}" }', { a: '{{ $tag }}' }],
    ['a condition within a text', '{ "a": "{{ if eq (env `X` `1`) "1" }}b{{ end }}" }', { a: '{{ if eq (env `X` `1`) "1" }}b{{ end }}' }],
  ])('%s is read', (_, text, value) => {
    expect(JSON.parse(printJson(readJsonText(text).root.value))).toEqual(value);
  });

  test.each([
    ['', 'empty', 1, /no JSON/],
    [' \n// only a comment', 'empty', 2, /no JSON/],
    ['{}\n{}', 'documents', 2, /second document/],
    ['{} "x"', 'documents', 1, /second document/],
    ['{} }', 'syntax', 1, /has ended, but there is "}"/],
    ['{\n"a": 1,\n}', 'syntax', 3, /name of a member.*"}"/],
    ['[1,]', 'syntax', 1, /must be a value.*"\]"/],
    ['[1 2]', 'syntax', 1, /`,` or `\]`.*"2\]"/],
    ['{"a" 1}', 'syntax', 1, /`:`/],
    ["{'a': 1}", 'syntax', 1, /double quotes/],
    ['{a: 1}', 'syntax', 1, /double quotes.*"a:"/],
    ['{"a": tru}', 'syntax', 1, /must be a value.*"tru}"/],
    ['{"a": 01}', 'syntax', 1, /must be a value/],
    ['{"a": "b\nc"}', 'syntax', 1, /line break/],
    ['{"a": "\\x"}', 'syntax', 1, /escape/],
    ['{"a": "b', 'syntax', 1, /does not end/],
    ['{ /* }', 'syntax', 1, /comment.*does not end/],
    ['{', 'syntax', 1, /the end/],
    ['{ "a": {{ env `X` }', 'syntax', 1, /template.*does not end/],
    ['{\n"a": 1,\n"a": 1 }', 'twice', 3, /"a".*twice/],
    ['['.repeat(500), 'deep', 1, /nested/],
    ['{ "a": [\n{{ if eq `a` `b` }} 1 {{ end }} ] }', 'template', 2, /\{\{ if eq `a` `b` \}\}/],
    ['{ "a": 1\n{{- range $x := y }}, "b": 1 {{ end }} }', 'template', 2, /range/],
    ['{ "a": {{ if x }}1{{ else }}2{{ end }} }', 'template', 1, /if x/],
  ])('%j is refused as: %s', (text, problem, line, message) => {
    expect(problemOf(text)).toEqual([problem, line, expect.stringMatching(message)]);
  });
});
