/**
 * What Kubernetes objects are and how they change: names, errors, schemas, selectors, patches, server-side apply,
 * quantities, codecs. Pure functions; no I/O.
 *
 * @packageDocumentation
 */

export { type Applied, type ApplyRequest, applyServerSide } from './apply/apply-server-side.ts';
export { mergeConfiguration } from './apply/merge-configuration.ts';
export { type UpdateRequest, updateManagedFields } from './apply/update-managed-fields.ts';
export { parseExact } from './codec/exact-numbers.ts';
export { encodeJson, type ParsedJson, parseJson } from './codec/json.ts';
export { jsonSyntaxError } from './codec/json-syntax.ts';
export { BackwardWriter } from './codec/protobuf/backward-writer.ts';
export { encodeMessage } from './codec/protobuf/encode-message.ts';
export { type ProtobufBody, parseProtobuf } from './codec/protobuf/parse-protobuf.ts';
export { protobufWatchFrame, serializeProtobuf } from './codec/protobuf/serialize-protobuf.ts';
export { ProtobufError } from './codec/protobuf/wire.ts';
export { unrecognizedBody } from './codec/unrecognized-body.ts';
export { parseYaml, parseYamlDocuments, parseYamlTelling } from './codec/yaml.ts';
export { type Condition, getCondition, setCondition } from './conditions.ts';
export { formatDuration, humanDuration, parseDuration } from './duration.ts';
export * as fieldErrors from './field-error.ts';
export {
  type FieldError,
  type FieldErrorType,
  fieldErrorBody,
  formatFieldError,
  omitted,
} from './field-error.ts';
export { scaledValue } from './int-or-string.ts';
export { deepClone, deepEqual, isPlainObject } from './json-clone.ts';
export { jsonPath } from './json-path.ts';
export {
  type NameRule,
  validateAnnotations,
  validateLabels,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './names/object-meta.ts';
export * from './names/rules.ts';
export * from './object.ts';
export { controllerOf, ownerReferenceTo } from './owner.ts';
export {
  applyPatch,
  type PatchRequest,
  type PatchType,
  patchContentTypes,
} from './patch/apply-patch.ts';
export { goValue } from './patch/go-value.ts';
export { applyJsonPatch, maxJsonPatchOperations } from './patch/json-patch.ts';
export { applyMergePatch } from './patch/merge-patch.ts';
export { applyStrategicMergePatch } from './patch/strategic-merge.ts';
export { isQuantity, parseQuantity, Quantity, quantityCompare } from './quantity.ts';
export { generateName, randomSuffix } from './random-suffix.ts';
export { applySchemaDefaults, dropNulls, prune } from './schema/custom.ts';
export { type Decoded, DecodeError, decode, type EmptyList } from './schema/decode.ts';
export { type OpenApiSchema, schemaFromOpenApi } from './schema/from-openapi.ts';
export { goPattern } from './schema/go-pattern.ts';
export { validateSchema } from './schema/validate.ts';
export type { Schema, ValidationRule } from './schema.ts';
export {
  type FieldRequirement,
  matchesFields,
  parseFieldSelector,
} from './selectors/field-selector.ts';
export {
  LabelSelector,
  type LabelSelectorObject,
  labelSelectorFrom,
  labelSelectorFromMap,
  parseLabelSelector,
  validateLabelSelector,
} from './selectors/label-selector.ts';
export {
  errors,
  isReason,
  type Status,
  type StatusCause,
  type StatusDetails,
  StatusError,
  type StatusReason,
  toStatusError,
} from './status-error.ts';
export { formatMicroTime, formatTime, isTime, parseTime } from './time.ts';
