import type { Schema } from '../../schema.ts';
import { BackwardWriter } from './backward-writer.ts';
import { writeMessage } from './encode-message.ts';
import { magic } from './magic.ts';

const magicBytes = Uint8Array.from(magic);

/**
 * `application/vnd.kubernetes.protobuf`: the magic, and an envelope that names the kind around the message.
 *
 * @param object a JSON value with `apiVersion` and `kind`
 * @param schema the structure of that kind, with protobuf numbers
 */
export function serializeProtobuf(object: Record<string, unknown>, schema: Schema): Uint8Array {
  const writer = new BackwardWriter();
  // Content encoding and content type: empty, and written as Go writes them.
  writer.close(4, writer.size);
  writer.close(3, writer.size);
  const raw = writer.size;
  writeMessage(writer, schema, object);
  writer.close(2, raw);
  const type = writer.size;
  writeText(writer, 2, object['kind']);
  writeText(writer, 1, object['apiVersion']);
  writer.close(1, type);
  writer.bytes(magicBytes);
  return writer.finish();
}

function writeText(writer: BackwardWriter, number: number, value: unknown): void {
  const mark = writer.size;
  writer.text(typeof value === 'string' ? value : '');
  writer.close(number, mark);
}

const textEncoder = new TextEncoder();

/** A frame of a watch in protobuf: its length in four bytes, then a `WatchEvent` whose object is a whole body. */
export function protobufWatchFrame(type: string, object: Uint8Array): Uint8Array {
  const writer = new BackwardWriter();
  const outer = writer.size;
  const raw = writer.size;
  writer.bytes(object);
  writer.close(1, raw);
  writer.close(2, outer);
  const mark = writer.size;
  writer.bytes(textEncoder.encode(type));
  writer.close(1, mark);
  const length = writer.size;
  writer.bytes(Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length));
  return writer.finish();
}
