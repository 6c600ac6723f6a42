import { apiVersionOf, serializeProtobuf } from '@dormice/apimachinery';
import { type Kind, schemaOf } from '@dormice/kinds';

export const protobuf = 'application/vnd.kubernetes.protobuf';

/**
 * A list of a built-in kind in protobuf: a frame around its objects, each encoded as a message of its own.
 */
export function protobufListBytes(
  kind: Kind,
  metadata: object,
  items: readonly Uint8Array[],
): Uint8Array {
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
