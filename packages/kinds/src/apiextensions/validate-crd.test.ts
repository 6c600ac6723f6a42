import { formatFieldError, type KubeObject } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import type { Loose } from '../loose.ts';
import { customResourceDefinition } from './custom-resource-definition.ts';

// What is expected is what kube-apiserver 1.35 answers.

const names = { plural: 'twinas', singular: 'twina', kind: 'Twina', listKind: 'TwinaList' };

const schema = (openAPIV3Schema: Loose): Loose => ({
  versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
});

function problems(spec: Loose): string[] {
  const group: string = spec.group ?? 'shop.example';
  const crd = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `twinas.${group}` },
    spec: { group, scope: 'Namespaced', names, ...structuredClone(spec) },
  } as KubeObject;
  customResourceDefinition.defaults?.(crd);
  customResourceDefinition.prepareForCreate?.(crd, {} as never);
  return (customResourceDefinition.validate?.(crd, {} as never) ?? []).map((error) =>
    formatFieldError(error)
      .replaceAll('spec.validation.openAPIV3Schema', 'root')
      .replace(/a DNS-1035 label must consist .*$/, 'LABEL'),
  );
}

const others: [what: string, spec: Loose, expected: string[]][] = [
  [
    'is told once, and at the top, where versions have it in common',
    {
      group: 'shop.example',
      scope: 'Namespaced',
      names: { plural: 'twinas', singular: 'twina', kind: 'Twina', listKind: 'TwinaList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: false,
          schema: { openAPIV3Schema: { type: 'object', properties: { a: {} } } },
          selectableFields: [{ jsonPath: '.x' }],
        },
        {
          name: 'v1',
          served: true,
          storage: false,
          schema: { openAPIV3Schema: { type: 'object', properties: { a: {} } } },
          selectableFields: [{ jsonPath: '.x' }],
        },
      ],
    },
    [
      'spec.versions: Invalid value: [{"name":"v1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{}}}},"selectableFields":[{"jsonPath":".x"}]},{"name":"v1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{}}}},"selectableFields":[{"jsonPath":".x"}]}]: must contain unique version names',
      'spec.versions: Invalid value: [{"name":"v1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{}}}},"selectableFields":[{"jsonPath":".x"}]},{"name":"v1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{}}}},"selectableFields":[{"jsonPath":".x"}]}]: must have exactly one version marked as storage version',
      'root.properties[a].type: Required value: must not be empty for specified object fields',
      'spec.selectableFields[0].jsonPath: Invalid value: ".x": is an invalid path: does not refer to a valid field',
      'status.storedVersions: Invalid value: null: must have at least one stored version',
    ],
  ],
  [
    'is needed in each version',
    {
      group: 'shop.example',
      scope: 'Namespaced',
      names: { plural: 'twinas', singular: 'twina', kind: 'Twina', listKind: 'TwinaList' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: {} },
        {
          name: 'v2',
          served: true,
          storage: false,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    color: { type: 'string' },
                    n: { type: 'integer' },
                    l: { type: 'array', items: { type: 'string' } },
                    o: { type: 'object', additionalProperties: { type: 'string' } },
                  },
                },
              },
            },
          },
        },
      ],
    },
    ['spec.versions[0].schema.openAPIV3Schema: Required value'],
  ],
  [
    'by columns, warnings and names of versions',
    {
      group: 'shop.example',
      scope: 'Namespaced',
      names: { plural: 'twinas', singular: 'twina', kind: 'Twina', listKind: 'TwinaList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    color: { type: 'string' },
                    n: { type: 'integer' },
                    l: { type: 'array', items: { type: 'string' } },
                    o: { type: 'object', additionalProperties: { type: 'string' } },
                  },
                },
              },
            },
          },
          additionalPrinterColumns: [{ name: '', type: 'x', jsonPath: 'y', format: 'z' }],
        },
        {
          name: 'V2',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { a: {} } } },
          deprecated: true,
          deprecationWarning: 'a\nb',
        },
      ],
    },
    [
      'spec.versions[0].additionalPrinterColumns[0].name: Required value',
      'spec.versions[0].additionalPrinterColumns[0].type: Invalid value: "x": must be one of boolean,date,integer,number,string',
      'spec.versions[0].additionalPrinterColumns[0].format: Invalid value: "z": must be one of byte,date,date-time,double,float,int32,int64,password',
      'spec.versions[0].additionalPrinterColumns[0].JSONPath: Invalid value: "y": must be a simple json path starting with .',
      'spec.versions[1].name: Invalid value: "V2": LABEL',
      'spec.versions[1].deprecationWarning: Invalid value: "a\\nb": must only contain printable UTF-8 characters; non-printable character found at index 1',
      'spec.versions[1].schema.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields',
      'spec.versions: Invalid value: [{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"color":{"type":"string"},"n":{"type":"integer"},"l":{"type":"array","items":{"type":"string"}},"o":{"type":"object","additionalProperties":{"type":"string"}}}}}}},"additionalPrinterColumns":[{"name":"","type":"x","jsonPath":"y","format":"z"}]},{"name":"V2","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{}}}},"deprecated":true,"deprecationWarning":"a\\nb"}]: must have exactly one version marked as storage version',
      'status.storedVersions: Invalid value: ["v1"]: must have the storage version V2',
    ],
  ],
  [
    'by fields that can be selected by',
    {
      group: 'shop.example',
      scope: 'Namespaced',
      names: { plural: 'twinas', singular: 'twina', kind: 'Twina', listKind: 'TwinaList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    color: { type: 'string' },
                    n: { type: 'integer' },
                    l: { type: 'array', items: { type: 'string' } },
                    o: { type: 'object', additionalProperties: { type: 'string' } },
                  },
                },
              },
            },
          },
          selectableFields: [
            { jsonPath: '.spec.color' },
            { jsonPath: '.spec.color' },
            { jsonPath: '.spec.l' },
            { jsonPath: '.spec.none' },
            { jsonPath: 'spec' },
            { jsonPath: '.metadata.name' },
            { jsonPath: '.spec.o.x' },
            { jsonPath: ".spec['color']" },
            { jsonPath: '.spec.' },
            { jsonPath: '' },
            { jsonPath: '.' },
          ],
        },
      ],
    },
    [
      'spec.selectableFields[1].jsonPath: Duplicate value: ".spec.color"',
      'spec.selectableFields[2].jsonPath: Invalid value: ".spec.l": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
      'spec.selectableFields[3].jsonPath: Invalid value: ".spec.none": is an invalid path: does not refer to a valid field',
      'spec.selectableFields[4].jsonPath: Invalid value: "spec": is an invalid path: expected [ or . but got: spec',
      'spec.selectableFields[5].jsonPath: Invalid value: ".metadata.name": is an invalid path: does not refer to a valid field',
      'spec.selectableFields[7].jsonPath: Invalid value: ".spec[\'color\']": is an invalid path: array notation is not allowed',
      'spec.selectableFields[8].jsonPath: Invalid value: ".spec.": is an invalid path: unexpected end of JSON path',
      'spec.selectableFields[9].jsonPath: Required value',
      'spec.selectableFields[10].jsonPath: Invalid value: ".": is an invalid path: unexpected end of JSON path',
    ],
  ],
  [
    'by paths of its scale',
    {
      group: 'shop.example',
      scope: 'Namespaced',
      names: { plural: 'twinas', singular: 'twina', kind: 'Twina', listKind: 'TwinaList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    color: { type: 'string' },
                    n: { type: 'integer' },
                    l: { type: 'array', items: { type: 'string' } },
                    o: { type: 'object', additionalProperties: { type: 'string' } },
                  },
                },
              },
            },
          },
          subresources: {
            scale: {
              specReplicasPath: 'spec.a',
              statusReplicasPath: '.spec.x',
              labelSelectorPath: '.metadata.x',
            },
          },
        },
      ],
    },
    [
      'spec.subresources.scale.specReplicasPath: Invalid value: "spec.a": must be a simple json path starting with .',
      'spec.subresources.scale.statusReplicasPath: Invalid value: ".spec.x": should be a json path under .status',
      'spec.subresources.scale.labelSelectorPath: Invalid value: ".metadata.x": should be a json path under either .spec or .status',
    ],
  ],
  [
    'by its names',
    {
      group: 'shop.example',
      scope: 'Namespaced',
      names: {
        plural: 'Twinas',
        singular: 'A b',
        kind: 'Twina!',
        listKind: 'Twina!',
        shortNames: ['A', 'ok'],
        categories: ['B C'],
      },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    color: { type: 'string' },
                    n: { type: 'integer' },
                    l: { type: 'array', items: { type: 'string' } },
                    o: { type: 'object', additionalProperties: { type: 'string' } },
                  },
                },
              },
            },
          },
        },
      ],
    },
    [
      'metadata.name: Invalid value: "twinas.shop.example": must be spec.names.plural+"."+spec.group',
      'spec.names.plural: Invalid value: "Twinas": LABEL',
      'spec.names.singular: Invalid value: "A b": LABEL',
      'spec.names.kind: Invalid value: "Twina!": may have mixed case, but should otherwise match: LABEL',
      'spec.names.listKind: Invalid value: "Twina!": may have mixed case, but should otherwise match: LABEL',
      'spec.names.shortNames[0]: Invalid value: "A": LABEL',
      'spec.names.listKind: Invalid value: "Twina!": kind and listKind may not be the same',
      'spec.names.categories[0]: Invalid value: "B C": LABEL',
    ],
  ],
  [
    'by a group that needs approval',
    {
      group: 'x.k8s.io',
      scope: 'Namespaced',
      names: { plural: 'twinas', singular: 'twina', kind: 'Twina', listKind: 'TwinaList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    color: { type: 'string' },
                    n: { type: 'integer' },
                    l: { type: 'array', items: { type: 'string' } },
                    o: { type: 'object', additionalProperties: { type: 'string' } },
                  },
                },
              },
            },
          },
        },
      ],
    },
    [
      'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
    ],
  ],
  [
    'by its conversion',
    {
      group: 'shop.example',
      scope: 'Namespaced',
      names: { plural: 'twinas', singular: 'twina', kind: 'Twina', listKind: 'TwinaList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  properties: {
                    color: { type: 'string' },
                    n: { type: 'integer' },
                    l: { type: 'array', items: { type: 'string' } },
                    o: { type: 'object', additionalProperties: { type: 'string' } },
                  },
                },
              },
            },
          },
        },
      ],
      conversion: {
        strategy: 'Webhook',
        webhook: {
          clientConfig: { url: 'http://x', caBundle: 'eA==' },
          conversionReviewVersions: ['v3', 'v3'],
        },
      },
      preserveUnknownFields: true,
    },
    [
      'spec.conversion.strategy: Invalid value: "Webhook": must be None if spec.preserveUnknownFields is true',
      'spec.conversion.webhookClientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path]',
      'spec.conversion.conversionReviewVersions[1]: Invalid value: "v3": duplicate version',
      'spec.conversion.conversionReviewVersions: Invalid value: ["v3","v3"]: must include at least one of v1, v1beta1',
      'spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
    ],
  ],
];

describe('a CRD is judged', () => {
  it.each(others)('%s', (_what, spec, expected) => {
    expect(problems(spec)).toEqual(expected);
  });
});

describe('an update of a CRD', () => {
  const good = schema({ type: 'object' });
  const stored = (spec: Loose = {}, established = true): KubeObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'twinas.shop.example' },
    spec: { group: 'shop.example', scope: 'Namespaced', names, ...good, ...spec },
    status: {
      storedVersions: ['v1'],
      conditions: [{ type: 'Established', status: established ? 'True' : 'False' }],
    },
  });
  const update = (next: KubeObject, old: KubeObject): string[] =>
    (customResourceDefinition.validateUpdate?.(next, old, {} as never) ?? []).map(formatFieldError);

  it('keeps group and plural always, scope and kind once it is established', () => {
    const next = stored({ group: 'x.example', scope: 'Cluster' });
    const group = 'spec.group: Invalid value: "x.example": field is immutable';
    expect(update(next, stored({}, false))).toEqual([group]);
    expect(update(next, stored())).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
      group,
    ]);
  });

  it('keeps versions that were stored', () => {
    const next = stored({ versions: [{ ...good.versions[0], name: 'v2' }] });
    expect(update(next, stored())).toEqual([
      'status.storedVersions: Invalid value: ["v1"]: must have the storage version v2',
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    ]);
  });

  it('has a bundle of authorities that can be read, once it is established', () => {
    const webhook = {
      clientConfig: { url: 'https://a.example/', caBundle: 'eA==' },
      conversionReviewVersions: ['v1'],
    };
    const next = stored({ conversion: { strategy: 'Webhook', webhook } });
    expect(update(next, stored({}, false))).toEqual([]);
    expect(update(next, next)).toEqual([]);
    expect(update(next, stored())).toEqual([
      'spec.conversion.webhookClientConfig.caBundle: Invalid value: "eA==": unable to load root certificates: unable to parse bytes as PEM block',
    ]);
  });
});
