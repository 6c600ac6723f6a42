import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const configmaps = '/api/v1/namespaces/default/configmaps';

describe('POST', () => {
  it('gives an object its identity and says who owns its fields', async () => {
    const { send } = await testServer({ uuid: () => 'some-uid' });
    const { status, body } = await send('POST', configmaps, {
      body: { metadata: { name: 'a' }, data: { k: 'v' } },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: {
        name: 'a',
        namespace: 'default',
        uid: 'some-uid',
        resourceVersion: expect.stringMatching(/^\d+$/),
        creationTimestamp: '2026-01-02T03:04:05Z',
        managedFields: [
          {
            manager: 'test',
            operation: 'Update',
            apiVersion: 'v1',
            time: '2026-01-02T03:04:05Z',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { '.': {}, 'f:k': {} } },
          },
        ],
      },
      data: { k: 'v' },
    });
  });

  it('has the defaults, the generation and the status of a new deployment', async () => {
    const { create } = await testServer();
    const body = await create('/apis/apps/v1/namespaces/default/deployments', {
      metadata: { name: 'web', generation: 7 },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: {
          metadata: { labels: { a: 'b' } },
          spec: { containers: [{ name: 'c', image: 'i' }] },
        },
      },
      status: { replicas: 9 },
    });
    expect(body.metadata.generation).toBe(1);
    expect(body['spec'].replicas).toBe(1);
    expect(body['spec'].strategy.rollingUpdate.maxSurge).toBe('25%');
    expect(body['status']).toEqual({});
  });

  it('makes names from generateName', async () => {
    const { create } = await testServer();
    const body = await create(configmaps, { metadata: { generateName: 'cfg-' } });
    expect(body.metadata.name).toMatch(/^cfg-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('writes nothing in a dry run, but refuses what a real one would', async () => {
    const { send } = await testServer();
    const body = { metadata: { name: 'a' } };
    expect((await send('POST', `${configmaps}?dryRun=All`, { body })).status).toBe(201);
    expect((await send('GET', `${configmaps}/a`)).status).toBe(404);
    await send('POST', configmaps, { body });
    expect((await send('POST', `${configmaps}?dryRun=All`, { body })).body['message']).toBe(
      'configmaps "a" already exists',
    );
  });

  // Answers of a kube-apiserver 1.35.
  it.each([
    [
      '{',
      400,
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input ({)",
    ],
    [
      '',
      400,
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
    ],
    [
      '{"kind":"Pod","apiVersion":"v1"}',
      400,
      'Pod in version "v1" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion',
    ],
    [
      '{"kind":"ConfigMap","apiVersion":"v2"}',
      400,
      'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      '{"metadata":{"name":"a","namespace":"b"}}',
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      '{"metadata":{"name":"a","resourceVersion":"5"}}',
      500,
      'resourceVersion should not be set on objects to be created',
    ],
    [
      '{"metadata":{"name":"a"},"data":{"a":1}}',
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    [
      '{"metadata":{}}',
      422,
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
  ])('refuses %s with %i', async (body, status, message) => {
    const { send } = await testServer();
    const answer = await send('POST', configmaps, { body, type: 'application/json' });
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  });

  it.each([
    ['Strict', 400, undefined],
    ['Warn', 201, ['299 - "unknown field \\"foo\\""']],
    ['', 201, ['299 - "unknown field \\"foo\\""']],
    ['Ignore', 201, undefined],
  ])('treats unknown fields as fieldValidation=%s says', async (validation, status, warning) => {
    const { send } = await testServer();
    const answer = await send('POST', `${configmaps}?fieldValidation=${validation}`, {
      body: { metadata: { name: 'a' }, foo: 1 },
    });
    expect([answer.status, answer.headers['warning']]).toEqual([status, warning]);
    if (status === 400) {
      expect(answer.body['message']).toBe(
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"',
      );
    }
  });

  it('reads YAML, and refuses types that it does not know', async () => {
    const { send } = await testServer();
    const body = 'metadata:\n  name: a\ndata:\n  k: v\n';
    const made = await send('POST', configmaps, { body, type: 'application/yaml' });
    expect(made.body['data']).toEqual({ k: 'v' });
    const refused = await send('POST', configmaps, { body, type: 'text/plain' });
    expect([refused.status, refused.body['message']]).toEqual([
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    ]);
  });

  it('refuses bodies over 3 MiB', async () => {
    const { send } = await testServer();
    const body = { metadata: { name: 'a' }, data: { k: 'x'.repeat(3 * 1024 * 1024) } };
    expect((await send('POST', configmaps, { body })).status).toBe(413);
  });

  it('carries an audit id on each answer', async () => {
    const { send } = await testServer();
    const { headers } = await send('GET', '/api/v1/nope');
    expect(headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
