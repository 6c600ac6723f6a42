import { describe, expect, it } from 'vitest';
import {
  isConfigMapKey,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isEnvVarName,
  isPathSegmentName,
  isQualifiedName,
  isValidCidr,
  isValidIp,
  isValidLabelValue,
  isValidPortName,
  isValidPortNum,
} from './rules.ts';

type Rule = (value: string) => string[];

describe('rules of names', () => {
  it.each<readonly [string, Rule, string[]]>([
    ['isDns1123Label', isDns1123Label, ['a', '1-a', 'a'.repeat(63)]],
    ['isDns1123Subdomain', isDns1123Subdomain, ['a.b', '1', 'a'.repeat(253)]],
    ['isDns1035Label', isDns1035Label, ['a1', 'a-b']],
    ['isQualifiedName', isQualifiedName, ['a', 'A_b.c', 'a.b/C', `${'p'.repeat(253)}/a`]],
    ['isValidLabelValue', isValidLabelValue, ['', 'A_b.c', 'x'.repeat(63)]],
    ['isPathSegmentName', isPathSegmentName, ['system:node', '...', 'a b']],
    ['isValidPortName', isValidPortName, ['http', '80-a']],
    ['isEnvVarName', isEnvVarName, ['A', 'a.b-c', '1', 'a b']],
    ['isConfigMapKey', isConfigMapKey, ['a', '.a', 'A_b-c', '__proto__']],
    ['isValidIp', isValidIp, ['10.0.0.1', '::', '::1', '2001:db8::ffff', '::ffff:1.2.3.4']],
    ['isValidCidr', isValidCidr, ['10.0.0.0/8', '::/0', '1.2.3.4/32']],
  ])('%s takes good ones', (_name, rule, values) => {
    for (const value of values) expect([value, rule(value)]).toEqual([value, []]);
  });

  const label1123 =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
  const name =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

  // What a kube-apiserver 1.35 answers.
  it.each<readonly [string, Rule, string[]]>([
    ['S', isDns1123Label, [label1123]],
    ['a.b', isDns1123Label, ['must not contain dots']],
    ['a'.repeat(64), isDns1123Label, ['must be no more than 63 characters']],
    ['a'.repeat(254), isDns1123Subdomain, ['must be no more than 253 characters']],
    ['a b', isQualifiedName, [name]],
    ['/x', isQualifiedName, ['prefix part must be non-empty']],
    ['a/', isQualifiedName, ['name part must be non-empty', name]],
    [`p/${'x'.repeat(64)}`, isQualifiedName, ['name part must be no more than 63 bytes']],
    [`${'q'.repeat(254)}/a`, isQualifiedName, ['prefix part must be no more than 253 bytes']],
    ['y'.repeat(64), isValidLabelValue, ['must be no more than 63 bytes']],
    ['a/b%', isPathSegmentName, ["may not contain '/'", "may not contain '%'"]],
    ['..', isPathSegmentName, ["may not be '..'"]],
    [
      'ABC--',
      isValidPortName,
      [
        'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'must contain at least one letter (a-z)',
        'must not contain consecutive hyphens',
        'must not begin or end with a hyphen',
      ],
    ],
    ['x'.repeat(16), isValidPortName, ['must be no more than 15 characters']],
    [
      'a=b',
      isEnvVarName,
      [
        "a valid environment variable name must consist only of printable ASCII characters other than '='",
      ],
    ],
    ['..', isConfigMapKey, ["must not be '..'"]],
    ['..x', isConfigMapKey, ["must not start with '..'"]],
    ['k'.repeat(254), isConfigMapKey, ['must be no more than 253 characters']],
  ])('refuses %s', (value, rule, problems) => {
    expect(rule(value)).toEqual(problems);
  });

  it.each(['', '1.2.3', '1.2.3.256', '01.2.3.4', ':::', '1::2::3', 'x', '1:2:3:4:5:6:7:8:9'])(
    'takes %j for no IP address',
    (value) => {
      expect(isValidIp(value)).toEqual([
        'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ]);
    },
  );

  it.each(['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/x', '10.0.0.0/8/8'])(
    'takes %s for no CIDR',
    (value) => {
      expect(isValidCidr(value)).toHaveLength(1);
    },
  );

  it('bounds port numbers', () => {
    expect(isValidPortNum(65_535)).toEqual([]);
    expect(isValidPortNum(0)).toEqual(['must be between 1 and 65535, inclusive']);
  });

  it('answers to long text that almost matches, where backtracking would never end', () => {
    expect(isDns1123Subdomain(`${'a-'.repeat(50_000)}!`)).not.toEqual([]);
    expect(isQualifiedName(`${'a.'.repeat(50_000)}!`)).not.toEqual([]);
    expect(isValidPortName(`${'a'.repeat(50_000)}!`)).not.toEqual([]);
  });
});
