import type { Schema } from '@dormice/apimachinery';
import { schemaOf } from '@dormice/kinds';

let schema: Schema | undefined;

/** The schema of `{ metadata }`, for objects whose other fields are described elsewhere. */
export function objectMetaSchema(): Schema {
  schema ??= {
    type: 'object',
    name: 'Object',
    fields: {
      metadata: schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'),
    },
  };
  return schema;
}
