import type { Schema } from '../../schema.ts';
import { decodeMessage } from './decode-message.ts';
import { magic } from './magic.ts';
import { ProtobufError, readFields } from './wire.ts';

export interface ProtobufBody {
  apiVersion: string;
  kind: string;
  value: Record<string, unknown>;
}

/**
 * Reads `application/vnd.kubernetes.protobuf`: the magic, an envelope that names the kind, the message.
 *
 * @param schemaOf the structure of a kind; `undefined` when it has no protobuf form here
 * @throws ProtobufError
 */
export function parseProtobuf(
  body: Uint8Array,
  schemaOf: (apiVersion: string, kind: string) => Schema | undefined,
): ProtobufBody {
  if (magic.some((byte, at) => body[at] !== byte)) {
    throw new ProtobufError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  if (body.length === magic.length) throw new ProtobufError('empty body');
  let apiVersion = '';
  let kind = '';
  let raw = new Uint8Array();
  for (const [number, value] of readFields(body.subarray(magic.length))) {
    if (value.wire !== 'bytes') continue;
    if (number === 1) {
      for (const [part, text] of readFields(value.value)) {
        if (text.wire !== 'bytes') continue;
        if (part === 1) apiVersion = new TextDecoder().decode(text.value);
        else if (part === 2) kind = new TextDecoder().decode(text.value);
      }
    } else if (number === 2) raw = value.value as Uint8Array<ArrayBuffer>;
    else if (number === 3 && value.value.length > 0) {
      throw new ProtobufError('encoded contents are not supported');
    }
  }
  const schema = schemaOf(apiVersion, kind);
  if (!schema) {
    throw new ProtobufError(
      `no kind ${JSON.stringify(kind)} of ${JSON.stringify(apiVersion)} is read from protobuf; send it as JSON`,
    );
  }
  return { apiVersion, kind, value: { apiVersion, kind, ...decodeMessage(schema, raw) } };
}
