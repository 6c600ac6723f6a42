import type { KubeObject, Schema } from '@dormice/apimachinery';
import { kindOf } from '../builtin-kinds.ts';
import type { Kind } from '../kind.ts';
import { schemaOf } from '../structure.ts';
import {
  validateMutatingPolicy,
  validateMutatingPolicyBinding,
} from './validate-mutating-policies.ts';

const group = 'admissionregistration.k8s.io';

/** Versions that upstream serves when it is told to, preferred first. The first is stored. */
const versions = ['v1beta1', 'v1alpha1'] as const;
export type MutatingPolicyVersion = (typeof versions)[number];

const text = (proto: number): Schema => ({ type: 'string', proto, omitEmpty: true });

const stable = 'io.k8s.api.admissionregistration.v1.';

/** The same structure under the names of another version. */
function inVersion(schema: Schema, name: string): Schema {
  const { name: own, fields, items, values } = schema;
  if (own !== undefined && !own.startsWith(stable)) return schema;
  return {
    ...schema,
    ...(own === undefined ? {} : { name: `${name}.${own.slice(stable.length)}` }),
    ...(fields ? { fields: fieldsIn(fields, name) } : {}),
    ...(items ? { items: inVersion(items, name) } : {}),
    ...(values ? { values: inVersion(values, name) } : {}),
  };
}

const fieldsIn = (fields: Readonly<Record<string, Schema>>, name: string): Record<string, Schema> =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, inVersion(field, name)]));

/** A field with another place in protobuf. */
const at = (schema: Schema | undefined, proto: number): Schema => ({ ...schema, proto });

/** A list that has one owner. */
const atomic = (schema: Schema | undefined): Schema => {
  const {
    listMapKeys: _keys,
    patchMergeKey: _key,
    patchStrategy: _strategy,
    ...rest
  } = schema ?? {};
  return { ...rest, listType: 'atomic' };
};

function fieldsOf(schema: Schema, field: string): Readonly<Record<string, Schema>> {
  return schema.fields?.[field]?.fields ?? {};
}

function object(name: string, fields: Record<string, Schema>): Schema {
  return { type: 'object', name, fields };
}

/** The policies have what validating ones have, with mutations in place of validations. */
function policySpec(name: string, validating: Readonly<Record<string, Schema>>): Schema {
  const expression = (kind: string, proto: number): Schema => ({
    ...object(`${name}.${kind}`, { expression: text(1) }),
    proto,
    omitEmpty: true,
    pointer: true,
  });
  const mutation = object(`${name}.Mutation`, {
    patchType: { ...text(2), enum: ['ApplyConfiguration', 'JSONPatch'] },
    applyConfiguration: expression('ApplyConfiguration', 3),
    jsonPatch: expression('JSONPatch', 4),
  });
  mutation.required = ['patchType'];
  return object(`${name}.MutatingAdmissionPolicySpec`, {
    paramKind: at(validating['paramKind'], 1),
    matchConstraints: at(validating['matchConstraints'], 2),
    variables: at(atomic(validating['variables']), 3),
    mutations: { type: 'array', items: mutation, listType: 'atomic', proto: 4, omitEmpty: true },
    failurePolicy: { ...at(validating['failurePolicy'], 5) },
    matchConditions: at(validating['matchConditions'], 6),
    reinvocationPolicy: { ...text(7), enum: ['IfNeeded', 'Never'] },
  });
}

const bindingSpec = (name: string, validating: Readonly<Record<string, Schema>>): Schema =>
  object(`${name}.MutatingAdmissionPolicyBindingSpec`, {
    policyName: at(validating['policyName'], 1),
    paramRef: at(validating['paramRef'], 2),
    matchResources: at(validating['matchResources'], 3),
  });

/** A list of them has what other lists have. */
function listOf(item: Schema, like: string): Schema {
  const list = schemaOf(like);
  const items: Schema = { ...list.fields?.['items'], items: item };
  return { ...list, name: `${item.name}List`, fields: { ...list.fields, items } };
}

function rowOf(
  version: MutatingPolicyVersion,
  like: Kind,
  own: Pick<Kind, 'validate'> & { Mutations?: (object: KubeObject) => unknown },
  specOf: typeof policySpec,
): Kind {
  const kind = like.kind.replace('Validating', 'Mutating');
  const { Mutations, validate } = own;
  const packageName = `io.k8s.api.admissionregistration.${version}`;
  const { metadata = {}, kind: word = {}, apiVersion = {} } = like.schema.fields ?? {};
  const spec = specOf(packageName, fieldsIn(fieldsOf(like.schema, 'spec'), packageName));
  const schema: Schema = {
    ...object(`${packageName}.${kind}`, { apiVersion, kind: word, metadata }),
    ...(like.schema.required ? { required: like.schema.required } : {}),
  };
  schema.fields = { ...schema.fields, spec: { ...spec, proto: 2, omitEmpty: true } };
  const { prepareForCreate: _create, prepareForUpdate: _update, statusKeeps: _, ...rest } = like;
  return {
    ...rest,
    version,
    kind,
    listKind: `${kind}List`,
    resource: like.resource.replace('validating', 'mutating'),
    singular: kind.toLowerCase(),
    subresources: {},
    ...(version === 'v1alpha1'
      ? {
          deprecation: `${group}/v1alpha1 ${kind} is deprecated in v1.35+, unavailable in v1.38+`,
        }
      : {}),
    generation: true,
    columns: like.columns.map((column) =>
      column.name === 'Validations' && Mutations
        ? { ...column, name: 'Mutations', cell: Mutations }
        : column,
    ),
    validate: validate ?? (() => []),
    schema,
    listSchema: listOf(schema, `${like.schema.name}List`),
    ...(version === versions[0]
      ? {}
      : {
          storage: {
            group,
            resource: like.resource.replace('validating', 'mutating'),
            version: versions[0],
          },
        }),
  };
}

/** MutatingAdmissionPolicies and their bindings in one version: off by default upstream, so no rows of every server. */
export function mutatingPolicyKinds(version: MutatingPolicyVersion): Kind[] {
  const policy = kindOf(group, 'v1', 'ValidatingAdmissionPolicy');
  const binding = kindOf(group, 'v1', 'ValidatingAdmissionPolicyBinding');
  if (!policy || !binding) return [];
  const Mutations = ({ spec }: KubeObject) => (spec?.mutations ?? []).length;
  return [
    rowOf(version, policy, { validate: validateMutatingPolicy, Mutations }, policySpec),
    rowOf(version, binding, { validate: validateMutatingPolicyBinding }, bindingSpec),
  ];
}
