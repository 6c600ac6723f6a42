import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFieldError } from '../field-error.ts';
import {
  labelSelectorFrom,
  labelSelectorFromMap,
  parseLabelSelector,
  validateLabelSelector,
} from './label-selector.ts';

describe('parseLabelSelector', () => {
  it.each([
    ['a', { a: '1' }, {}],
    ['!a', {}, { a: '' }],
    ['a=b', { a: 'b' }, { a: 'c' }],
    ['a==b', { a: 'b' }, {}],
    ['a!=b', {}, { a: 'b' }],
    ['a=', { a: '' }, { a: 'b' }],
    ['a in (b, c)', { a: 'c' }, { a: 'd' }],
    ['a in(b)', { a: 'b' }, {}],
    ['a in ()', { a: '' }, { a: 'b' }],
    ['a in (,b)', { a: '' }, { a: 'c' }],
    ['a notin (b)', {}, { a: 'b' }],
    ['a>5', { a: '6' }, { a: '5' }],
    ['a<5', { a: '4' }, { a: 'x' }],
    ['a,b=c', { a: '', b: 'c' }, { b: 'c' }],
    ['in in (in)', { in: 'in' }, {}],
    ['  a = b  ', { a: 'b' }, {}],
    ['toString', { toString: 'x' } as Record<string, string>, {}],
  ])('%s takes %j but not %j', (text, taken, left) => {
    const selector = parseLabelSelector(text);
    expect(selector.matches(taken)).toBe(true);
    expect(selector.matches(left)).toBe(false);
  });

  it('takes everything when empty', () => {
    expect(parseLabelSelector('').empty).toBe(true);
    expect(parseLabelSelector('').matches(undefined)).toBe(true);
  });

  // What a kube-apiserver 1.35 answers.
  it.each([
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in (b c)', "unable to parse requirement: found 'c', expected: ',' or ')'"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    [
      'a>x',
      `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`,
    ],
    [
      'a=-b',
      `unable to parse requirement: values[0][a]: Invalid value: "-b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
    ],
    [
      '-a',
      `unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
    ],
  ])('refuses %s', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ code: 400, message }));
  });

  it('reads back what toString wrote', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
    const terms = fc.array(
      fc.oneof(
        word,
        word.map((key) => `!${key}`),
        fc.tuple(word, fc.constantFrom('=', '!='), word).map((parts) => parts.join('')),
        fc
          .tuple(
            word,
            fc.constantFrom('in', 'notin'),
            fc.array(word, { minLength: 2, maxLength: 4 }),
          )
          .map(([key, operator, values]) => `${key} ${operator} (${values.join(',')})`),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(terms, fc.dictionary(word, word, { maxKeys: 4 }), (list, labels) => {
        const selector = parseLabelSelector(list.join(','));
        const again = parseLabelSelector(selector.toString());
        expect(again.toString()).toBe(selector.toString());
        expect(again.matches(labels)).toBe(selector.matches(labels));
      }),
    );
  });
});

describe('labelSelectorFrom', () => {
  it('takes nothing from null and everything from {}', () => {
    expect(labelSelectorFrom(null).matches({ a: 'b' })).toBe(false);
    expect(labelSelectorFrom(undefined).empty).toBe(false);
    expect(labelSelectorFrom({}).matches({ a: 'b' })).toBe(true);
  });

  it('joins labels and expressions', () => {
    const selector = labelSelectorFrom({
      matchLabels: { a: 'b' },
      matchExpressions: [{ key: 'c', operator: 'Exists' }],
    });
    expect(selector.matches({ a: 'b', c: '' })).toBe(true);
    expect(selector.matches({ a: 'b' })).toBe(false);
    expect(selector.toString()).toBe('a=b,c');
  });

  it('takes a plain map', () => {
    expect(labelSelectorFromMap({ a: 'b' }).toString()).toBe('a=b');
  });
});

describe('validateLabelSelector', () => {
  const texts = (expression: { key: string; operator: string; values?: string[] }): string[] =>
    validateLabelSelector({ matchExpressions: [expression] }, 'spec.selector').map(
      formatFieldError,
    );

  it('says which operator needs values and which must not have any', () => {
    expect(texts({ key: 'a', operator: 'In' })).toEqual([
      "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ]);
    expect(texts({ key: 'a', operator: 'Exists', values: ['x'] })).toEqual([
      "spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    ]);
    expect(texts({ key: 'a', operator: 'Foo', values: ['x'] })).toEqual([
      'spec.selector.matchExpressions[0].operator: Invalid value: "Foo": not a valid selector operator',
    ]);
  });

  it('checks keys and values', () => {
    expect(texts({ key: 'a b', operator: 'In', values: ['-'] })).toHaveLength(2);
  });
});
