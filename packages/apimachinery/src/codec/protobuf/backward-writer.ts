const textEncoder = new TextEncoder();

/**
 * Builds a protobuf message from its last byte to its first, so that each length is known when it is written and no
 * message is copied into the one around it.
 */
export class BackwardWriter {
  #bytes = new Uint8Array(4096);
  /** Index of the first byte written so far. */
  #start = 4096;

  /** Bytes written so far: the mark from which `length` counts. */
  get size(): number {
    return this.#bytes.length - this.#start;
  }

  /** Everything written, in its own memory. */
  finish(): Uint8Array {
    return this.#bytes.slice(this.#start);
  }

  bytes(value: Uint8Array): void {
    this.#room(value.length);
    this.#start -= value.length;
    this.#bytes.set(value, this.#start);
  }

  text(value: string): void {
    const length = value.length;
    if (length > 64) {
      this.bytes(textEncoder.encode(value));
      return;
    }
    this.#room(length);
    for (let at = length - 1; at >= 0; at -= 1) {
      const code = value.charCodeAt(at);
      if (code > 0x7f) {
        this.#start += length - 1 - at;
        this.bytes(textEncoder.encode(value));
        return;
      }
      this.#start -= 1;
      this.#bytes[this.#start] = code;
    }
  }

  /** A whole number as a varint; negative ones in two's complement of 64 bits, ten bytes long. */
  varint(value: number | bigint): void {
    if (value >= 0 && value < 0x80) {
      this.#room(1);
      this.#start -= 1;
      this.#bytes[this.#start] = Number(value);
      return;
    }
    const groups: number[] = [];
    if (typeof value === 'number' && value >= 0) {
      for (let rest = value; ; rest = Math.floor(rest / 0x80)) {
        groups.push(rest % 0x80);
        if (rest < 0x80) break;
      }
    } else {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest > 0x7fn; rest >>= 7n) groups.push(Number(rest & 0x7fn));
      groups.push(Number(rest));
    }
    this.#room(groups.length);
    for (let at = groups.length - 1; at >= 0; at -= 1) {
      this.#start -= 1;
      this.#bytes[this.#start] = (groups[at] ?? 0) | (at === groups.length - 1 ? 0 : 0x80);
    }
  }

  double(value: number): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.bytes(bytes);
  }

  tag(number: number, wire: 0 | 1 | 2): void {
    this.varint(number * 8 + wire);
  }

  /** Closes what was written since `mark` as field `number`: its length, then its tag. */
  close(number: number, mark: number): void {
    this.varint(this.size - mark);
    this.tag(number, 2);
  }

  #room(count: number): void {
    if (this.#start >= count) return;
    const size = this.size;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, size + count + 4096));
    larger.set(this.#bytes.subarray(this.#start), larger.length - size);
    this.#bytes = larger;
    this.#start = larger.length - size;
  }
}
