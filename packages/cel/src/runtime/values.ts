import type { CelType, ObjectType } from '../types/cel-type.ts';

/**
 * A value while an expression runs. Integers are `bigint`, doubles `number`; everything else that JavaScript has no type
 * of its own for is a class below.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | ListValue
  | MapValue
  | OptionalValue
  | TypeValue
  | OpaqueValue;

/** The expression has no value: a wrong index, an overflow … */
export class CelError extends Error {}

/** The budget is used up; unlike other errors nothing absorbs it. */
export class CostExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** Nanoseconds since 1970. */
export class Timestamp {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** Nanoseconds. */
export class Duration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** How a list of a schema compares: a set or a map list has no order. */
export type ListOrder = { type: 'set' } | { type: 'map'; keys: readonly string[] } | undefined;

/** A list; elements are converted when somebody looks. */
export class ListValue {
  readonly length: number;
  readonly order: ListOrder;
  readonly #raw: readonly unknown[];
  readonly #convert: ((raw: unknown) => Value) | undefined;

  constructor(raw: readonly unknown[], convert?: (raw: unknown) => Value, order?: ListOrder) {
    this.#raw = raw;
    this.#convert = convert;
    this.length = raw.length;
    this.order = order;
  }

  at(index: number): Value {
    const raw = this.#raw[index];
    return this.#convert ? this.#convert(raw) : (raw as Value);
  }

  *[Symbol.iterator](): Generator<Value> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index);
  }
}

export type Key = string | bigint | boolean | Uint;

/** Equal keys have equal text: 1, 1u and 1.0 are one key. */
export function keyText(key: Value): string | undefined {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : undefined;
  if (typeof key === 'boolean') return `b${key}`;
  return key instanceof Uint ? `n${key.value}` : undefined;
}

/** A map, or an object with known fields. */
export class MapValue {
  /** Is it an object of a schema? Missing fields are errors with its words. */
  readonly typed: boolean;
  /** The type that the expression named when it made the object. */
  readonly type: ObjectType | undefined;
  readonly #entries: Map<
    string,
    { key: Key; raw: unknown; convert: ((raw: unknown) => Value) | undefined }
  >;

  constructor(
    entries: Iterable<[Key, unknown, ((raw: unknown) => Value)?]>,
    options: { typed?: boolean; type?: ObjectType | undefined } = {},
  ) {
    this.#entries = new Map();
    for (const [key, raw, convert] of entries) {
      this.#entries.set(keyText(key) ?? '', { key, raw, convert });
    }
    this.typed = options.typed ?? false;
    this.type = options.type;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: Value): boolean {
    const text = keyText(key);
    return text !== undefined && this.#entries.has(text);
  }

  get(key: Value): Value | undefined {
    const text = keyText(key);
    const entry = text === undefined ? undefined : this.#entries.get(text);
    if (!entry) return undefined;
    return entry.convert ? entry.convert(entry.raw) : (entry.raw as Value);
  }

  *keys(): Generator<Key> {
    for (const { key } of this.#entries.values()) yield key;
  }
}

export class OptionalValue {
  readonly value: Value | undefined;
  constructor(value?: Value) {
    this.value = value;
  }
}

export class TypeValue {
  readonly type: CelType;
  constructor(type: CelType) {
    this.type = type;
  }
}

/** A value of a library: its type's name, what it holds, and a text that equal values share. */
export class OpaqueValue<T = unknown> {
  readonly type: string;
  readonly value: T;
  readonly identity: string;
  constructor(type: string, value: T, identity: string) {
    this.type = type;
    this.value = value;
    this.identity = identity;
  }
}
