import { embeddingOf } from '../../schema/embedded-structs.ts';
import type { Schema } from '../../schema.ts';

type Fields = Record<string, Schema>;

/** One field of a message. */
export interface LayoutField {
  name: string;
  schema: Schema;
  /** Is a list one message with the elements in its field 1? */
  wrapped: boolean;
}

/** What the numbers of a message mean. */
export interface Layout {
  byNumber: Map<number, LayoutField>;
  /** Fields of an embedded struct, which is a message of its own on the wire. */
  embedded: { proto: number; layout: Layout } | undefined;
  /** Everything that is written, highest number first: the order in which a message is built from its end. */
  descending: ((LayoutField & { number: number }) | { number: number; embedded: Layout })[];
}

const layouts = new WeakMap<Fields, Layout>();

/** The layout of a message; made once. */
export function layoutOf({ fields = {}, name = '' }: Schema): Layout {
  let layout = layouts.get(fields);
  if (!layout) {
    layout = makeLayout(fields, name.slice(name.lastIndexOf('.') + 1), Object.keys(fields));
    layouts.set(fields, layout);
  }
  return layout;
}

/** Fields whose Go type is a slice with a name of its own, which is a message around the elements. */
const namedSlices: Record<string, readonly string[]> = { APIResource: ['verbs'] };

/** Kind and apiVersion of a top-level object travel in the envelope: their numbers in the table are TypeMeta's own. */
function hasTypeMeta(fields: Fields): boolean {
  return fields['kind']?.proto === 1 && fields['apiVersion']?.proto === 2;
}

function makeLayout(fields: Fields, struct: string, names: string[]): Layout {
  const embedding = embeddingOf(struct);
  const outOfEnvelope = hasTypeMeta(fields)
    ? names.filter((name) => name !== 'kind' && name !== 'apiVersion')
    : names;
  const direct = embedding ? outOfEnvelope.filter((name) => !embedding.holds(name)) : outOfEnvelope;
  const byNumber: Layout['byNumber'] = new Map();
  for (const name of direct) {
    const field = fields[name];
    if (field?.proto === undefined) continue;
    const wrapped = namedSlices[struct]?.includes(name) === true;
    byNumber.set(field.proto, { name, schema: field, wrapped });
  }
  const embedded = embedding && {
    proto: embedding.proto,
    layout: makeLayout(fields, embedding.embedded, names.filter(embedding.holds)),
  };
  return { byNumber, embedded, descending: descendingOf(byNumber, embedded) };
}

function descendingOf(
  byNumber: Layout['byNumber'],
  embedded: Layout['embedded'],
): Layout['descending'] {
  const written: Layout['descending'] = [...byNumber].map(([number, field]) => ({
    number,
    ...field,
  }));
  if (embedded) written.push({ number: embedded.proto, embedded: embedded.layout });
  return written.sort((a, b) => b.number - a.number);
}
