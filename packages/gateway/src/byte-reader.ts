/** Reads big-endian fields of a byte string. A field beyond the end is `undefined`, and so is all that follows. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /** An unsigned number of `size` bytes, at most 4. */
  number(size: number): number | undefined {
    const bytes = this.bytes(size);
    return bytes?.reduce((value, byte) => value * 256 + byte, 0);
  }

  bytes(size: number): Uint8Array | undefined {
    if (size > this.left) {
      this.#offset = this.#bytes.length;
      return undefined;
    }
    this.#offset += size;
    return this.#bytes.subarray(this.#offset - size, this.#offset);
  }

  /** A field that begins with its own length, which is a number of `size` bytes. */
  vector(size: number): Uint8Array | undefined {
    const length = this.number(size);
    return length === undefined ? undefined : this.bytes(length);
  }
}
