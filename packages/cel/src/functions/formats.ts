import {
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
} from '@dormice/apimachinery';
import { parseDuration, parseTimestamp } from '../runtime/time.ts';
import { ListValue, OpaqueValue, OptionalValue, type Value } from '../runtime/values.ts';
import { listOf, opaque, optionalOf, string } from '../types/cel-type.ts';
import { global, method, type Overload, traversal } from './overload.ts';

interface Format {
  name: string;
  validate: (text: string) => readonly string[];
}

const name = 'kubernetes.NamedFormat';
const type = opaque(name);

const holds =
  (test: (text: string) => unknown, problem: string) =>
  (text: string): string[] => {
    try {
      return test(text) === false ? [problem] : [];
    } catch {
      return [problem];
    }
  };

/** Prefixes may end where a suffix follows. */
const prefix = (rule: (text: string) => readonly string[]) => (text: string) =>
  rule(text.replace(/-$/, 'a'));

const formats: Record<string, Format['validate']> = {
  dns1123Label: isDns1123Label,
  dns1123Subdomain: isDns1123Subdomain,
  dns1035Label: isDns1035Label,
  dns1123LabelPrefix: prefix(isDns1123Label),
  dns1123SubdomainPrefix: prefix(isDns1123Subdomain),
  dns1035LabelPrefix: prefix(isDns1035Label),
  qualifiedName: isQualifiedName,
  labelValue: isValidLabelValue,
  uri: holds(
    (text) => /^(\/|[a-zA-Z][a-zA-Z0-9+.-]*:\/\/)\S*$/.test(text),
    'invalid URI for request',
  ),
  uuid: holds(
    (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
    'does not match the UUID format',
  ),
  byte: holds(
    (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
    'invalid base64',
  ),
  date: holds(
    (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && parseTimestamp(`${text}T00:00:00Z`),
    'invalid date',
  ),
  datetime: holds(parseTimestamp, 'invalid datetime'),
  duration: holds(parseDuration, 'invalid duration'),
};

const formatValue = (format: string): Value =>
  new OpaqueValue<Format>(name, { name: format, validate: formats[format] ?? (() => []) }, format);

/** `format.dns1123Label().validate(text)`: nothing, or what is wrong. */
export const namedFormats: readonly Overload[] = [
  ...Object.keys(formats).map((format) =>
    global(`format.${format}`, [], type, () => formatValue(format)),
  ),
  global('format.named', [string], optionalOf(type), ([format]) =>
    Object.hasOwn(formats, format as string)
      ? new OptionalValue(formatValue(format as string))
      : new OptionalValue(),
  ),
  method(
    'validate',
    [type, string],
    optionalOf(listOf(string)),
    ([format, text]) => {
      const problems = (format as OpaqueValue<Format>).value.validate(text as string);
      return problems.length === 0
        ? new OptionalValue()
        : new OptionalValue(new ListValue([...problems]));
    },
    ([, text]) => Math.max(1, traversal((text as string).length)),
  ),
];
