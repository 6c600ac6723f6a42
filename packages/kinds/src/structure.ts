import type { Schema } from '@dormice/apimachinery';
import {
  definitionName,
  type RawDefinition,
  type RawType,
  structureTable,
} from './structure-table.ts';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const extensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';

/** Definitions whose JSON form is not what their fields say. */
const specialTypes: Record<string, Schema> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'string', format: 'quantity' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
    type: 'string',
    format: 'int-or-string',
    intOrString: true,
  },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { type: 'object', preserveUnknown: true },
  [`${meta}Time`]: { type: 'string', format: 'date-time' },
  [`${meta}MicroTime`]: { type: 'string', format: 'micro-time' },
  [`${meta}Duration`]: { type: 'string', format: 'duration' },
  [`${meta}FieldsV1`]: { type: 'object', preserveUnknown: true },
  [`${meta}Patch`]: { type: 'object', preserveUnknown: true },
  [`${extensions}JSON`]: { preserveUnknown: true },
  [`${extensions}JSONSchemaPropsOrArray`]: { preserveUnknown: true },
  [`${extensions}JSONSchemaPropsOrBool`]: { preserveUnknown: true },
  [`${extensions}JSONSchemaPropsOrStringArray`]: { preserveUnknown: true },
};

/** Defaults that server-side apply needs to build the keys of a map list. */
const keyDefaults: Record<string, Record<string, unknown>> = {
  'io.k8s.api.core.v1.ContainerPort': { protocol: 'TCP' },
  'io.k8s.api.core.v1.ServicePort': { protocol: 'TCP' },
};

const indexByName = new Map(structureTable.names.map((_, index) => [definitionName(index), index]));
const fieldsByDefinition = new Map<number, Record<string, Schema>>();
const schemaByName = new Map<string, Schema>();
const schemaByType: (Schema | undefined)[] = [];

/** The fields of a definition: one shared record, registered before it is filled so that types may be recursive. */
function fieldsOf(index: number): Record<string, Schema> {
  const known = fieldsByDefinition.get(index);
  if (known !== undefined) return known;
  const fields: Record<string, Schema> = {};
  fieldsByDefinition.set(index, fields);
  const [, flat] = structureTable.definitions[index] as RawDefinition;
  const defaults = keyDefaults[definitionName(index)];
  for (let at = 0; at < flat.length; at += 3) {
    const name = flat[at] as string;
    const schema = fromType(flat[at + 1] as number);
    const proto = flat[at + 2] as number;
    if (proto > 0) schema.proto = proto;
    if (defaults?.[name] !== undefined) schema.default = defaults[name];
    fields[name] = schema;
  }
  return fields;
}

/** What a definition says of any value of it. */
function fromDefinition(index: number): Schema {
  const name = definitionName(index);
  const special = specialTypes[name];
  if (special !== undefined) return { ...special, name };
  const [head, flat, required] = structureTable.definitions[index] as RawDefinition;
  const schema: Schema = fromType(head);
  if (flat.length > 0 || schema.type === 'object') schema.fields = fieldsOf(index);
  if (required !== undefined) schema.required = required;
  schema.name = name;
  return schema;
}

/** A new schema object for an interned type; children are shared. */
function fromType(index: number): Schema {
  const raw = structureTable.types[index] as RawType;
  const schema: Schema = raw.r === undefined ? {} : fromDefinition(raw.r);
  if (raw.t !== undefined) schema.type = raw.t as NonNullable<Schema['type']>;
  if (raw.f !== undefined) schema.format = raw.f;
  if (raw.e !== undefined) schema.enum = raw.e;
  if (raw.l !== undefined) schema.listType = raw.l as NonNullable<Schema['listType']>;
  if (raw.k !== undefined) schema.listMapKeys = raw.k;
  if (raw.m !== undefined) schema.mapType = raw.m as NonNullable<Schema['mapType']>;
  if (raw.p !== undefined) schema.patchMergeKey = raw.p;
  if (raw.s !== undefined) schema.patchStrategy = raw.s.split(',');
  if (raw.o !== undefined) schema.omitEmpty = true;
  if (raw.n !== undefined) schema.pointer = true;
  if (raw.w !== undefined) schema.wire = raw.w;
  if (raw.i !== undefined) schema.items = sharedType(raw.i);
  if (raw.v !== undefined) schema.values = sharedType(raw.v);
  return schema;
}

function sharedType(index: number): Schema {
  schemaByType[index] ??= fromType(index);
  return schemaByType[index];
}

/**
 * The schema of a definition such as `io.k8s.api.core.v1.PodSpec`: built at first use, shared by the whole process.
 * Recursive types come back to the same `fields` object, so a walker must follow values, not the schema.
 *
 * @throws Error when Kubernetes 1.35 has no such definition.
 */
export function schemaOf(name: string): Schema {
  const known = schemaByName.get(name);
  if (known !== undefined) return known;
  const index = indexByName.get(name);
  if (index === undefined)
    throw new Error(`no definition ${name} in Kubernetes ${structureTable.version}`);
  const schema = fromDefinition(index);
  schemaByName.set(name, schema);
  return schema;
}
