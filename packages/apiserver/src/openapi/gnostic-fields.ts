import { BackwardWriter } from '@dormice/apimachinery';
import { dump } from 'js-yaml';

export type Node = Record<string, unknown>;
export type Write = (writer: BackwardWriter, value: unknown) => void;
/** A field of a message: its number and how its value is written, with tag and length. */
export type Field = (writer: BackwardWriter, value: unknown) => void;

/** `message` as the body of one field. */
export const nested =
  (number: number, write: Write): Field =>
  (writer, value) => {
    const mark = writer.size;
    write(writer, value);
    writer.close(number, mark);
  };

export const each =
  (field: Field): Field =>
  (writer, value) => {
    for (const item of [...(value as unknown[])].reverse()) field(writer, item);
  };

export const text = (number: number): Field =>
  nested(number, (writer, value) => writer.text(String(value)));
export const texts = (number: number): Field => each(text(number));
export const bool =
  (number: number): Field =>
  (writer, value) => {
    if (value !== true) return;
    writer.varint(1);
    writer.tag(number, 0);
  };
export const integer =
  (number: number): Field =>
  (writer, value) => {
    if (!value) return;
    writer.varint(Number(value));
    writer.tag(number, 0);
  };
export const double =
  (number: number): Field =>
  (writer, value) => {
    if (!value) return;
    writer.double(Number(value));
    writer.tag(number, 1);
  };

/** Texts that YAML would take for something else: Go's library puts them in double quotes, others in single ones. */
const ambiguous = /(?<=^|: |- )'(|~|null|true|false|[-+.]?\d[\d.eE+-]*)'$/gim;
/** Truths of older YAML, which need no quotes any more. */
const former = /(?<=^|: |- )'(yes|no|on|off|y|n)'$/gim;

/** Values of any type travel as YAML. */
export const writeAny: Write = (writer, value) => {
  const yaml = dump(value, { quoteStyle: 'single' });
  text(2)(writer, yaml.replace(ambiguous, '"$1"').replace(former, '$1'));
};
export const any = (number: number): Field => nested(number, writeAny);

/** A map: a list of messages of name and value. */
export const named = (number: number, write: Write): Field => {
  const entry = nested(number, (writer, value) => {
    const [name, item] = value as [string, unknown];
    nested(2, write)(writer, item);
    text(1)(writer, name);
  });
  return (writer, value) => each(entry)(writer, Object.entries(value as Node));
};

/** The only field of a message. */
export const only =
  (field: Field): Write =>
  (writer, value) =>
    field(writer, value);

/** A message by the JSON names of its fields, written from the last to the first; `x-` fields go to `extensions`. */
export const message =
  (fields: () => Record<string, Field>, extensions?: number): Write =>
  (writer, value) => {
    const node = value as Node;
    if (extensions !== undefined) {
      const own = Object.entries(node).filter(([key]) => key.startsWith('x-'));
      named(extensions, writeAny)(writer, Object.fromEntries(own));
    }
    for (const [key, field] of Object.entries(fields()).reverse()) {
      if (node[key] !== undefined) field(writer, node[key]);
    }
  };

/** The bytes of a whole message. */
export function written(write: Write, value: Node): Uint8Array {
  const writer = new BackwardWriter();
  write(writer, value);
  return writer.finish();
}
