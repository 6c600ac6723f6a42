import fc, { type Arbitrary } from 'fast-check';
import type { Attack } from './subject.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const things = '/apis/fuzz.dev/v1/namespaces/default/things';

const collection = fc.constantFrom(configMaps, deployments, things);
const types = {
  body: ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'],
  patch: [
    'application/merge-patch+json',
    'application/json-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
  ],
};

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value) ?? 'null');

/** Keys that mean something to Kubernetes, to JavaScript, or to nobody. */
const key = fc.oneof(
  fc.constantFrom('metadata', 'spec', 'data', 'name', 'labels', 'annotations', 'ownerReferences'),
  fc.constantFrom('finalizers', 'managedFields', 'template', 'containers', 'selector', '$patch'),
  fc.constantFrom('$setElementOrder/containers', '$retainKeys', '__proto__', 'constructor', ''),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom<unknown>(null, true, 0, -1, 1e21, 2 ** 53, 'delete', 'replace', 'x', {}, []),
  fc.double(),
);
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
}));

const pointer = fc
  .array(key, { maxLength: 4 })
  .map((keys) => keys.map((one) => `/${one}`).join(''));
const operation = fc.record(
  {
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'boom'),
    path: pointer,
    from: pointer,
    value: anything,
  },
  { requiredKeys: ['op'] },
);

const encoded = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => {
  // A half of a surrogate pair has no escape.
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ff';
  }
});
const magic = Buffer.from('k8s\0');

/** Bytes in protobuf's framing: lengths and tags are mostly right, so that a decoder goes deep. */
const { message } = fc.letrec<{ message: Uint8Array }>((tie) => ({
  message: fc
    .array(
      fc.tuple(
        fc.integer({ min: 0, max: 130 }),
        fc.oneof({ maxDepth: 5 }, fc.uint8Array({ maxLength: 12 }), tie('message')),
        fc.integer({ min: -1, max: 1 }),
      ),
      { maxLength: 4 },
    )
    .map((parts) =>
      Buffer.concat(
        parts.map(([tag, inner, wrong]) =>
          Buffer.concat([
            Buffer.from([tag, Math.max(0, Math.min(127, inner.length + (wrong > 0 ? 1 : 0)))]),
            inner,
          ]),
        ),
      ),
    ),
}));

/** One generator for each way in. */
export const attacks: Record<string, Arbitrary<Attack>> = {
  bodies: fc.record({
    method: fc.constantFrom('POST' as const, 'PUT' as const),
    url: fc
      .tuple(collection, fc.constantFrom('', '/x'), fc.constantFrom('', '?fieldValidation=Strict'))
      .map((parts) => parts.join('')),
    headers: fc.constantFrom(...types.body).map((type) => ({ 'content-type': type })),
    body: fc.oneof(anything.map(bytes), fc.uint8Array({ maxLength: 64 })),
  }),
  patches: fc.record({
    method: fc.constant('PATCH' as const),
    url: collection.map((path) => `${path}/x?fieldManager=fuzz`),
    headers: fc.constantFrom(...types.patch).map((type) => ({ 'content-type': type })),
    body: fc.oneof(anything.map(bytes), fc.array(operation, { maxLength: 5 }).map(bytes)),
  }),
  'protobuf frames': fc.record({
    method: fc.constant('POST' as const),
    url: fc.constantFrom(configMaps, deployments),
    headers: fc.constant({ 'content-type': 'application/vnd.kubernetes.protobuf' }),
    body: fc.oneof(message, fc.uint8Array({ maxLength: 64 })).map((raw) => {
      // Half of the time the envelope is right and the object inside is not.
      const envelope = Buffer.concat([Buffer.from([0x12, raw.length & 0x7f]), raw]);
      return Buffer.concat([magic, raw.length < 128 ? envelope : raw]);
    }),
  }),
  queries: fc.record({
    method: fc.constantFrom('GET' as const, 'DELETE' as const),
    url: fc
      .tuple(
        collection,
        fc.constantFrom('', '/none'),
        fc.array(
          fc.tuple(
            fc.constantFrom(
              'labelSelector',
              'fieldSelector',
              'continue',
              'limit',
              'resourceVersion',
              'resourceVersionMatch',
              'timeoutSeconds',
              'watch',
              'sendInitialEvents',
              'allowWatchBookmarks',
              'includeObject',
              'pretty',
            ),
            fc.oneof(encoded, fc.constantFrom('true', '-1', '1', '99999999999999999999', 'a%3Db')),
          ),
          { maxLength: 4 },
        ),
      )
      .map(
        ([path, name, query]) =>
          `${path}${name}?${query.map((one) => one.join('=')).join('&')}&dryRun=All`,
      ),
    headers: fc.constant({}),
  }),
  paths: fc.record({
    method: fc.constantFrom('GET' as const, 'POST' as const, 'PUT' as const, 'DELETE' as const),
    url: fc
      .array(
        fc.oneof(
          fc.constantFrom('api', 'apis', 'v1', 'apps', 'namespaces', 'default', 'pods', 'x'),
          fc.constantFrom('status', 'scale', 'log', 'proxy', 'watch', '..', '.', '%', '%00'),
          encoded,
        ),
        { maxLength: 9 },
      )
      .map((parts) => `/${parts.join('/')}?dryRun=All`),
    headers: fc.constant({}),
  }),
  headers: fc.record({
    method: fc.constantFrom('GET' as const, 'POST' as const),
    url: collection.map((path) => `${path}?dryRun=All`),
    headers: fc.dictionary(
      fc.constantFrom(
        'accept',
        'accept-encoding',
        'authorization',
        'content-type',
        'user-agent',
        'impersonate-user',
        'impersonate-group',
        'impersonate-uid',
        'impersonate-extra-a',
      ),
      fc.oneof(
        fc.string({ maxLength: 30 }),
        fc.constantFrom('application/json;as=Table;v=v9;g=x', 'application/json;q=x', 'Bearer a.b'),
      ),
      { maxKeys: 4 },
    ),
    body: anything.map(bytes),
  }),
};
