import {
  any,
  bool,
  double,
  each,
  type Field,
  integer,
  message,
  type Node,
  named,
  nested,
  only,
  text,
  texts,
  type Write,
  written,
} from './gnostic-fields.ts';

const reference: Write = message(() => ({ $ref: text(1) }));

/** Either the thing itself or a reference to it. */
const orReference =
  (write: Write): Write =>
  (writer, value) => {
    const isReference = (value as Node)['$ref'] !== undefined;
    if (isReference) nested(2, reference)(writer, value);
    else nested(1, write)(writer, value);
  };

/** A message around a map whose entries may be references. */
const namedReferences = (number: number, write: Write): Field =>
  nested(number, only(named(1, orReference(write))));

/** Only plain values have a place in protobuf: an object is an empty message. */
const defaultValue: Write = (writer, value) => {
  if (typeof value === 'boolean') {
    writer.varint(value ? 1 : 0);
    writer.tag(2, 0);
  } else if (typeof value === 'number') {
    writer.double(value);
    writer.tag(1, 1);
  } else if (typeof value === 'string') {
    text(3)(writer, value);
  }
};

const schema: Write = message(
  () => ({
    nullable: bool(1),
    title: text(9),
    multipleOf: double(10),
    maximum: double(11),
    exclusiveMaximum: bool(12),
    minimum: double(13),
    exclusiveMinimum: bool(14),
    maxLength: integer(15),
    minLength: integer(16),
    pattern: text(17),
    maxItems: integer(18),
    minItems: integer(19),
    uniqueItems: bool(20),
    maxProperties: integer(21),
    minProperties: integer(22),
    required: texts(23),
    enum: each(any(24)),
    type: text(25),
    allOf: each(nested(26, schemaOrReference)),
    oneOf: each(nested(27, schemaOrReference)),
    anyOf: each(nested(28, schemaOrReference)),
    not: nested(29, schema),
    items: nested(30, only(nested(1, schemaOrReference))),
    properties: namedReferences(31, schema),
    additionalProperties: nested(32, (writer, value) => {
      if (typeof value === 'boolean') bool(2)(writer, value);
      else nested(1, schemaOrReference)(writer, value);
    }),
    default: nested(33, defaultValue),
    description: text(34),
    format: text(35),
  }),
  36,
);

const schemaOrReference: Write = (writer, value) => orReference(schema)(writer, value);

const mediaType: Write = message(() => ({ schema: nested(1, schemaOrReference) }));
const content = (number: number): Field => nested(number, only(named(1, mediaType)));

const parameter: Write = message(() => ({
  name: text(1),
  in: text(2),
  description: text(3),
  required: bool(4),
  schema: nested(10, schemaOrReference),
  content: content(13),
}));
const parameters = (number: number): Field => each(nested(number, orReference(parameter)));

const requestBody: Write = message(() => ({
  description: text(1),
  content: content(2),
  required: bool(3),
}));

const response: Write = message(() => ({ description: text(1), content: content(3) }));

const operation: Write = message(
  () => ({
    tags: texts(1),
    summary: text(2),
    description: text(3),
    operationId: text(5),
    parameters: parameters(6),
    requestBody: nested(7, orReference(requestBody)),
    responses: nested(8, only(named(2, orReference(response)))),
    deprecated: bool(10),
  }),
  13,
);

const pathItem: Write = message(() => ({
  get: nested(4, operation),
  put: nested(5, operation),
  post: nested(6, operation),
  delete: nested(7, operation),
  options: nested(8, operation),
  head: nested(9, operation),
  patch: nested(10, operation),
  parameters: parameters(13),
}));

const securityScheme: Write = message(() => ({
  type: text(1),
  description: text(2),
  name: text(3),
  in: text(4),
}));

const components: Write = message(() => ({
  schemas: namedReferences(1, schema),
  securitySchemes: namedReferences(7, securityScheme),
}));

const document: Write = message(() => ({
  openapi: text(1),
  info: nested(
    2,
    message(() => ({ title: text(1), description: text(2), version: text(6) })),
  ),
  paths: nested(4, only(named(1, pathItem))),
  components: nested(5, components),
}));

/** An OpenAPI v3 document in protobuf. */
export const gnosticV3Document = (value: Node): Uint8Array => written(document, value);
