import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const configmaps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const pod = (name: string, extra = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i' }], ...extra },
});

describe('DELETE', () => {
  it('answers Success for what is gone at once', async () => {
    const { send, create } = await testServer();
    const { metadata } = await create(configmaps, { metadata: { name: 'a' } });
    const { status, body } = await send('DELETE', `${configmaps}/a`);
    expect([status, body]).toEqual([
      200,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'a', kind: 'configmaps', uid: metadata.uid },
      },
    ]);
    expect((await send('DELETE', `${configmaps}/a`)).body['message']).toBe(
      'configmaps "a" not found',
    );
  });

  it('waits for finalizers, and lets go with the last one', async () => {
    const { send, create } = await testServer();
    await create(configmaps, { metadata: { name: 'a', finalizers: ['x.y/z'] } });
    const marked = await send('DELETE', `${configmaps}/a`);
    expect(marked.body.metadata).toMatchObject({
      deletionTimestamp: '2026-01-02T03:04:05Z',
      deletionGracePeriodSeconds: 0,
    });
    const type = 'application/merge-patch+json';
    const more = await send('PATCH', `${configmaps}/a`, {
      body: { metadata: { finalizers: ['x.y/z', 'x.y/more'] } },
      type,
    });
    expect(more.body['message']).toBe(
      'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x.y/more"}',
    );
    await send('PATCH', `${configmaps}/a`, { body: { metadata: { finalizers: null } }, type });
    expect((await send('GET', `${configmaps}/a`)).status).toBe(404);
  });

  it.each([
    ['Orphan', ['orphan']],
    ['Foreground', ['foregroundDeletion']],
  ])('leaves the finalizer of %s to the garbage collector', async (policy, finalizers) => {
    const { send, create } = await testServer();
    await create(configmaps, { metadata: { name: 'a' } });
    const { body } = await send('DELETE', `${configmaps}/a?propagationPolicy=${policy}`);
    expect(body.metadata.finalizers).toEqual(finalizers);
  });

  it('gives a running pod its grace period, and shortens it on demand', async () => {
    const { send, create } = await testServer();
    await create(pods, pod('p', { nodeName: 'n' }));
    const marked = await send('DELETE', `${pods}/p`);
    expect(marked.body.metadata).toMatchObject({
      deletionTimestamp: '2026-01-02T03:04:35Z',
      deletionGracePeriodSeconds: 30,
      generation: 2,
    });
    const shorter = await send('DELETE', `${pods}/p?gracePeriodSeconds=5`);
    expect(shorter.body.metadata.deletionTimestamp).toBe('2026-01-02T03:04:10Z');
    const gone = await send('DELETE', `${pods}/p?gracePeriodSeconds=0`);
    expect(gone.body.metadata.deletionGracePeriodSeconds).toBe(0);
    expect((await send('GET', `${pods}/p`)).status).toBe(404);
  });

  it('checks preconditions', async () => {
    const { send, create } = await testServer();
    const { metadata } = await create(configmaps, { metadata: { name: 'a' } });
    const { status, body } = await send('DELETE', `${configmaps}/a`, {
      body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' } },
    });
    expect([status, body['message']]).toEqual([
      409,
      `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (x) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    ]);
  });

  it('deletes the part of a collection that a selector takes', async () => {
    const { send, create } = await testServer();
    for (const [name, x] of [
      ['a', '1'],
      ['b', '2'],
      ['c', '1'],
    ] as const) {
      await create(configmaps, { metadata: { name, labels: { x } } });
    }
    const { body } = await send('DELETE', `${configmaps}?labelSelector=x=1`);
    expect(body['items'].map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(
      ['a', 'c'],
    );
    const left = await send('GET', configmaps);
    expect(left.body['items']).toHaveLength(1);
  });

  it('only says what it would do in a dry run', async () => {
    const { send, create } = await testServer();
    await create(configmaps, { metadata: { name: 'a' } });
    expect((await send('DELETE', `${configmaps}/a?dryRun=All`)).body['status']).toBe('Success');
    expect((await send('GET', `${configmaps}/a`)).status).toBe(200);
  });

  it.each([
    [
      'propagationPolicy=Foo',
      422,
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Foo": supported values: "Foreground", "Background", "Orphan", "nil"',
    ],
    ['gracePeriodSeconds=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      'dryRun=x',
      422,
      'DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["x"]: supported values: "All"',
    ],
  ])('refuses %s', async (query, status, message) => {
    const { send } = await testServer();
    const answer = await send('DELETE', `${configmaps}/a?${query}`);
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  });
});
