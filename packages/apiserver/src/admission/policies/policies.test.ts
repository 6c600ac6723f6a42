import { describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../../testing/test-server.ts';

const group = '/apis/admissionregistration.k8s.io/v1';
const configmaps = '/api/v1/namespaces/default/configmaps';
const rules = [
  {
    apiGroups: [''],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['configmaps'],
  },
];

async function bind(
  { create }: TestServer,
  spec: object,
  ...bindings: { name: string; validationActions: string[]; paramRef?: object }[]
): Promise<void> {
  await create(`${group}/validatingadmissionpolicies`, {
    metadata: { name: 'p' },
    spec: { matchConstraints: { resourceRules: rules }, ...spec },
  });
  for (const { name, ...binding } of bindings) {
    await create(`${group}/validatingadmissionpolicybindings`, {
      metadata: { name },
      spec: { policyName: 'p', ...binding },
    });
  }
}

const deny = { name: 'b', validationActions: ['Deny'] };

/** Answers of kube-apiserver 1.35 to the same policies. */
describe('a validating admission policy', () => {
  const spec = {
    matchConditions: [{ name: 'not-skip', expression: "object.metadata.name != 'skip'" }],
    variables: [{ name: 'nn', expression: 'has(object.data) ? object.data.size() : 0' }],
    validations: [
      { expression: 'variables.nn <= 2', messageExpression: "'too many: ' + string(variables.nn)" },
      {
        expression: "!has(object.data) || !('bad' in object.data)",
        message: 'bad is bad',
        reason: 'Forbidden',
      },
      { expression: "!has(object.data) || !('err' in object.data) || object.data.nope == 'x'" },
      { expression: "!has(object.data) || !('plain' in object.data)" },
    ],
  };

  it.each([
    [{ a: '1', b: '2', c: '3' }, 422, 'too many: 3'],
    [{ bad: '1' }, 403, 'bad is bad'],
    [
      { err: '1' },
      422,
      "expression '!has(object.data) || !('err' in object.data) || object.data.nope == 'x'' resulted in error: no such key: nope",
    ],
    [{ plain: '1' }, 422, "failed expression: !has(object.data) || !('plain' in object.data)"],
  ])('refuses %j with %i', async (data, code, message) => {
    const server = await testServer();
    await bind(server, spec, deny, { name: 'w', validationActions: ['Warn'] });
    const body = { metadata: { name: 'a' }, data };
    const answer = await server.send('POST', configmaps, { body });
    const denied = `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ${message}`;
    expect(answer.body).toMatchObject({
      code,
      message: `configmaps "a" is forbidden: ${denied}`,
      details: { name: 'a', kind: 'configmaps', causes: [{ message: denied }] },
    });
    expect(answer.headers['warning']).toEqual([
      `299 - "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'w': ${message}"`,
    ]);
  });

  it('lets pass what its conditions leave out, what it has nothing against, and all without a binding', async () => {
    const server = await testServer();
    await bind(server, spec);
    await server.create(configmaps, { metadata: { name: 'free' }, data: { bad: '1' } });
    await server.create(`${group}/validatingadmissionpolicybindings`, {
      metadata: { name: 'b' },
      spec: { policyName: 'p', validationActions: ['Deny'] },
    });
    await server.create(configmaps, { metadata: { name: 'skip' }, data: { bad: '1' } });
    await server.create(configmaps, { metadata: { name: 'good' }, data: { a: '1' } });
  });

  it('passes over errors when its failure policy says so', async () => {
    const server = await testServer();
    await bind(server, { ...spec, failurePolicy: 'Ignore' }, deny);
    await server.create(configmaps, { metadata: { name: 'a' }, data: { err: '1' } });
  });

  it('is evaluated with parameters, and says when they are missing', async () => {
    const server = await testServer();
    const paramRef = { name: 'limits', namespace: 'kube-system', parameterNotFoundAction: 'Deny' };
    await bind(
      server,
      {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        validations: [{ expression: 'object.metadata.name.startsWith(params.data.prefix)' }],
        matchConstraints: {
          resourceRules: rules,
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
        },
      },
      { ...deny, paramRef },
    );
    const post = (name: string) =>
      server.send('POST', configmaps, { body: { metadata: { name } } });
    expect((await post('x')).body['message']).toBe(
      "configmaps \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
    );
    await server.create('/api/v1/namespaces/kube-system/configmaps', {
      metadata: { name: 'limits' },
      data: { prefix: 'ok-' },
    });
    expect((await post('x')).status).toBe(422);
    expect((await post('ok-x')).status).toBe(201);
  });

  it('may ask the authorizer', async () => {
    const server = await testServer();
    const expression =
      "authorizer.group('').resource('secrets').namespace('default').check('get').allowed()";
    await bind(server, { validations: [{ expression }] }, deny);
    const user = { username: 'ann', groups: ['system:authenticated'] };
    await server.create('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      metadata: { name: 'r' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }],
    });
    await server.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'r' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' },
      subjects: [{ kind: 'User', name: 'ann', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    const body = { metadata: { name: 'a' } };
    expect((await server.send('POST', configmaps, { body, user })).status).toBe(422);
    expect((await server.send('POST', configmaps, { body })).status).toBe(201);
  });

  it.each([
    [
      { validations: [{ expression: 'variables.x' }] },
      'spec.validations[0].expression',
      "compilation failed: ERROR: <input>:1:10: undefined field 'x'",
    ],
    [
      { validations: [{ expression: 'object.a' }] },
      'spec.validations[0].expression',
      'must evaluate to bool but got dyn',
    ],
    [
      { validations: [{ expression: 'params.x == 1' }] },
      'spec.validations[0].expression',
      "compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')",
    ],
    [
      {
        matchConditions: [{ name: 'a', expression: 'request.nope' }],
        validations: [{ expression: 'true' }],
      },
      'spec.matchConditions[0].expression',
      "compilation failed: ERROR: <input>:1:8: undefined field 'nope'",
    ],
    [
      { variables: [{ name: 'm m', expression: '1' }], validations: [{ expression: 'true' }] },
      'spec.variables[0].name',
      'must be a valid CEL identifier',
    ],
    [
      { auditAnnotations: [{ key: 'k', valueExpression: '1' }] },
      'spec.auditAnnotations[0].valueExpression',
      'must evaluate to one of [string null_type] but got int',
    ],
  ])('is refused when it is %j', async (spec, field, why) => {
    const { send } = await testServer();
    const body = {
      metadata: { name: 'p' },
      spec: { matchConstraints: { resourceRules: rules }, ...spec },
    };
    const answer = await send('POST', `${group}/validatingadmissionpolicies`, { body });
    expect(answer.status).toBe(422);
    expect(answer.body['message']).toContain(field);
    expect(answer.body['message']).toContain(why);
  });
});
