import { apiVersionOf, encodeMessage, serializeProtobuf } from '@dormice/apimachinery';
import { type Kind, schemaOf } from '@dormice/kinds';
import type { Entry } from '@dormice/storage';
import { present } from './stored.ts';

export const protobuf = 'application/vnd.kubernetes.protobuf';

/**
 * A list of a built-in kind in protobuf. Objects are encoded one by one; the list's message is a frame around them.
 */
export function protobufListBytes(
  kind: Kind,
  metadata: object,
  entries: readonly Entry[],
): Uint8Array {
  const items = entries.map((entry) => encodeMessage(kind.schema, present(kind, entry.value)));
  return serializeProtobuf(
    { apiVersion: apiVersionOf(kind.group, kind.version), kind: kind.listKind, metadata, items },
    {
      type: 'object',
      fields: {
        metadata: {
          ...schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta'),
          proto: 1,
        },
        items: { type: 'array', items: { type: 'string', format: 'message' }, proto: 2 },
      },
    },
  );
}
