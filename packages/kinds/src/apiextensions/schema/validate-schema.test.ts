import { formatFieldError } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import type { Loose } from '../../loose.ts';
import { validateSchemaOf } from './validate-schema.ts';

// What is expected is what kube-apiserver 1.35 answers.

function problems(openAPIV3Schema: Loose): string[] {
  const options = { status: false, unchanged: false };
  const found = validateSchemaOf({ openAPIV3Schema }, 'spec.validation', options);
  return found.map((error) =>
    formatFieldError(error).replaceAll('spec.validation.openAPIV3Schema', 'root'),
  );
}

const schemas: [what: string, schema: Loose, expected: string[]][] = [
  [
    'lets an integer or text be said in its two ways, and no pattern that cannot be read',
    {
      type: 'object',
      properties: {
        a: {
          'x-kubernetes-int-or-string': true,
          allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, { pattern: '[' }],
        },
      },
    },
    [
      'root.properties[a].allOf[1].pattern: Invalid value: "[": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ]: `[`',
    ],
  ],
  [
    'lets alternatives say nothing that is structure',
    {
      type: 'object',
      properties: {
        a: {
          type: 'string',
          oneOf: [{ type: 'string', minLength: 1 }, { not: { pattern: 'x', description: 'y' } }],
        },
      },
    },
    [
      'root.properties[a].oneOf[0].type: Forbidden: must be empty to be structural',
      'root.properties[a].oneOf[1].not.description: Forbidden: must be empty to be structural',
    ],
  ],
  [
    'has defaults that are values of it',
    {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          properties: {
            a: { type: 'integer', default: 'x' },
            b: { type: 'string', enum: ['a', 'b'], default: 'c' },
            c: { type: 'object', properties: { d: { type: 'string' } }, default: { e: 1 } },
          },
        },
      },
    },
    [
      'root.properties[spec].properties[a].default: Invalid value: "string":  in body must be of type integer: "string"',
      'root.properties[spec].properties[b].default: Unsupported value: "c": supported values: "a", "b"',
      'root.properties[spec].properties[c].default: Invalid value: {"e":1}: must not have unknown fields',
    ],
  ],
  [
    'has maps whose keys are fields, always there, and each once',
    {
      type: 'object',
      properties: {
        l: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name', 'x', 'name'],
          items: { type: 'object', properties: { name: { type: 'string' } }, nullable: true },
        },
      },
    },
    [
      'root.properties[l].x-kubernetes-list-map-keys: Invalid value: ["name","x","name"]: entries must all be names of item properties',
      'root.properties[l].x-kubernetes-list-map-keys: Invalid value: ["name","x","name"]: must not contain duplicate entries',
      'root.properties[l].items.nullable: Forbidden: cannot be nullable when x-kubernetes-list-type is map',
      'root.properties[l].items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
      'root.properties[l].items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
    ],
  ],
  [
    'has sets whose elements are compared whole',
    {
      type: 'object',
      properties: {
        l: {
          type: 'array',
          'x-kubernetes-list-type': 'set',
          items: { type: 'object', properties: { a: { type: 'string' } } },
        },
      },
    },
    [
      'root.properties[l].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set',
    ],
  ],
  [
    'says of metadata only what names may be',
    {
      type: 'object',
      properties: {
        metadata: {
          type: 'object',
          properties: { name: { type: 'string', maxLength: 3 }, labels: { type: 'object' } },
        },
        kind: { type: 'integer' },
        apiVersion: { type: 'string' },
      },
    },
    [
      'root.properties[kind].type: Invalid value: "integer": must be string',
      'root.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
    ],
  ],
  [
    'has no defaults in the metadata of the whole object',
    {
      type: 'object',
      properties: {
        metadata: { type: 'object', properties: { name: { type: 'string', default: 'A b' } } },
        kind: { type: 'string', default: 'K' },
      },
    },
    [
      'root.properties[metadata].properties[name].default: Forbidden: must not be set in top-level metadata',
      'root.properties[kind].default: Forbidden: must not be set in top-level kind',
    ],
  ],
  [
    'has types everywhere',
    {
      type: 'object',
      properties: {
        a: { type: 'null' },
        b: {},
        c: { type: 'array', items: {} },
        d: { type: 'object', additionalProperties: {} },
      },
    },
    [
      'root.properties[b].type: Required value: must not be empty for specified object fields',
      'root.properties[c].items.type: Required value: must not be empty for specified array items',
      'root.properties[d].additionalProperties.type: Required value: must not be empty for specified object fields',
      'root.properties[a].type: Unsupported value: "null": supported values: "array", "boolean", "integer", "number", "object", "string"',
      'root.properties[a].type: Forbidden: type cannot be set to null, use nullable as an alternative',
    ],
  ],
  [
    'has objects inside that are objects',
    {
      type: 'object',
      properties: {
        e: { type: 'object', 'x-kubernetes-embedded-resource': true },
        f: { 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
        g: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          'x-kubernetes-preserve-unknown-fields': true,
          default: {
            apiVersion: 'a/b/c',
            kind: 'Bad Kind',
            metadata: { name: '..', labels: { a: 'b c' } },
          },
        },
      },
    },
    [
      'root.properties[e].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      'root.properties[f].type: Required value: must be object if x-kubernetes-embedded-resource is true',
    ],
  ],
  [
    'lets an alternative speak of nothing that the structure does not have',
    {
      type: 'object',
      properties: { a: { type: 'object', properties: { b: { type: 'string' } } } },
      anyOf: [
        {
          properties: {
            a: { properties: { c: { minLength: 1 } } },
            d: { items: { minLength: 1 } },
          },
        },
      ],
      not: { items: { minLength: 1 } },
    },
    [
      'root.items: Required value: because it is defined in root.not.items',
      'root.properties[a].properties[c]: Required value: because it is defined in root.anyOf[0].properties[a].properties[c]',
      'root.properties[d]: Required value: because it is defined in root.anyOf[0].properties[d]',
    ],
  ],
  [
    'has rules with texts that can be told',
    {
      type: 'object',
      properties: {
        a: {
          type: 'string',
          'x-kubernetes-validations': [
            { rule: 'self.x' },
            { rule: ' ', message: ' ' },
            { rule: 'true', message: 'a\nb' },
            { rule: 'true\n', message: '' },
            { rule: 'self ==\n"a"' },
            { rule: 'true', messageExpression: '  ', fieldPath: '.x', reason: '' },
          ],
        },
      },
    },
    [
      'root.properties[a].x-kubernetes-validations[1].rule: Required value: rule is not specified',
      'root.properties[a].x-kubernetes-validations[2].message: Invalid value: "a\\nb": must not contain line breaks',
      'root.properties[a].x-kubernetes-validations[4].message: Required value: message must be specified if rule contains line breaks',
      'root.properties[a].x-kubernetes-validations[5].messageExpression: Required value: messageExpression must be non-empty if specified',
      'root.properties[a].x-kubernetes-validations[5].reason: Unsupported value: "": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"',
      'root.properties[a].x-kubernetes-validations[5].fieldPath: Invalid value: ".x": must be a valid path',
    ],
  ],
  [
    'has rules that name fields',
    {
      type: 'object',
      properties: {
        a: {
          type: 'object',
          properties: {
            b: { type: 'string' },
            m: {
              type: 'object',
              additionalProperties: { type: 'object', properties: { z: { type: 'string' } } },
            },
            l: { type: 'array', items: { type: 'string' } },
          },
          'x-kubernetes-validations': [
            { rule: 'true', fieldPath: '.b' },
            { rule: 'true', fieldPath: '.c' },
            { rule: 'true', fieldPath: ".m['x'].z" },
            { rule: 'true', fieldPath: '.l[0]' },
            { rule: 'true', fieldPath: 'b' },
            { rule: 'true', fieldPath: ' ' },
            { rule: 'true', fieldPath: '.' },
          ],
        },
      },
    },
    [
      'root.properties[a].x-kubernetes-validations[1].fieldPath: Invalid value: ".c": must be a valid path',
      'root.properties[a].x-kubernetes-validations[3].fieldPath: Invalid value: ".l[0]": must be a valid path',
      'root.properties[a].x-kubernetes-validations[4].fieldPath: Invalid value: "b": must be a valid path',
      'root.properties[a].x-kubernetes-validations[5].fieldPath: Invalid value: " ": must be non-empty if specified',
      'root.properties[a].x-kubernetes-validations[5].fieldPath: Invalid value: " ": must be a valid path',
      'root.properties[a].x-kubernetes-validations[6].fieldPath: Invalid value: ".": must be a valid path',
    ],
  ],
  [
    'has no rules of changes where elements cannot be told apart',
    {
      type: 'object',
      properties: {
        l: {
          type: 'array',
          maxItems: 5,
          items: {
            type: 'string',
            maxLength: 5,
            'x-kubernetes-validations': [{ rule: 'self == oldSelf' }],
          },
        },
        m: {
          type: 'object',
          maxProperties: 3,
          additionalProperties: {
            type: 'string',
            maxLength: 5,
            'x-kubernetes-validations': [{ rule: 'self == oldSelf' }],
          },
        },
      },
    },
    [
      'root.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within root.properties[l]',
    ],
  ],
  [
    'has rules read but for those above another fault',
    {
      type: 'object',
      properties: {
        a: { type: 'string', 'x-kubernetes-validations': [{ rule: 'self.x' }] },
        b: {
          type: 'object',
          properties: {
            c: {
              type: 'string',
              uniqueItems: true,
              'x-kubernetes-validations': [{ rule: 'self.y' }],
            },
          },
          'x-kubernetes-validations': [{ rule: 'self.z' }],
        },
      },
    },
    [
      'root.properties[b].properties[c].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      'root.properties[a].x-kubernetes-validations[0].rule: Invalid value: {"Rule":"self.x","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: <input>:1:5: type \'string\' does not support field selection\n | self.x\n | ....^',
    ],
  ],
  [
    'has defaults that keep its rules',
    {
      type: 'object',
      properties: {
        a: {
          type: 'integer',
          default: 3,
          'x-kubernetes-validations': [{ rule: 'self > 5', message: 'too small' }],
        },
      },
    },
    ['root.properties[a].default: Invalid value: 3: too small'],
  ],
  [
    'has nothing that JSON schema has and structural schemas have not',
    {
      type: 'object',
      properties: {
        a: {
          type: 'object',
          definitions: { x: { type: 'null' } },
          patternProperties: { y: { type: 'string' } },
          additionalItems: true,
          $ref: '',
          $schema: 'x',
        },
      },
    },
    [
      'root.properties[a].additionalItems: Forbidden: additionalItems is not supported',
      'root.properties[a].patternProperties: Forbidden: patternProperties is not supported',
      'root.properties[a].definitions: Forbidden: definitions is not supported',
      'root.properties[a].$ref: Forbidden: $ref is not supported',
      'root.properties[a].definitions[x].type: Unsupported value: "null": supported values: "array", "boolean", "integer", "number", "object", "string"',
      'root.properties[a].definitions[x].type: Forbidden: type cannot be set to null, use nullable as an alternative',
    ],
  ],
];

describe('a schema of a CRD', () => {
  it.each(schemas)('%s', (_what, schema, expected) => {
    expect(problems(schema)).toEqual(expected);
  });

  it('with a status of its own says at its root only what is also true without', () => {
    const options = { status: true, unchanged: false };
    const judge = (openAPIV3Schema: Loose) =>
      validateSchemaOf({ openAPIV3Schema }, 'spec.validation', options).map(({ detail }) => detail);
    const properties = { status: { type: 'object' } };
    expect(judge({ type: 'object', properties, description: 'x' })).toEqual([]);
    expect(judge({ type: 'object', properties, minProperties: 1 })[0]).toMatch(
      /^only \[Description Type Format .* XValidations\] fields are allowed at the root/,
    );
  });
});
