import { apply, get, mergePatch, post, put, quiet, remove, theme } from './steps.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const crd = `${crds}/gadgets.twin.example`;
const gadgets = '/apis/twin.example/v1/namespaces/twin/gadgets';
const g = `${gadgets}/one`;
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.twin.example' },
  spec: {
    group: 'twin.example',
    scope: 'Namespaced',
    names: { plural: 'gadgets', kind: 'Gadget', shortNames: ['gd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' },
        },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'How big' },
        ],
        selectableFields: [{ jsonPath: '.spec.color' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'integer', minimum: 1, maximum: 9 },
                  color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
                  name: { type: 'string', pattern: '^[a-z]+$', maxLength: 5 },
                  list: {
                    type: 'array',
                    maxItems: 2,
                    items: {
                      type: 'object',
                      required: ['k'],
                      properties: { k: { type: 'string' } },
                    },
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['k'],
                  },
                  set: {
                    type: 'array',
                    items: { type: 'string' },
                    'x-kubernetes-list-type': 'set',
                  },
                  any: { 'x-kubernetes-preserve-unknown-fields': true },
                  port: { 'x-kubernetes-int-or-string': true },
                  maybe: { type: 'string', nullable: true },
                  when: { type: 'string', format: 'date-time' },
                },
              },
              status: { type: 'object', properties: { size: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
};
const gadget = (spec: object, more: object = {}) => ({
  apiVersion: 'twin.example/v1',
  kind: 'Gadget',
  metadata: { name: 'one', ...more },
  spec,
});
const attempt = (spec: object, query = '') =>
  post(`${gadgets}?dryRun=All${query}`, gadget(spec), { title: JSON.stringify(spec) });

/** A custom resource: schema, pruning, defaults, columns, subresources, end. */
export const custom = theme('custom resources', {
  'one definition, its objects, its end': [
    post(crds, definition, quiet),
    get(gadgets, { quiet: true, until: 'items' }),
    get(crd),
    get('/apis/twin.example/v1'),
    attempt({ size: 1 }),
    attempt({}),
    attempt({ size: 0 }),
    attempt({ size: 10 }),
    attempt({ size: 'x' }),
    attempt({ size: 1.5 }),
    attempt({ size: 1, color: 'green' }),
    attempt({ size: 1, name: 'Bad' }),
    attempt({ size: 1, name: 'toolong' }),
    attempt({ size: 1, list: [{ k: 'a' }, { k: 'a' }] }),
    attempt({ size: 1, list: [{ k: 'a' }, { k: 'b' }, { k: 'c' }] }),
    attempt({ size: 1, list: [{}] }),
    attempt({ size: 1, set: ['a', 'a'] }),
    attempt({ size: 1, any: { deep: [1] }, port: '80%', maybe: null }),
    attempt({ size: 1, port: 1.5 }),
    attempt({ size: 1, when: 'now' }),
    attempt({ size: 1, nobodyKnows: 1 }),
    attempt({ size: 1, nobodyKnows: 1 }, '&fieldValidation=Strict'),
    attempt({ size: 1, nobodyKnows: 1 }, '&fieldValidation=Ignore'),
    attempt({ size: null }),
    post(gadgets, gadget({ size: 2 }, { labels: { 'bad key': 'x' } })),
    post(gadgets, gadget({ size: 2 }, { name: 'Bad Name' })),
    post(gadgets, { ...gadget({ size: 2 }), kind: 'Odd' }),
    post(gadgets, { ...gadget({ size: 2 }), apiVersion: 'twin.example/v2' }),
    post(gadgets, { ...gadget({ size: 2 }), status: { size: 4 } }),
    get(g),
    get(gadgets),
    get(gadgets, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }),
    get(`${gadgets}?fieldSelector=spec.color%3Dred`),
    get(`${gadgets}?fieldSelector=spec.size%3D2`),
    put(g, gadget({ size: 3 })),
    mergePatch(g, { spec: { size: 3, color: null } }),
    mergePatch(g, { spec: { size: 30 } }),
    mergePatch(g, { spec: { size: 1 } }, { type: 'application/strategic-merge-patch+json' }),
    mergePatch(`${g}/status`, { status: { size: 7 }, spec: { size: 9 } }),
    get(`${g}/scale`),
    mergePatch(`${g}/scale`, { spec: { replicas: 4 } }),
    mergePatch(`${g}/scale`, { spec: { replicas: 40 } }),
    apply(`${g}?fieldManager=a`, gadget({ size: 5, list: [{ k: 'x' }] })),
    apply(`${g}?fieldManager=b`, gadget({ size: 6 })),
    get(`${g}/odd`),
    get(g, { accept: 'application/vnd.kubernetes.protobuf' }),
    remove(g),
    remove(crd),
    get(crd, { quiet: true, until: 'code' }),
    get(gadgets),
  ],
});
