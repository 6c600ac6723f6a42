import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../../testing/test-server.ts';

const version = '/apis/admissionregistration.k8s.io/v1beta1';
const policies = `${version}/mutatingadmissionpolicies`;
const bindings = `${version}/mutatingadmissionpolicybindings`;
const core = '/api/v1/namespaces/default';

const apply = (expression: string) => ({
  patchType: 'ApplyConfiguration',
  applyConfiguration: { expression },
});
const json = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

let test: TestServer;

const policy = (mutations: object[], spec: object = {}) => ({
  metadata: { name: 'p' },
  spec: {
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: [''],
          apiVersions: ['*'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['configmaps', 'pods'],
        },
      ],
    },
    reinvocationPolicy: 'Never',
    mutations,
    ...spec,
  },
});

async function bound(mutations: object[], spec: object = {}, binding: object = {}): Promise<void> {
  await test.create(policies, policy(mutations, spec));
  await test.create(bindings, {
    metadata: { name: 'b' },
    spec: { policyName: 'p', ...binding },
  });
}

const configMap = async () =>
  test.send('POST', `${core}/configmaps`, { body: { metadata: { name: 'c' }, data: { a: '1' } } });
const dataOf = async (): Promise<unknown> => (await configMap()).body['data'];
const pod = async () =>
  test.send('POST', `${core}/pods`, {
    body: {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'main', image: 'a' }], automountServiceAccountToken: false },
    },
  });

// Expected words: what a kube-apiserver 1.35 answered with the feature and the version turned on.
describe('a mutating admission policy', () => {
  beforeEach(async () => {
    test = await testServer({ mutatingPolicies: ['v1beta1', 'v1alpha1'] });
  });
  afterEach(() => test.server.close());

  it('merges what it makes as an object', async () => {
    await bound([
      apply(
        'Object{metadata: Object.metadata{labels: {"x": object.metadata.name}}, data: {"b": "2"}}',
      ),
    ]);
    const { body } = await configMap();
    expect([body.metadata.labels, body['data']]).toEqual([{ x: 'c' }, { a: '1', b: '2' }]);
  });

  it('merges lists by their keys', async () => {
    await bound([
      apply(
        'Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, env: [Object.spec.containers.env{name: "A", value: "b"}]})}}',
      ),
      apply(
        'Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: "side", image: "s", restartPolicy: "Always"}]}}',
      ),
    ]);
    const { spec } = (await pod()).body;
    expect(spec.containers).toMatchObject([
      { name: 'main', image: 'a', env: [{ name: 'A', value: 'b' }] },
    ]);
    expect(spec.initContainers).toMatchObject([
      { name: 'side', restartPolicy: 'Always', terminationMessagePolicy: 'File' },
    ]);
  });

  it('applies the JSON patch that it makes', async () => {
    await bound([
      json(
        '[JSONPatch{op: "add", path: "/metadata/annotations", value: {}}, JSONPatch{op: "add", path: "/metadata/annotations/" + jsonpatch.escapeKey("a.b/c"), value: string(1 + 1)}]',
      ),
    ]);
    expect((await configMap()).body.metadata.annotations).toEqual({ 'a.b/c': '2' });
  });

  it('does nothing when a test of its JSON patch fails', async () => {
    await bound([
      json(
        '[JSONPatch{op: "test", path: "/data/a", value: "9"}, JSONPatch{op: "remove", path: "/data/a"}]',
      ),
    ]);
    expect(await dataOf()).toEqual({ a: '1' });
  });

  it.each([
    [
      'of an unknown field',
      apply('Object{spec: Object.spec{a: 1}}'),
      'error applying patch: failed to convert patch object to typed object: .spec: field not declared in schema',
    ],
    [
      'whose types stand elsewhere',
      apply('Object{metadata: Object.spec{labels: {"x": "y"}}}'),
      'type mismatch: unexpected type name "Object.spec", expected "Object.metadata", which matches field name path from root Object type',
    ],
    [
      'that fails',
      apply('Object{data: {"b": string(1 / (size(object.data) - 1))}}'),
      `expression 'Object{data: {"b": string(1 / (size(object.data) - 1))}}' resulted in error: division by zero`,
    ],
    [
      'that removes what is not there',
      json('[JSONPatch{op: "remove", path: "/data/zzz"}]'),
      "JSON Patch: error in remove for path: '/data/zzz': Unable to remove nonexistent key: zzz: missing value",
    ],
  ])('refuses a mutation %s', async (_, mutation, why) => {
    await bound([mutation]);
    const { status, body } = await configMap();
    expect([status, body['reason'], body['message']]).toEqual([
      403,
      'Invalid',
      `policy 'p' with binding 'b' denied request: ${why}`,
    ]);
    expect(body['details'].causes).toEqual([{ message: body['message'] }]);
  });

  it('refuses to change atomic parts', async () => {
    await bound([apply('Object{spec: Object.spec{nodeSelector: {"a": "b"}}}')]);
    expect((await pod()).body['message']).toBe(
      "policy 'p' with binding 'b' denied request: error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.nodeSelector",
    );
  });

  it('goes on after what failed when its failure policy says so', async () => {
    await bound([apply('Object{spec: Object.spec{a: 1}}'), apply('Object{data: {"b": "2"}}')], {
      failurePolicy: 'Ignore',
    });
    expect(await dataOf()).toEqual({ a: '1', b: '2' });
  });

  it('refuses what costs too much', async () => {
    const ten = '[1,2,3,4,5,6,7,8,9,10]';
    const costly = ['a', 'b', 'c', 'd', 'e', 'f'].reduceRight(
      (inner, name) => `${ten}.map(${name}, ${inner})`,
      '1',
    );
    await bound([apply(`Object{data: {"b": string(${costly}.size())}}`)]);
    const { status, body } = await configMap();
    expect(status).toBe(403);
    expect(body['message']).toContain(
      'resulted in error: operation cancelled: actual cost limit exceeded',
    );
  });

  it('is evaluated once for each of its parameters', async () => {
    for (const name of ['one', 'two'])
      await test.create(`${core}/configmaps`, {
        metadata: { name, labels: { of: 'p' } },
        data: { v: name },
      });
    await bound(
      [apply('Object{data: {params.metadata.name: variables.v}}')],
      {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        variables: [{ name: 'v', expression: 'params.data.v + "!"' }],
      },
      { paramRef: { selector: { matchLabels: { of: 'p' } }, parameterNotFoundAction: 'Deny' } },
    );
    expect(await dataOf()).toEqual({ a: '1', one: 'one!', two: 'two!' });
  });

  it('asks for parameters as its binding says', async () => {
    const spec = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } };
    const paramRef = { name: 'none', parameterNotFoundAction: 'Deny' };
    await bound([apply('Object{}')], spec, { paramRef });
    const { body } = await configMap();
    expect([body['reason'], body['message']]).toEqual([
      'Forbidden',
      "policy 'p' with binding 'b' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
    ]);
  });

  it('looks only at requests that its conditions choose', async () => {
    await bound([apply('Object{data: {"b": "2"}}')], {
      matchConditions: [{ name: 'c', expression: 'object.data.a == "2"' }],
    });
    expect(await dataOf()).toEqual({ a: '1' });
  });

  it('is asked again after others changed the object, when it wants to be', async () => {
    const again = 'Object{data: {"p": has(object.data.q) ? "saw q" : "no q"}}';
    await bound([apply(again)], { reinvocationPolicy: 'IfNeeded' });
    const other = policy([apply('Object{data: {"q": has(object.data.q) ? "twice" : "once"}}')]);
    await test.create(policies, { ...other, metadata: { name: 'q' } });
    await test.create(bindings, { metadata: { name: 'q' }, spec: { policyName: 'q' } });
    expect(await dataOf()).toEqual({ a: '1', p: 'saw q', q: 'once' });
  });

  it.each([
    ['Object', 'must evaluate to Object but got type(Object)'],
    ['object', 'must evaluate to Object but got dyn'],
    ['Object.spec{}', 'must evaluate to Object but got Object.spec'],
  ])('may not make %s', async (expression, why) => {
    const { status, body } = await test.send('POST', policies, {
      body: policy([apply(expression)]),
    });
    expect([status, body['details'].causes]).toEqual([
      422,
      [
        {
          reason: 'FieldValueInvalid',
          message: `Invalid value: ${JSON.stringify(expression)}: ${why}`,
          field: 'spec.mutations[0].applyConfiguration.expression',
        },
      ],
    ]);
  });

  it('is served in both versions', async () => {
    await test.create(policies, policy([apply('Object{}')]));
    const alpha = policies.replace('v1beta1', 'v1alpha1');
    const { body, headers } = await test.send('GET', `${alpha}/p`);
    expect(body.apiVersion).toBe('admissionregistration.k8s.io/v1alpha1');
    expect(String(headers['warning'])).toContain('deprecated in v1.35+');
    const { body: document } = await test.send('GET', `/openapi/v3${version}`);
    expect(Object.keys(document['components'].schemas)).toContain(
      'io.k8s.api.admissionregistration.v1beta1.MutatingAdmissionPolicy',
    );
  });
});

describe('a server whose owner says nothing of mutating policies', () => {
  it('does not serve them', async () => {
    test = await testServer();
    expect((await test.send('GET', policies)).status).toBe(404);
    await test.server.close();
  });
});
