import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { jsonFromValue, misplacedTypes } from '../runtime/to-json.ts';
import { formatType } from './cel-type.ts';

function made(source: string): unknown {
  const compiled = compile(source, { variables: {}, patches: true });
  if ('error' in compiled) return compiled.error.split('\n')[0];
  const outcome = compiled.program.run({}, 1_000_000);
  if ('error' in outcome) return outcome.error;
  const { value } = outcome;
  return [formatType(compiled.program.type), jsonFromValue(value), misplacedTypes(value)];
}

describe('objects of patches', () => {
  it.each([
    ['Object{a: 1, b: [Object.b{c: true}]}', ['Object', { a: 1, b: [{ c: true }] }, []]],
    ['Object.spec{n: Object.spec.n{m: "x"}}', ['Object.spec', { n: { m: 'x' } }, []]],
    [
      'Object{spec: Object.metadata{}}',
      [
        'Object',
        { spec: {} },
        [
          'unexpected type name "Object.metadata", expected "Object.spec", which matches field name path from root Object type',
        ],
      ],
    ],
    [
      '[JSONPatch{op: "add", path: "/" + jsonpatch.escapeKey("a/b~c"), value: {"x": 1.5}}]',
      ['list(JSONPatch)', [{ op: 'add', path: '/a~1b~0c', value: { x: 1.5 } }], []],
    ],
    [
      'JSONPatch{op: 1}',
      "ERROR: <input>:1:13: expected type of field 'op' is 'string' but provided type is 'int'",
    ],
    ['Foo{}', "ERROR: <input>:1:4: undeclared reference to 'Foo' (in container '')"],
  ])('%s', (source, expected) => {
    expect(made(source)).toEqual(expected);
  });

  it('are not for other expressions', () => {
    for (const source of ['Object{}', 'jsonpatch.escapeKey("a")']) {
      expect(compile(source, { variables: {} })).toHaveProperty('error');
    }
  });
});
