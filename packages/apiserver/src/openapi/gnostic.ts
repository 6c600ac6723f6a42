import { BackwardWriter } from '@dormice/apimachinery';
import { dump } from 'js-yaml';

type Node = Record<string, unknown>;
type Write = (writer: BackwardWriter, value: unknown) => void;
/** A field of a message: its number and how its value is written, with tag and length. */
type Field = (writer: BackwardWriter, value: unknown) => void;

/** `message` as the body of one field. */
const nested =
  (number: number, write: Write): Field =>
  (writer, value) => {
    const mark = writer.size;
    write(writer, value);
    writer.close(number, mark);
  };

const each =
  (field: Field): Field =>
  (writer, value) => {
    for (const item of [...(value as unknown[])].reverse()) field(writer, item);
  };

const text = (number: number): Field =>
  nested(number, (writer, value) => writer.text(String(value)));
const texts = (number: number): Field => each(text(number));
const bool =
  (number: number): Field =>
  (writer, value) => {
    if (value !== true) return;
    writer.varint(1);
    writer.tag(number, 0);
  };
const integer =
  (number: number): Field =>
  (writer, value) => {
    if (!value) return;
    writer.varint(Number(value));
    writer.tag(number, 0);
  };
const double =
  (number: number): Field =>
  (writer, value) => {
    if (!value) return;
    writer.double(Number(value));
    writer.tag(number, 1);
  };

/** Values of any type travel as YAML. */
const writeAny: Write = (writer, value) =>
  text(2)(writer, typeof value === 'string' && value === '' ? '""\n' : dump(value));
const any = (number: number): Field => nested(number, writeAny);

/** A map: a list of messages of name and value. */
const named = (number: number, write: Write): Field => {
  const entry = nested(number, (writer, value) => {
    const [name, item] = value as [string, unknown];
    nested(2, write)(writer, item);
    text(1)(writer, name);
  });
  return (writer, value) => each(entry)(writer, Object.entries(value as Node));
};

/** The only field of a message. */
const only =
  (field: Field): Write =>
  (writer, value) =>
    field(writer, value);

/** A message by the JSON names of its fields, written from the last to the first; `x-` fields go to `extensions`. */
const message =
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

const schema: Write = message(
  () => ({
    $ref: text(1),
    format: text(2),
    title: text(3),
    description: text(4),
    default: any(5),
    multipleOf: double(6),
    maximum: double(7),
    exclusiveMaximum: bool(8),
    minimum: double(9),
    exclusiveMinimum: bool(10),
    maxLength: integer(11),
    minLength: integer(12),
    pattern: text(13),
    maxItems: integer(14),
    minItems: integer(15),
    uniqueItems: bool(16),
    maxProperties: integer(17),
    minProperties: integer(18),
    required: texts(19),
    enum: each(any(20)),
    additionalProperties: nested(21, (writer, value) =>
      typeof value === 'boolean' ? bool(2)(writer, value) : nested(1, schema)(writer, value),
    ),
    type: nested(22, only(text(1))),
    items: nested(23, only(nested(1, schema))),
    allOf: each(nested(24, schema)),
    properties: nested(25, only(named(1, schema))),
  }),
  31,
);

const schemaItem: Write = only(nested(1, schema));

const queryParameter: Write = message(() => ({
  required: bool(1),
  in: text(2),
  description: text(3),
  name: text(4),
  type: text(6),
  uniqueItems: bool(20),
}));
const pathParameter: Write = message(() => ({
  required: bool(1),
  in: text(2),
  description: text(3),
  name: text(4),
  type: text(5),
  uniqueItems: bool(19),
}));
const bodyParameter: Write = message(() => ({
  description: text(1),
  name: text(2),
  in: text(3),
  required: bool(4),
  schema: nested(5, schema),
}));

const parameterItem: Write = only(
  nested(1, (writer, value) => {
    switch ((value as Node)['in']) {
      case 'body':
        nested(1, bodyParameter)(writer, value);
        break;
      case 'path':
        nested(2, only(nested(4, pathParameter)))(writer, value);
        break;
      default:
        nested(2, only(nested(3, queryParameter)))(writer, value);
    }
  }),
);

const response: Write = message(() => ({ description: text(1), schema: nested(2, schemaItem) }));

const operation: Write = message(
  () => ({
    tags: texts(1),
    description: text(3),
    operationId: text(5),
    produces: texts(6),
    consumes: texts(7),
    parameters: each(nested(8, parameterItem)),
    responses: nested(9, only(named(1, only(nested(1, response))))),
    schemes: texts(10),
  }),
  13,
);

const pathItem: Write = message(() => ({
  get: nested(2, operation),
  put: nested(3, operation),
  post: nested(4, operation),
  delete: nested(5, operation),
  patch: nested(8, operation),
  parameters: each(nested(9, parameterItem)),
}));

const apiKey: Write = message(() => ({
  type: text(1),
  name: text(2),
  in: text(3),
  description: text(4),
}));

const document: Write = message(() => ({
  swagger: text(1),
  info: nested(
    2,
    message(() => ({ title: text(1), version: text(2) })),
  ),
  paths: nested(8, only(named(2, pathItem))),
  definitions: nested(9, only(named(1, schema))),
  security: each(nested(12, only(named(1, only(texts(1)))))),
  securityDefinitions: nested(13, only(named(1, only(nested(2, apiKey))))),
}));

/** An OpenAPI v2 document in protobuf, as client-go's `OpenAPISchema` reads it. */
export function gnosticDocument(value: Record<string, unknown>): Uint8Array {
  const writer = new BackwardWriter();
  document(writer, value);
  return writer.finish();
}
