import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const configmaps = '/api/v1/namespaces/default/configmaps';
const json = 'application/json-patch+json';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const apply = 'application/apply-patch+yaml';

async function withConfigMap() {
  const server = await testServer();
  await server.create(configmaps, { metadata: { name: 'a' }, data: { k: 'v' } });
  const patch = (type: string, body: unknown, query = '') =>
    server.send('PATCH', `${configmaps}/a${query}`, { body, type });
  return { ...server, patch };
}

describe('PATCH', () => {
  it('applies the three kinds of patches', async () => {
    const { patch } = await withConfigMap();
    await patch(json, [{ op: 'add', path: '/data/j', value: '1' }]);
    await patch(merge, { data: { m: '2' } });
    const { body } = await patch(strategic, { data: { s: '3', k: null } });
    expect(body['data']).toEqual({ j: '1', m: '2', s: '3' });
  });

  // Answers of a kube-apiserver 1.35.
  it.each([
    ['application/json', '{}', 415, '415: Unsupported Media Type'],
    [merge, '{', 400, 'error decoding patch: unexpected end of JSON input'],
    [
      merge,
      '{"metadata":{"name":"b"}}',
      400,
      'the name of the object (b) does not match the name on the URL (a)',
    ],
    [
      merge,
      '{"metadata":{"uid":"1"}}',
      422,
      'ConfigMap "a" is invalid: metadata.uid: Invalid value: "1": field is immutable',
    ],
    [
      merge,
      '{"metadata":{"resourceVersion":"1"}}',
      409,
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [
      strategic,
      '{"data":{"k":1}}',
      422,
      ' "" is invalid: patch: Invalid value: "map[data:map[k:1]]": json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    [
      apply,
      '{"apiVersion":"v1","kind":"ConfigMap"}',
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
  ])('%s %s is refused with %i', async (type, body, status, message) => {
    const { patch } = await withConfigMap();
    const answer = await patch(type, body);
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  });

  it('refuses force for patches that are no apply', async () => {
    const { patch } = await withConfigMap();
    expect((await patch(merge, {}, '?force=true')).body['message']).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  });

  it('loses no change when many patch at once', async () => {
    const { patch } = await withConfigMap();
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(keys.map((key) => patch(merge, { data: { [key]: key } })));
    const { body } = await patch(merge, {});
    expect(Object.keys(body['data']).sort()).toEqual([...keys, 'k']);
  });
});

describe('server-side apply', () => {
  const config = (name: string, data: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data,
  });

  it('creates what is not there', async () => {
    const { send } = await testServer();
    const { status, body } = await send('PATCH', `${configmaps}/n?fieldManager=me`, {
      body: config('n', { k: 'v' }),
      type: apply,
    });
    expect(status).toBe(201);
    expect(body.metadata.managedFields).toMatchObject([{ manager: 'me', operation: 'Apply' }]);
  });

  it('names the owner in a conflict, and takes over when forced', async () => {
    const { patch } = await withConfigMap();
    const conflict = await patch(apply, config('a', { k: 'w' }), '?fieldManager=me');
    expect([conflict.status, conflict.body['message']]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "test" using v1: .data.k',
    ]);
    const forced = await patch(apply, config('a', { k: 'w' }), '?fieldManager=me&force=true');
    expect(forced.body['data']).toEqual({ k: 'w' });
  });

  it('writes nothing when it is repeated', async () => {
    const { patch, store } = await withConfigMap();
    await patch(apply, config('a', { x: 'y' }), '?fieldManager=me');
    const before = store.revision;
    await patch(apply, config('a', { x: 'y' }), '?fieldManager=me');
    expect(store.revision).toBe(before);
  });
});
