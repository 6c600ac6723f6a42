import {
  boolYaml11Tag,
  defineScalarTag,
  FAILSAFE_SCHEMA,
  mergeTag,
  NOT_RESOLVED,
  nullCoreTag,
} from 'js-yaml';

const bases: Record<string, number> = { x: 16, o: 8, b: 2 };

/** `0x1F`, `0o17`, `017`, `0b11`, `1_000`: all that Go's YAML takes for an integer. */
function integer(source: string): number | typeof NOT_RESOLVED {
  const plain = source.replaceAll('_', '');
  const match = /^([-+]?)(?:0([xob])([0-9a-fA-F]+)|(\d+))$/.exec(plain);
  if (!match || (!/\d/.test(source[0] ?? '') && !/^[-+]\d/.test(source))) return NOT_RESOLVED;
  const [, sign, base, prefixed, decimal = ''] = match;
  const octal = /^0[0-7]+$/.test(decimal);
  const value =
    base === undefined
      ? Number.parseInt(decimal, octal ? 8 : 10)
      : wholeNumber(prefixed ?? '', bases[base] ?? 10);
  if (Number.isNaN(value)) return NOT_RESOLVED;
  return sign === '-' && value !== 0 ? -value : value;
}

/** `Number.parseInt` stops at the first foreign digit; here one is enough to be no number. */
function wholeNumber(digits: string, base: number): number {
  const fits = [...digits].every((digit) => !Number.isNaN(Number.parseInt(digit, base)));
  return fits ? Number.parseInt(digits, base) : Number.NaN;
}

function float(source: string): number | typeof NOT_RESOLVED {
  if (!/^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(source)) return special(source);
  const value = Number(source);
  return Number.isFinite(value) ? value : NOT_RESOLVED;
}

function special(source: string): typeof NOT_RESOLVED {
  const match = /^([-+]?)\.(?:(inf|Inf|INF)|nan|NaN|NAN)$/.exec(source);
  if (!match) return NOT_RESOLVED;
  const name = match[2] === undefined ? 'NaN' : `${match[1] === '-' ? '-' : '+'}Inf`;
  throw new SyntaxError(`json: unsupported value: ${name}`);
}

const digits = ['-', '+', ...'0123456789'];
const loadOnly = { implicit: true, identify: () => false };

/**
 * YAML as Kubernetes reads it (sigs.k8s.io/yaml): YAML 1.1's booleans and integers, merge keys, but times stay text,
 * because what is read becomes JSON.
 */
export const kubernetesYaml = FAILSAFE_SCHEMA.withTags(
  nullCoreTag,
  boolYaml11Tag,
  defineScalarTag('tag:yaml.org,2002:int', {
    ...loadOnly,
    implicitFirstChars: digits,
    resolve: integer,
  }),
  defineScalarTag('tag:yaml.org,2002:float', {
    ...loadOnly,
    implicitFirstChars: [...digits, '.'],
    resolve: float,
  }),
  mergeTag,
);
