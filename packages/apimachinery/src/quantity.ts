/** Exact value: `digits × 10^exponent`. */
interface Decimal {
  digits: bigint;
  exponent: number;
}

type Form = 'decimal' | 'binary' | 'exponent';

const decimalExponents: Record<string, number> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binaryShifts: Record<string, bigint> = {
  Ki: 10n,
  Mi: 20n,
  Gi: 30n,
  Ti: 40n,
  Pi: 50n,
  Ei: 60n,
};
const grammar = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

/** Longer numbers and larger exponents are no amounts of anything, but would cost time. */
const longestText = 512;
const largestExponent = 256;

/** What an amount in binary form is cut to: 2^63 - 1. */
const largestBinary = (2n ** 63n - 1n) * 1_000_000_000n;

/** What upstream answers to text that is no quantity. */
export const quantityError =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const pow10 = (exponent: number): bigint => 10n ** BigInt(exponent);

/** `resource.Quantity`: an exact number in one of three forms, which formatting keeps. Immutable. */
export class Quantity {
  /** In units of 10^-9: the finest that Kubernetes keeps; finer values are rounded up. */
  readonly nano: bigint;
  readonly #form: Form;

  constructor(nano: bigint, form: Form) {
    this.nano = nano;
    this.#form = form;
  }

  add(other: Quantity): Quantity {
    return new Quantity(this.nano + other.nano, this.nano === 0n ? other.#form : this.#form);
  }

  subtract(other: Quantity): Quantity {
    return new Quantity(this.nano - other.nano, this.nano === 0n ? other.#form : this.#form);
  }

  /** Negative, 0 or positive, as for `sort`. */
  compare(other: Quantity): number {
    return this.nano < other.nano ? -1 : this.nano > other.nano ? 1 : 0;
  }

  get sign(): number {
    return this.nano < 0n ? -1 : this.nano > 0n ? 1 : 0;
  }

  /** Rounded up to whole units, as `Quantity.Value()`. */
  value(): bigint {
    return ceilDivide(this.nano, 1_000_000_000n);
  }

  /** Rounded up to thousandths, as `Quantity.MilliValue()`. */
  milliValue(): bigint {
    return ceilDivide(this.nano, 1_000_000n);
  }

  toNumber(): number {
    return Number(this.nano) / 1e9;
  }

  /** The canonical text: `1024Mi` → `1Gi`, `0.1` → `100m`. */
  toString(): string {
    if (this.nano === 0n) return '0';
    if (this.#form === 'binary' && this.#fitsBinary()) return this.#binary();
    let exponent = -9;
    let digits = this.nano;
    const largest = this.#form === 'exponent' ? Number.POSITIVE_INFINITY : 18;
    while (digits % 1000n === 0n && exponent < largest) {
      digits /= 1000n;
      exponent += 3;
    }
    if (this.#form === 'exponent') return exponent === 0 ? `${digits}` : `${digits}e${exponent}`;
    const suffix = Object.keys(decimalExponents).find((key) => decimalExponents[key] === exponent);
    return `${digits}${suffix ?? ''}`;
  }

  /** Binary suffixes are for amounts of at least 1024; smaller ones and fractions are printed decimally. */
  #fitsBinary(): boolean {
    const size = this.nano < 0n ? -this.nano : this.nano;
    return size >= 1024n * 1_000_000_000n && size % 1_000_000_000n === 0n;
  }

  #binary(): string {
    let units = this.nano / 1_000_000_000n;
    let suffix = '';
    for (const name of Object.keys(binaryShifts)) {
      if (units % 1024n !== 0n) break;
      units /= 1024n;
      suffix = name;
    }
    return `${units}${suffix}`;
  }
}

function ceilDivide(value: bigint, by: bigint): bigint {
  const whole = value / by;
  return value > 0n && value % by !== 0n ? whole + 1n : whole;
}

/** Throws `RangeError` with upstream's words when the text is no quantity. */
export function parseQuantity(text: string): Quantity {
  const match = text.length > longestText ? null : grammar.exec(text);
  const [, sign, whole = '', fraction = '', suffix = ''] = match ?? [];
  if (!match || text === '') throw new RangeError(quantityError);
  const { form, exponent, shift } = readSuffix(suffix);
  const digits = BigInt(`${whole}${fraction}` || '0') << shift;
  const nano = toNano({ digits, exponent: exponent - fraction.length });
  const amount = form === 'binary' && nano > largestBinary ? largestBinary : nano;
  // Fractions of a unit have no binary form.
  const shown = form === 'binary' && amount < 1_000_000_000n ? 'decimal' : form;
  return new Quantity(sign === '-' ? -amount : amount, shown);
}

function readSuffix(suffix: string): { form: Form; exponent: number; shift: bigint } {
  const shift = binaryShifts[suffix];
  if (shift !== undefined) return { form: 'binary', exponent: 0, shift };
  const decimal = decimalExponents[suffix];
  if (decimal !== undefined) return { form: 'decimal', exponent: decimal, shift: 0n };
  const exponent = /^[eE][-+]?\d+$/.test(suffix) ? Number(suffix.slice(1)) : Number.NaN;
  if (Number.isNaN(exponent) || Math.abs(exponent) > largestExponent) {
    throw new RangeError("unable to parse quantity's suffix");
  }
  return { form: 'exponent', exponent, shift: 0n };
}

/** Finer than 10^-9 is rounded away from zero. */
function toNano({ digits, exponent }: Decimal): bigint {
  const power = exponent + 9;
  return power >= 0 ? digits * pow10(power) : ceilDivide(digits, pow10(-power));
}

export function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch {
    return false;
  }
}

/** Order of two quantities given as text. */
export function quantityCompare(a: string, b: string): number {
  return parseQuantity(a).compare(parseQuantity(b));
}
