/**
 * The built-in kinds of Kubernetes 1.35 as rows of data and pure functions, and CRDs as rows of the same shape.
 *
 * @packageDocumentation
 */

export { admissionExpression, type Uses } from './admissionregistration/admission-expressions.ts';
export {
  type MutatingPolicyVersion,
  mutatingPolicyKinds,
} from './admissionregistration/mutating-policies.ts';
export { kindsOfCrd } from './apiextensions/crd-kind.ts';
export { hasRules } from './apiextensions/rules/compiled-rules.ts';
export { validateRules } from './apiextensions/rules/validate-rules.ts';
export { validateCrd } from './apiextensions/validate-crd.ts';
export { bootstrapObjects } from './bootstrap.ts';
export { apiGroups, builtinKinds, kindByResource, kindOf } from './builtin-kinds.ts';
export {
  type Amounts as PodAmounts,
  aggregate as aggregateAmounts,
} from './core/pod-level-resources.ts';
export { podQosClass } from './core/pod-qos.ts';
export { isNative as isNativeResource } from './core/resource-names.ts';
export { validateServiceAddresses } from './core/validate-service-addresses.ts';
export { Elapsed, showCell } from './elapsed.ts';
export * from './kind.ts';
export { schemaOf } from './structure.ts';
