import { protobufWatchFrame } from '@dormice/apimachinery';
import type { MediaType } from '../respond/negotiate.ts';
import { encodeAs } from '../respond/respond.ts';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** How the frames of one media type are made. */
export interface FrameCodec {
  contentType: string;
  /** Are stored bytes an object of this media type already? */
  takesStored: boolean;
  encode: (value: object) => Uint8Array;
  frame: (type: EventType, object: Uint8Array) => Uint8Array;
}

const encoder = new TextEncoder();
const tail = encoder.encode('}\n');
const heads = new Map<EventType, Uint8Array>(
  (['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'] as const).map((type) => [
    type,
    encoder.encode(`{"type":"${type}","object":`),
  ]),
);

/** One JSON document a line. */
const json: FrameCodec = {
  contentType: 'application/json',
  takesStored: true,
  encode: (value) => encoder.encode(JSON.stringify(value)),
  frame: (type, object) => Buffer.concat([heads.get(type) ?? tail, object, tail]),
};

/** Length-delimited `WatchEvent`s. */
const protobuf: FrameCodec = {
  contentType: 'application/vnd.kubernetes.protobuf;stream=watch',
  takesStored: false,
  encode: (value) =>
    encodeAs('application/vnd.kubernetes.protobuf', value as Record<string, unknown>),
  frame: protobufWatchFrame,
};

/** The codec of a negotiated media type; watches have no YAML. */
export function frameCodecOf(mediaType: MediaType): FrameCodec {
  return mediaType === 'application/vnd.kubernetes.protobuf' ? protobuf : json;
}
