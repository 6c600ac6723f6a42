/** Thrown for bytes that are no protobuf message. */
export class WireError extends Error {}

/** Reads the fields of one protobuf message. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Field number and wire type of the next field. */
  tag(): { field: number; wire: number } {
    const value = Number(this.varint());
    return { field: value >>> 3, wire: value & 7 };
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new WireError('unexpected EOF');
      this.#at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireError('integer overflow');
  }

  /** A length-delimited field: string, bytes, message. */
  bytes(): Uint8Array {
    const length = Number(this.varint());
    const end = this.#at + length;
    if (!Number.isSafeInteger(end) || end > this.#bytes.length)
      throw new WireError('unexpected EOF');
    const value = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return value;
  }

  fixed(size: 4 | 8): DataView {
    const end = this.#at + size;
    if (end > this.#bytes.length) throw new WireError('unexpected EOF');
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, size);
    this.#at = end;
    return view;
  }

  skip(wire: number): void {
    switch (wire) {
      case 0:
        this.varint();
        return;
      case 1:
        this.fixed(8);
        return;
      case 2:
        this.bytes();
        return;
      case 5:
        this.fixed(4);
        return;
      default:
        throw new WireError(`illegal wireType ${wire}`);
    }
  }
}

/** A signed 64-bit integer from a varint. */
export const signed = (value: bigint): number => Number(BigInt.asIntN(64, value));
