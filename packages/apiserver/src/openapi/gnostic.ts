import {
  any,
  bool,
  double,
  each,
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
  options: nested(6, operation),
  head: nested(7, operation),
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
  return written(document, value);
}
