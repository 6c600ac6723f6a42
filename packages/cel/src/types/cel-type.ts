/** A type as the checker knows it. */
export type CelType =
  /** `size`: the most code points or bytes that a text has. */
  | { kind: SimpleKind; size?: number }
  | { kind: 'list'; element: CelType; size?: number }
  | { kind: 'map'; key: CelType; value: CelType; size?: number }
  | ObjectType
  | { kind: 'optional'; inner: CelType }
  | { kind: 'type'; inner: CelType }
  /** A type of a library: `kubernetes.Quantity`. */
  | { kind: 'opaque'; name: string }
  /** Stands for any one type within an overload. */
  | { kind: 'param'; name: string };

export type SimpleKind =
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'null'
  | 'timestamp'
  | 'duration'
  | 'dyn'
  | 'error';

/** An object with known fields. */
export interface ObjectType {
  kind: 'object';
  name: string;
  /** By the name that expressions use (escaped where it must be). */
  fields: ReadonlyMap<string, ObjectField>;
  /** Expressions may make values of it (`Object{…}`). */
  constructible?: boolean;
}

export interface ObjectField {
  /** Name in JSON. */
  name: string;
  type: CelType;
}

const simple = (kind: SimpleKind): CelType => ({ kind });

export const bool = simple('bool');
export const int = simple('int');
export const uint = simple('uint');
export const double = simple('double');
export const string = simple('string');
export const bytes = simple('bytes');
export const nullType = simple('null');
export const timestamp = simple('timestamp');
export const duration = simple('duration');
export const dyn = simple('dyn');
export const errorType = simple('error');

export const listOf = (element: CelType): CelType => ({ kind: 'list', element });
export const mapOf = (key: CelType, value: CelType): CelType => ({ kind: 'map', key, value });
export const optionalOf = (inner: CelType): CelType => ({ kind: 'optional', inner });
export const typeOf = (inner: CelType): CelType => ({ kind: 'type', inner });
export const opaque = (name: string): CelType => ({ kind: 'opaque', name });
export const param = (name: string): CelType => ({ kind: 'param', name });

const printed: Partial<Record<SimpleKind, string>> = { error: '!error!' };

/** A type as cel-go prints it. */
export function formatType(type: CelType): string {
  switch (type.kind) {
    case 'list':
      return `list(${formatType(type.element)})`;
    case 'map':
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case 'object':
    case 'opaque':
    case 'param':
      return type.name;
    case 'optional':
      return `optional_type(${formatType(type.inner)})`;
    case 'type':
      return `type(${formatType(type.inner)})`;
    default:
      return printed[type.kind] ?? type.kind;
  }
}

export const isDyn = (type: CelType): boolean => type.kind === 'dyn' || type.kind === 'error';
