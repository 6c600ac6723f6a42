/**
 * The rules of names, labels and the like, each a function from a value to what is wrong with it: an empty list when it
 * is good. Messages are k8s.io/apimachinery/pkg/util/validation's.
 */

const label1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain1123 = `${label1123}(\\.${label1123})*`;
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualifiedPart = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualifiedPart})?`;
const configMapKey = '[-._a-zA-Z0-9]+';

/**
 * The expressions above are what messages show. They would take quadratic, or worse, time on long text that almost
 * matches, so the rules themselves look at the letters and at both ends.
 */
const betweenEnds =
  (letters: RegExp, first: RegExp, last: RegExp) =>
  (value: string): boolean =>
    letters.test(value) && first.test(value) && last.test(value);

const matches = {
  label1123: betweenEnds(/^[-a-z0-9]+$/, /^[a-z0-9]/, /[a-z0-9]$/),
  label1035: betweenEnds(/^[-a-z0-9]+$/, /^[a-z]/, /[a-z0-9]$/),
  subdomain1123: (value: string): boolean => value.split('.').every(matchesLabel),
  qualifiedPart: betweenEnds(/^[-A-Za-z0-9_.]+$/, /^[A-Za-z0-9]/, /[A-Za-z0-9]$/),
  labelValue: (value: string): boolean => value === '' || matches.qualifiedPart(value),
  envVarName: (value: string): boolean => /^[\x20-\x3c\x3e-\x7e]+$/.test(value),
  configMapKey: (value: string): boolean => /^[-._a-zA-Z0-9]+$/.test(value),
  portName: (value: string): boolean => /^[-a-z0-9]+$/.test(value),
};

function matchesLabel(value: string): boolean {
  return matches.label1123(value);
}

/** Names count characters, labels count bytes; both are ASCII when they are good. */
const tooLong = (max: number, unit: 'bytes' | 'characters'): string =>
  `must be no more than ${max} ${unit}`;

function regexMessage(message: string, pattern: string, ...examples: string[]): string {
  // Two spaces before `or`: so upstream joins them.
  const quoted = examples.map((example) => `'${example}'`).join(',  or ');
  return `${message} (e.g. ${quoted}, regex used for validation is '${pattern}')`;
}

const messages = {
  label1123: regexMessage(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    label1123,
    'my-name',
    '123-abc',
  ),
  subdomain1123: regexMessage(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    subdomain1123,
    'example.com',
  ),
  label1035: regexMessage(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    label1035,
    'my-name',
    'abc-123',
  ),
  qualifiedName: regexMessage(
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    qualifiedPart,
    'MyName',
    'my.name',
    '123-abc',
  ),
  labelValue: regexMessage(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    labelValue,
    'MyValue',
    'my_value',
    '12345',
  ),
  configMapKey: regexMessage(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    configMapKey,
    'key.name',
    'KEY_NAME',
    'key-name',
  ),
  envVarName:
    "a valid environment variable name must consist only of printable ASCII characters other than '='",
};

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function rule(
  max: number,
  matcher: (value: string) => boolean,
  message: string,
  unit: 'bytes' | 'characters' = 'characters',
): (value: string) => string[] {
  return (value) => [
    ...(bytes(value) > max ? [tooLong(max, unit)] : []),
    ...(matcher(value) ? [] : [message]),
  ];
}

/** A good subdomain that is no label can only have dots too many. */
export function isDns1123Label(value: string): string[] {
  const dots = !matches.label1123(value) && matches.subdomain1123(value);
  return dots
    ? [...(bytes(value) > 63 ? [tooLong(63, 'characters')] : []), 'must not contain dots']
    : label1123Rule(value);
}

const label1123Rule = rule(63, matches.label1123, messages.label1123);
export const isDns1123Subdomain = rule(253, matches.subdomain1123, messages.subdomain1123);
export const isDns1035Label = rule(63, matches.label1035, messages.label1035);
export const isValidLabelValue = rule(63, matches.labelValue, messages.labelValue, 'bytes');

const prefixRule = rule(253, matches.subdomain1123, messages.subdomain1123, 'bytes');

/** `prefix/name` or `name`: keys of labels and annotations, names of resources and finalizers. */
export function isQualifiedName(value: string): string[] {
  const problems: string[] = [];
  const parts = value.split('/');
  let name = parts[0] ?? '';
  if (parts.length === 2) {
    const [prefix = '', rest = ''] = parts;
    name = rest;
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...prefixRule(prefix).map((text) => `prefix part ${text}`));
  } else if (parts.length > 2) {
    return [
      'a valid label key ' +
        regexMessage(
          "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
          qualifiedPart,
          'MyName',
          'my.name',
          '123-abc',
        ) +
        " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (bytes(name) > 63) problems.push(`name part ${tooLong(63, 'bytes')}`);
  if (!matches.qualifiedPart(name)) problems.push(messages.qualifiedName);
  return problems;
}

/** Names that are path segments and nothing more: RBAC objects, CSRs. */
export function isPathSegmentName(value: string): string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`];
  return ['/', '%'].filter((bad) => value.includes(bad)).map((bad) => `may not contain '${bad}'`);
}

export function isValidPortNum(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

/** IANA service names: ports' names. */
export function isValidPortName(value: string): string[] {
  const problems: string[] = [];
  if (value.length > 15) problems.push('must be no more than 15 characters');
  if (!matches.portName(value)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(value)) problems.push('must contain at least one letter (a-z)');
  if (value.includes('--')) problems.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) {
    problems.push('must not begin or end with a hyphen');
  }
  return problems;
}

export function isEnvVarName(value: string): string[] {
  return value !== '' && matches.envVarName(value) ? [] : [messages.envVarName];
}

export function isConfigMapKey(value: string): string[] {
  const problems: string[] = [];
  if (bytes(value) > 253) problems.push(tooLong(253, 'characters'));
  if (!matches.configMapKey(value)) problems.push(messages.configMapKey);
  if (value === '.' || value === '..') problems.push(`must not be '${value}'`);
  else if (value.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}

const ipv4 = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

export function isIpv4(value: string): boolean {
  return ipv4.test(value);
}

export function isIpv6(value: string): boolean {
  if (!value.includes(':') || !/^[0-9a-fA-F:.]+$/.test(value)) return false;
  const halves = value.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const embedded = last.includes('.');
  if (embedded && !isIpv4(last)) return false;
  const hex = embedded ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = hex.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

export function isValidIp(value: string): string[] {
  return isIpv4(value) || isIpv6(value)
    ? []
    : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
}

export function isValidCidr(value: string): string[] {
  const [address = '', length = ''] = value.split('/');
  const max = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1;
  const good = /^\d+$/.test(length) && Number(length) <= max && value.split('/').length === 2;
  return good ? [] : ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
}
