/** The body breaks the rules of protobuf's wire format. */
export class ProtobufError extends Error {}

/** One field as it stands on the wire. */
export type WireValue =
  | { wire: 'varint'; value: bigint }
  | { wire: 'fixed64' | 'fixed32' | 'bytes'; value: Uint8Array };

const wireNames = ['varint', 'fixed64', 'bytes', undefined, undefined, 'fixed32'] as const;
const maxVarintBytes = 10;

/** Reads a message's fields one after the other: `[number, value]`. Throws `ProtobufError`. */
export function* readFields(bytes: Uint8Array): Generator<[number, WireValue]> {
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readVarint(bytes, cursor);
    const number = Number(tag >> 3n);
    const wire = wireNames[Number(tag & 7n)];
    if (number === 0 || wire === undefined) {
      throw new ProtobufError(`illegal tag ${tag} at byte ${cursor.at}`);
    }
    if (wire === 'varint') {
      yield [number, { wire, value: readVarint(bytes, cursor) }];
      continue;
    }
    const length =
      wire === 'bytes' ? Number(readVarint(bytes, cursor)) : wire === 'fixed64' ? 8 : 4;
    const end = cursor.at + length;
    if (end > bytes.length) throw new ProtobufError('unexpected EOF');
    yield [number, { wire, value: bytes.subarray(cursor.at, end) }];
    cursor.at = end;
  }
}

export function readVarint(bytes: Uint8Array, cursor: { at: number }): bigint {
  let value = 0n;
  for (let shift = 0; shift < maxVarintBytes; shift += 1) {
    const byte = bytes[cursor.at];
    if (byte === undefined) throw new ProtobufError('unexpected EOF');
    cursor.at += 1;
    value |= BigInt(byte & 0x7f) << BigInt(7 * shift);
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new ProtobufError('integer overflow');
}
