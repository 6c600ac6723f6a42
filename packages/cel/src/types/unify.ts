import { type CelType, dyn, isDyn } from './cel-type.ts';

/** What the parameters of an overload stand for. */
export type Bindings = Map<string, CelType>;

/** Types that null may stand for. */
const nullable = new Set(['object', 'opaque', 'timestamp', 'duration', 'optional']);

/**
 * May a value of type `actual` stand where `wanted` is asked for? Parameters of `wanted` are bound on the way.
 */
export function isAssignable(wanted: CelType, actual: CelType, bindings: Bindings): boolean {
  if (wanted.kind === 'param') {
    const bound = bindings.get(wanted.name);
    if (bound === undefined) {
      bindings.set(wanted.name, actual);
      return true;
    }
    if (isAssignable(bound, actual, bindings)) return true;
    if (isAssignable(actual, bound, bindings)) {
      bindings.set(wanted.name, actual);
      return true;
    }
    return false;
  }
  if (isDyn(wanted) || isDyn(actual)) return true;
  if (actual.kind === 'param') return true;
  if (actual.kind === 'null') return wanted.kind === 'null' || nullable.has(wanted.kind);
  if (wanted.kind === 'null') return nullable.has(actual.kind);
  if (wanted.kind !== actual.kind) return false;
  switch (wanted.kind) {
    case 'list':
      return isAssignable(wanted.element, (actual as typeof wanted).element, bindings);
    case 'map': {
      const other = actual as typeof wanted;
      return (
        isAssignable(wanted.key, other.key, bindings) &&
        isAssignable(wanted.value, other.value, bindings)
      );
    }
    case 'optional':
    case 'type':
      return isAssignable(wanted.inner, (actual as typeof wanted).inner, bindings);
    case 'object':
    case 'opaque':
      return wanted.name === (actual as typeof wanted).name;
    default:
      return true;
  }
}

/** A type with its parameters replaced; those that nothing bound are anything. */
export function substitute(type: CelType, bindings: Bindings): CelType {
  switch (type.kind) {
    case 'param': {
      const bound = bindings.get(type.name);
      return bound === undefined ? dyn : bound.kind === 'param' ? dyn : bound;
    }
    case 'list':
      return { ...type, element: substitute(type.element, bindings) };
    case 'map':
      return {
        ...type,
        key: substitute(type.key, bindings),
        value: substitute(type.value, bindings),
      };
    case 'optional':
    case 'type':
      return { ...type, inner: substitute(type.inner, bindings) };
    default:
      return type;
  }
}

/** A type that both fit in. */
export function join(a: CelType, b: CelType): CelType {
  if (isAssignable(a, b, new Map())) return isDyn(a) ? a : a.kind === 'null' ? b : a;
  if (isAssignable(b, a, new Map())) return b;
  return dyn;
}
