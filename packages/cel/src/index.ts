/**
 * CEL as Kubernetes 1.35 speaks it: expressions are parsed, type-checked, priced and run within a budget.
 *
 * @packageDocumentation
 */
export { type CompileOptions, compile, type Outcome, type Program, returns } from './compile.ts';
export { estimateCost } from './cost/estimate.ts';
export * from './functions/authorizers.ts';
export { dynamicFromJson, valueFromJson } from './runtime/from-json.ts';
export { jsonFromValue, misplacedTypes } from './runtime/to-json.ts';
export { claimsFromJson } from './runtime/unescaping.ts';
export { ListValue, MapValue, type Value } from './runtime/values.ts';
export { usesField } from './syntax/uses-field.ts';
export { usesVariable } from './syntax/uses-variable.ts';
export {
  bool,
  type CelType,
  dyn,
  formatType,
  listOf,
  mapOf,
  type ObjectType,
  optionalOf,
  string,
} from './types/cel-type.ts';
export { typeFromSchema } from './types/from-schema.ts';

import { type Value as AnyValue, CelError, OptionalValue } from './runtime/values.ts';

/** A value that may be missing, as `oldSelf` of rules that allow it. */
export const optionalValue = (value: AnyValue | undefined): AnyValue => new OptionalValue(value);

/** An error of an expression, thrown by what it calls back into. */
export const celError = (message: string): Error => new CelError(message);
