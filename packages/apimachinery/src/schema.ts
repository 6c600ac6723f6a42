/**
 * The structure of a kind: one shape for built-in kinds (from the generated table) and for CRDs (from their
 * `openAPIV3Schema`), so that validation, pruning, defaulting, patches and server-side apply are written once.
 */
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  /** Known fields of an object. */
  fields?: Record<string, Schema>;
  required?: string[];
  /** Element of an array. */
  items?: Schema;
  /** Value of a map with free keys (`additionalProperties`). */
  values?: Schema;
  format?: string;
  enum?: unknown[];
  default?: unknown;
  nullable?: boolean;
  /** `x-kubernetes-int-or-string`. */
  intOrString?: boolean;
  /** `x-kubernetes-preserve-unknown-fields`; also raw extensions and JSON. */
  preserveUnknown?: boolean;
  /** `x-kubernetes-embedded-resource`. */
  embedded?: boolean;

  /** Server-side apply. An array without `listType` is atomic. */
  listType?: 'atomic' | 'set' | 'map';
  listMapKeys?: string[];
  /** Objects and maps are granular unless `atomic`. */
  mapType?: 'atomic' | 'granular';
  /** Strategic merge patch; never the same thing as `listMapKeys`. */
  patchMergeKey?: string;
  /** `merge`, `replace`, `retainKeys`, or several. */
  patchStrategy?: string[];

  /** JSON-schema value validations, CRDs only. */
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  /** `x-kubernetes-validations`. */
  rules?: ValidationRule[];

  /** Go facts of built-in kinds: how a zero value is written, and the protobuf field. */
  omitEmpty?: boolean;
  pointer?: boolean;
  /** The field number in the parent message. */
  proto?: number;
  /** `varint`, `bytes` … as in the .proto file. */
  wire?: string;
  /** Name of the definition this came from (`io.k8s.api.core.v1.PodSpec`), for OpenAPI. */
  name?: string;
  description?: string;
}

export interface ValidationRule {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
  optionalOldSelf?: boolean;
}
