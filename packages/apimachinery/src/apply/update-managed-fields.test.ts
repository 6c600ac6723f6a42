import { describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../object.ts';
import { deploymentSchema } from './deployment-schema.ts';
import { type UpdateRequest, updateManagedFields } from './update-managed-fields.ts';

const now = new Date('2026-01-02T03:04:05Z');
const at = (minute: number) => new Date(now.getTime() + minute * 60_000);

const deployment = (spec: JsonObject, metadata: JsonObject = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...metadata },
  spec,
  status: {},
});

function track(
  live: KubeObject | undefined,
  next: KubeObject,
  manager: string,
  options: Partial<UpdateRequest> = {},
): ManagedFieldsEntry[] {
  return updateManagedFields({
    live,
    next,
    schema: deploymentSchema,
    manager,
    apiVersion: 'apps/v1',
    now,
    ...options,
  });
}

/** What the store then holds. */
const stored = (object: KubeObject, managedFields: ManagedFieldsEntry[]): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, uid: 'u', managedFields },
});

const created = () => {
  const object = deployment({ replicas: 1 }, { labels: { a: 'b' } });
  return stored(object, track(undefined, object, 'maker'));
};

describe('updateManagedFields', () => {
  it('gives a create everything that an empty object of the kind has not', () => {
    const next = deployment(
      {
        replicas: 1,
        strategy: { type: 'Recreate' },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a' }] } },
      },
      { namespace: 'x', labels: { a: 'b' } },
    );
    expect(track(undefined, next, 'maker')).toEqual([
      {
        manager: 'maker',
        operation: 'Update',
        apiVersion: 'apps/v1',
        time: '2026-01-02T03:04:05Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
          'f:spec': {
            'f:replicas': {},
            'f:strategy': { 'f:type': {} },
            'f:template': {
              'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
              'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } },
            },
          },
        },
      },
    ]);
  });

  it('moves a changed field to who changed it, and leaves the rest', () => {
    const live = created();
    const next = deployment({ replicas: 2 }, { uid: 'u', labels: { a: 'b' } });
    expect(track(live, next, 'other', { now: at(1) })).toMatchObject([
      { manager: 'maker', fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } } },
      {
        manager: 'other',
        time: '2026-01-02T03:05:05Z',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
    ]);
  });

  it('drops a manager whose last field went', () => {
    const live = created();
    const next = deployment({}, { uid: 'u' });
    expect(track(live, next, 'other')).toEqual([]);
  });

  it('keeps the time of a write that changes nothing', () => {
    const live = created();
    const next = deployment({ replicas: 1 }, { uid: 'u', labels: { a: 'b' } });
    expect(track(live, next, 'maker', { now: at(9) })).toEqual(live.metadata.managedFields);
  });

  it('keeps subresources and versions apart', () => {
    const live = created();
    const next = { ...deployment({ replicas: 1 }, { uid: 'u', labels: { a: 'b' } }) };
    const status = { ...next, status: { replicas: 3 } };
    const entries = track(live, status, 'maker', { subresource: 'status' });
    expect(entries.map((entry) => entry.subresource)).toEqual([undefined, 'status']);
    const changed = { ...deployment({ replicas: 2 }, { uid: 'u' }), status: { replicas: 3 } };
    const beta = track(stored(status, entries), { ...status, ...changed }, 'maker', {
      apiVersion: 'apps/v1beta2',
    });
    expect(beta.map((entry) => [entry.apiVersion, entry.fieldsV1])).toEqual([
      ['apps/v1', { 'f:status': { 'f:replicas': {} } }],
      ['apps/v1beta2', { 'f:spec': { 'f:replicas': {} } }],
    ]);
  });

  it('never owns what the server writes', () => {
    const next = deployment({}, { uid: 'x', namespace: 'n', resourceVersion: '4', generation: 2 });
    expect(track(undefined, next, 'maker')).toEqual([]);
  });

  it('does not own fields that the endpoint resets', () => {
    const next = { ...deployment({ replicas: 1 }), status: { replicas: 1 } };
    expect(track(undefined, next, 'maker', { resetFields: [['status']] })).toMatchObject([
      { fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
    ]);
  });
});

describe('managedFields that a client sends', () => {
  const next = (managedFields: unknown) =>
    deployment(
      { replicas: 1 },
      { uid: 'u', labels: { a: 'b' }, managedFields: managedFields as JsonObject[] },
    );

  it.each([[[]], [[{}]]])('%j clears them', (sent) => {
    expect(track(created(), next(sent), 'x')).toEqual([]);
  });

  it('replace the stored ones when valid', () => {
    const sent = {
      manager: 'me',
      operation: 'Update',
      apiVersion: 'apps/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    };
    expect(track(created(), next([sent]), 'x')).toEqual([sent]);
  });

  it.each([
    { manager: 'me' },
    { manager: 'me', operation: 'Frob', apiVersion: 'v1', fieldsType: 'FieldsV1' },
    { manager: 'me', operation: 'Update', fieldsType: 'FieldsV1' },
    { manager: 'me', operation: 'Update', apiVersion: 'v1', fieldsType: 'X' },
    {
      manager: 'me',
      operation: 'Update',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { q: {} },
    },
  ])('are ignored when invalid: %j', (sent) => {
    const live = created();
    expect(track(live, next([sent]), 'x')).toEqual(live.metadata.managedFields);
  });

  it('are ignored on subresources', () => {
    const live = created();
    const entries = track(live, next([{}]), 'x', { subresource: 'status' });
    expect(entries).toEqual(live.metadata.managedFields);
  });

  it('stay away once cleared, until somebody applies', () => {
    const live = deployment({ replicas: 1 }, { uid: 'u' });
    expect(track(live, deployment({ replicas: 2 }, { uid: 'u' }), 'x')).toEqual([]);
  });
});

it('merges the oldest of more than ten updaters into ancient-changes', () => {
  let live = created();
  for (let turn = 0; turn < 14; turn += 1) {
    const labels = { ...live.metadata.labels, [`k${turn}`]: '1' };
    const next = deployment({ replicas: 1 }, { uid: 'u', labels });
    live = stored(next, track(live, next, `u${turn}`, { now: at(turn + 1) }));
  }
  const managers = live.metadata.managedFields?.map((entry) => entry.manager);
  expect(managers).toEqual([
    'ancient-changes',
    ...Array.from({ length: 9 }, (_, turn) => `u${turn + 5}`),
  ]);
  expect(live.metadata.managedFields?.[0]).toMatchObject({
    time: '2026-01-02T03:09:05Z',
    fieldsV1: { 'f:metadata': { 'f:labels': { 'f:a': {}, 'f:k4': {} } } },
  });
});
