import { describe, expect, it } from 'vitest';
import { framesOf, testServer } from '../testing/test-server.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const widgets = '/apis/test.dev/v1/namespaces/default/widgets';
const merge = 'application/merge-patch+json';

const crd = (names: object = {}, plural = 'widgets') => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.test.dev` },
  spec: {
    group: 'test.dev',
    scope: 'Namespaced',
    names: { plural, kind: 'Widget', shortNames: ['wd'], ...names },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.replicas' },
        },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        selectableFields: [{ jsonPath: '.spec.color' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'integer', minimum: 1, maximum: 5 },
                  color: { type: 'string', default: 'red' },
                },
              },
              status: { type: 'object', properties: { replicas: { type: 'integer' } } },
            },
          },
        },
      },
      {
        name: 'v1alpha1',
        served: true,
        storage: false,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
});

const widget = (name: string, spec: object) => ({
  apiVersion: 'test.dev/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
});

async function withCrd() {
  const server = await testServer();
  const made = await server.create(crds, crd());
  return { ...server, made };
}

describe('a CustomResourceDefinition', () => {
  it('is established and served at once', async () => {
    const { made, send } = await withCrd();
    const conditions: { type: string; status: string }[] = made['status'].conditions;
    expect(conditions.map(({ type, status }) => [type, status])).toEqual([
      ['NamesAccepted', 'True'],
      ['Established', 'True'],
    ]);
    expect((await send('GET', widgets)).body.kind).toBe('WidgetList');
    const { body } = await send('GET', '/apis/test.dev/v1');
    expect(body['resources'].map(({ name }: { name: string }) => name)).toEqual([
      'widgets',
      'widgets/status',
      'widgets/scale',
    ]);
    expect((await send('GET', '/openapi/v3')).body['paths']).toHaveProperty('apis/test.dev/v1');
  });

  it('is not served while another one has its names', async () => {
    const { create, send } = await withCrd();
    const second = await create(crds, crd({ shortNames: [] }, 'gadgets'));
    expect(second['status'].conditions).toMatchObject([
      { type: 'NamesAccepted', status: 'False', reason: 'SingularConflict' },
      { type: 'Established', status: 'False' },
    ]);
    expect((await send('GET', widgets.replace('widgets', 'gadgets'))).status).toBe(404);
  });

  it('takes its instances along when it goes', async () => {
    const { create, send, raw } = await withCrd();
    await create(widgets, widget('a', { size: 1 }));
    const watch = framesOf(await raw('GET', `${widgets}?watch=1`), 2);
    await new Promise((resolve) => setImmediate(resolve));
    const { body } = await send('DELETE', `${crds}/widgets.test.dev`);
    expect(body.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
    expect((await watch).map(({ type }) => type)).toEqual(['ADDED', 'DELETED']);
    expect((await send('GET', `${crds}/widgets.test.dev`)).status).toBe(404);
    expect((await send('GET', widgets)).status).toBe(404);
  });

  it('waits for instances with finalizers', async () => {
    const { create, send } = await withCrd();
    const held = widget('a', { size: 1 });
    await create(widgets, { ...held, metadata: { name: 'a', finalizers: ['plain'] } });
    await send('DELETE', `${crds}/widgets.test.dev`);
    expect((await send('GET', `${crds}/widgets.test.dev`)).status).toBe(200);
    await send('PATCH', `${widgets}/a`, { body: { metadata: { finalizers: null } }, type: merge });
    expect((await send('GET', `${crds}/widgets.test.dev`)).status).toBe(404);
  });
});

describe('a custom resource', () => {
  it('is defaulted, and loses fields that the schema does not have', async () => {
    const { create } = await withCrd();
    const made = await create(widgets, widget('a', { size: 1, foo: 1 }));
    expect(made['spec']).toEqual({ size: 1, color: 'red' });
    expect(made.metadata.generation).toBe(1);
  });

  // Answers of a kube-apiserver 1.35.
  it.each([
    [
      widget('b', { size: 9 }),
      422,
      'Widget.test.dev "b" is invalid: spec.size: Invalid value: 9: spec.size in body should be less than or equal to 5',
    ],
    [widget('b', {}), 422, 'Widget.test.dev "b" is invalid: spec.size: Required value'],
    [
      { ...widget('q', { size: 1 }), apiVersion: 'test.dev/v2' },
      400,
      'the API version in the data (test.dev/v2) does not match the expected API version (test.dev/v1)',
    ],
    [
      { ...widget('q', { size: 1 }), kind: 'Wodget' },
      422,
      'Wodget.test.dev "q" is invalid: kind: Invalid value: "Wodget": must be Widget',
    ],
  ])('%j is refused', async (body, status, message) => {
    const { send } = await withCrd();
    const answer = await send('POST', widgets, { body });
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  });

  it('must say which version an update is of', async () => {
    const { create, send } = await withCrd();
    await create(widgets, widget('a', { size: 1 }));
    expect(
      (await send('PUT', `${widgets}/a`, { body: widget('a', { size: 2 }) })).body,
    ).toMatchObject({
      code: 422,
      message:
        'widgets.test.dev "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    });
  });

  it('has a status, a scale, selectable fields, columns and other versions', async () => {
    const { create, send } = await withCrd();
    await create(widgets, widget('a', { size: 1 }));
    const body = { status: { replicas: 2 }, spec: { size: 4 } };
    const status = await send('PATCH', `${widgets}/a/status`, { body, type: merge });
    expect([status.body['spec'].size, status.body['status'].replicas]).toEqual([1, 2]);
    const scaled = await send('PATCH', `${widgets}/a/scale`, {
      body: { spec: { replicas: 3 } },
      type: merge,
    });
    expect(scaled.body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 3 },
      status: { replicas: 2 },
    });
    const blue = await send('GET', `${widgets}?fieldSelector=spec.color=blue`);
    expect(blue.body['items']).toEqual([]);
    const table = await send('GET', widgets, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    expect(table.body['rows'][0].cells).toEqual(['a', 3]);
    const other = await send('GET', `${widgets.replace('/v1/', '/v1alpha1/')}/a`);
    expect([other.body.apiVersion, other.body['spec'].size]).toEqual(['test.dev/v1alpha1', 3]);
  });
});
