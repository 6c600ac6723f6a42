import type { Write } from '../engine.ts';
import { positionOf } from '../position.ts';
import { keyToText } from './key-text.ts';
import type { PackedBatch } from './messages.ts';

export function pack(writes: Write[]): PackedBatch {
  let size = 0;
  for (const { steps } of writes) for (const { value } of steps) size += value.length;
  const packed: PackedBatch = {
    ids: [],
    keys: [],
    previous: [],
    deleted: [],
    lengths: [],
    bytes: new Uint8Array(size),
  };
  let offset = 0;
  for (const { revision, steps } of writes) {
    steps.forEach(({ type, key, value, previous }, index) => {
      packed.ids.push(positionOf(revision, index));
      packed.keys.push(keyToText(key));
      packed.previous.push(previous?.position ?? null);
      packed.deleted.push(type === 'delete');
      packed.lengths.push(value.length);
      packed.bytes.set(value, offset);
      offset += value.length;
    });
  }
  return packed;
}
