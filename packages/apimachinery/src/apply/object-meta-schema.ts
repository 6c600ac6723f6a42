import type { Schema } from '../schema.ts';

const text: Schema = { type: 'string' };
const textMap: Schema = { type: 'object', values: text };

/** The structure of `metadata`, for kinds whose own schema leaves it open: custom resources. */
const objectMeta: Schema = {
  type: 'object',
  fields: {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: { type: 'integer' },
    creationTimestamp: text,
    deletionTimestamp: text,
    deletionGracePeriodSeconds: { type: 'integer' },
    labels: textMap,
    annotations: textMap,
    finalizers: { type: 'array', listType: 'set', items: text },
    ownerReferences: {
      type: 'array',
      listType: 'map',
      listMapKeys: ['uid'],
      items: {
        type: 'object',
        mapType: 'atomic',
        fields: {
          apiVersion: text,
          kind: text,
          name: text,
          uid: text,
          controller: { type: 'boolean' },
          blockOwnerDeletion: { type: 'boolean' },
        },
      },
    },
    managedFields: { type: 'array', listType: 'atomic', items: { preserveUnknown: true } },
  },
};

const completed = new WeakMap<Schema, Schema>();

/** A kind's schema with `apiVersion`, `kind` and `metadata` in it; the same one each time. */
export function withObjectMeta(schema: Schema): Schema {
  if (schema.fields?.metadata?.fields !== undefined && schema.fields.kind !== undefined) {
    return schema;
  }
  let complete = completed.get(schema);
  if (complete === undefined) {
    const metadata = schema.fields?.metadata;
    complete = {
      ...schema,
      type: 'object',
      fields: {
        ...schema.fields,
        apiVersion: text,
        kind: text,
        metadata: metadata?.fields === undefined ? objectMeta : metadata,
      },
    };
    completed.set(schema, complete);
  }
  return complete;
}
