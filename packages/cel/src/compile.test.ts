import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';
import { show } from './functions/format-text.ts';

const budget = 1_000_000;

function run(source: string): string {
  const compiled = compile(source, { variables: {} });
  if ('error' in compiled) return compiled.error;
  const outcome = compiled.program.run({}, budget);
  return 'error' in outcome ? `error: ${outcome.error}` : show(outcome.value);
}

describe('an expression', () => {
  it.each([
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3 == 9 ? "yes" : "no"', 'yes'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['7 / 2 + 7 % 2', '4'],
    ['1.5 + 2.0', '3.5'],
    ['3u + 4u', '7'],
    ['"a" + "b" + r"\\n"', 'ab\\n'],
    ['[1, 2, 3].map(x, x * 2)', '[2, 4, 6]'],
    ['[1, 2, 3].filter(x, x > 1).size()', '2'],
    ['[1, 2, 3].all(x, x > 0) && ![1, 2].exists(x, x > 5)', 'true'],
    ['[1, 2, 2].exists_one(x, x == 2)', 'false'],
    ['[1, 2].map(x, x > 1, x)', '[2]'],
    ['{"a": 1, "b": 2}.map(k, k)', '[a, b]'],
    ['[10, 20].all(i, v, v == (i + 1) * 10)', 'true'],
    ['[1, 2].transformList(i, v, i + v)', '[1, 3]'],
    ['{"a": 1}.transformMap(k, v, v + 1)["a"]', '2'],
    ['has({"a": 1}.a) && !has({"a": 1}.b)', 'true'],
    ['{"a": {"b": 1}}.?a.?b.orValue(5)', '1'],
    ['{"a": {"b": 1}}.?c.?b.orValue(5)', '5'],
    ['optional.of(3).optMap(x, x * 2).value()', '6'],
    ['[1, ?optional.none(), 2].size()', '2'],
    ['cel.bind(x, 5, x + x)', '10'],
    ['true || 1 / 0 == 1', 'true'],
    ['1 / 0 == 1 || true', 'true'],
    ['false && 1 / 0 == 1', 'false'],
    ['[0, 1].exists(x, 1 / x == 1)', 'true'],
    ['2 in [1, 2] && !("c" in {"a": 1})', 'true'],
    ['"hello".substring(1, 3) + "abc".charAt(1)', 'elb'],
    ['"a,b,c".split(",").join("-")', 'a-b-c'],
    ['"Ab".lowerAscii() + "Ab".upperAscii()', 'abAB'],
    ['"abcabc".replace("b", "x", 1)', 'axcabc'],
    ['"x%sy%d".format([5, 6])', 'x5y6'],
    ['"foo123".matches("^[a-z]+[0-9]+$") && "foo123".find("[0-9]+") == "123"', 'true'],
    ['timestamp("2020-01-02T03:04:05Z").getFullYear() == 2020', 'true'],
    ['duration("1h30m") > duration("1h")', 'true'],
    [
      'string(duration("90s")) + string(timestamp("2020-01-01T00:00:00Z") + duration("1h"))',
      '90s2020-01-01T01:00:00Z',
    ],
    ['[1, 3, 2].max() + [1, 2].sum() + [5, 6].indexOf(6)', '7'],
    ['[1, 2].isSorted() && sets.contains([1, 2, 3], [2])', 'true'],
    [
      'quantity("1Gi").isGreaterThan(quantity("500Mi")) && quantity("1").add(2).asInteger() == 3',
      'true',
    ],
    ['ip("10.0.0.1").family() == 4 && cidr("10.0.0.0/8").containsIP("10.1.2.3")', 'true'],
    ['string(ip("2001:db8:0:0:0:0:0:1"))', '2001:db8::1'],
    ['url("https://user@example.com:8443/a?b=c").getHostname()', 'example.com'],
    ['format.dns1123Label().validate("not ok").hasValue()', 'true'],
    ['semver("1.2.3").isLessThan(semver("1.10.0"))', 'true'],
    ['type(1) == int && int("42") == 42 && string(1.5) == "1.5"', 'true'],
    [
      '1 == 1.0',
      `ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, double)'\n | 1 == 1.0\n | ..^`,
    ],
    ['1 < 1.5', 'true'],
    ['dyn(1) == 1.0', 'true'],
  ])('%s is %s', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it.each([
    ['1 / 0', 'division by zero'],
    ['9223372036854775807 + 1', 'integer overflow'],
    ['[1][3]', 'index out of bounds: 3'],
    ['{"a": 1}["b"]', 'no such key: b'],
    ['{"a": 1}.b', 'no such key: b'],
    ['int("x")', 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      'quantity("x")',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ])('%s ends with an error', (source, expected) => {
    expect(run(source)).toBe(`error: ${expected}`);
  });

  it.each([
    ['x', "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x\n | ^"],
    [
      '1 + "a"',
      `ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + "a"\n | ..^`,
    ],
    [
      '"a".startsWith(1)',
      `ERROR: <input>:1:15: found no matching overload for 'startsWith' applied to 'string.(int)'\n | "a".startsWith(1)\n | ..............^`,
    ],
    [
      '[1, "a"]',
      `ERROR: <input>:1:5: expected type 'int' but found 'string'\n | [1, "a"]\n | ....^`,
    ],
    [
      '1.all(x, true)',
      "ERROR: <input>:1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)\n | 1.all(x, true)\n | ^",
    ],
  ])('%s is refused', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it('is stopped when it costs too much, and nothing absorbs that', () => {
    const list = `[${Array.from({ length: 100 }, (_, at) => at).join(', ')}]`;
    const source = `${list}.exists(a, ${list}.exists(b, ${list}.exists(c, a + b + c < 0))) || true`;
    expect(run(source)).toBe('error: operation cancelled: actual cost limit exceeded');
  });
});
