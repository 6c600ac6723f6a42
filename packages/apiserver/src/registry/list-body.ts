import { apiVersionOf, encodeJson, encodeMessage } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { Entry } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { Slices } from '../fairness/turns.ts';
import type { Shape } from '../respond/negotiate.ts';
import { type IncludeObject, partialMetadata, tableOf } from '../table/table.ts';
import type { ListPage } from './list-page.ts';
import { protobufListBytes } from './protobuf-list.ts';
import { itemBytes, objectOf, present } from './stored.ts';

/** A list that was read, and how its client wants it. */
export interface ListAnswer {
  context: ServerContext;
  kind: Kind;
  metadata: object;
  entries: readonly Entry[];
  shape: Shape;
  include: IncludeObject;
}

/** The document of a list. Made in slices: another tenant's request never waits for the whole of it. */
export async function listBody(answer: ListAnswer): Promise<Uint8Array> {
  const { context, kind, metadata, entries, shape } = answer;
  switch (shape.as) {
    case 'Table':
      return document(answer, tableHead(answer), (entry) => encodeJson(rowOf(answer, entry)));
    case 'Object': {
      const apiVersion = apiVersionOf(kind.group, kind.version);
      const head = headOf({ kind: kind.listKind, apiVersion, metadata }, 'items');
      return document({ context, entries }, head, (entry) => itemBytes(kind, entry.value));
    }
    case 'PartialObjectMetadata':
    case 'PartialObjectMetadataList': {
      const apiVersion = `meta.k8s.io/${shape.version}`;
      const head = headOf({ kind: 'PartialObjectMetadataList', apiVersion, metadata }, 'items');
      return document({ context, entries }, head, (entry) =>
        encodeJson(partialMetadata(objectOf(kind, entry), shape.version)),
      );
    }
  }
}

/** A list of a built-in kind in protobuf. */
export async function protobufBody({
  context,
  kind,
  metadata,
  entries,
}: ListAnswer): Promise<Uint8Array> {
  const slices = new Slices(context);
  const items: Uint8Array[] = [];
  for (const entry of entries) {
    items.push(encodeMessage(kind.schema, present(kind, entry.value)));
    const rest = slices.rest();
    if (rest) await rest;
  }
  return protobufListBytes(kind, metadata, items);
}

/** What stands around the pages of a list whose items, or rows, were read as text. */
export function joinedPieces(answer: Omit<ListAnswer, 'entries'>): {
  head: Uint8Array;
  comma: Uint8Array;
  tail: Uint8Array;
} {
  const { kind, metadata, shape } = answer;
  const apiVersion = apiVersionOf(kind.group, kind.version);
  const head =
    shape.as === 'Table'
      ? tableHead(answer)
      : headOf({ kind: kind.listKind, apiVersion, metadata }, 'items');
  return { head, comma, tail };
}

/** The document of such a list. */
export function joinedBody(
  answer: Omit<ListAnswer, 'entries'>,
  pages: readonly ListPage[],
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (const { bytes, count } of pages) {
    if (count > 0) pieces.push(pieces.length > 0 ? comma : joinedPieces(answer).head, bytes);
  }
  if (pieces.length === 0) pieces.push(joinedPieces(answer).head);
  pieces.push(tail);
  return joined(pieces, new Slices(answer.context));
}

const encoder = new TextEncoder();
const comma = encoder.encode(',');
const tail = encoder.encode(']}');

/** An object's JSON up to the first item of the list that ends it. */
const headOf = (fields: object, list: string): Uint8Array =>
  encoder.encode(`${JSON.stringify(fields).slice(0, -1)},"${list}":[`);

function tableHead({
  context,
  kind,
  metadata,
  include,
  shape,
}: Omit<ListAnswer, 'entries'>): Uint8Array {
  const { rows: _rows, ...fields } = tableOf(context, kind, [], {
    include,
    version: versionOf(shape),
    metadata,
  });
  return headOf(fields, 'rows');
}

function rowOf({ context, kind, include, shape }: ListAnswer, entry: Entry) {
  const options = { include, version: versionOf(shape), metadata: {}, withoutColumns: true };
  return tableOf(context, kind, [objectOf(kind, entry)], options).rows[0];
}

const versionOf = (shape: Shape): string => (shape.as === 'Object' ? 'v1' : shape.version);

/** Head, items between commas, tail. */
async function document(
  { context, entries }: { context: ServerContext; entries: readonly Entry[] },
  head: Uint8Array,
  encode: (entry: Entry) => Uint8Array,
): Promise<Uint8Array> {
  const slices = new Slices(context);
  const pieces: Uint8Array[] = [head];
  for (const [index, entry] of entries.entries()) {
    if (index > 0) pieces.push(comma);
    pieces.push(encode(entry));
    const rest = slices.rest();
    if (rest) await rest;
  }
  pieces.push(tail);
  return joined(pieces, slices);
}

async function joined(pieces: readonly Uint8Array[], slices: Slices): Promise<Uint8Array> {
  const whole = Buffer.allocUnsafe(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
    const rest = slices.rest();
    if (rest) await rest;
  }
  return whole;
}
