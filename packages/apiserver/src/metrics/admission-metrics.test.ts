import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../testing/test-server.ts';

const group = '/apis/admissionregistration.k8s.io';
const configMaps = '/api/v1/namespaces/default/configmaps';
const resourceRules = [
  { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
];

let test: TestServer;
const samples = async (name: string): Promise<string[]> =>
  String((await test.send('GET', '/metrics')).body['text'])
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .map((line) => line.slice(name.length))
    .sort();

beforeEach(async () => {
  test = await testServer({ mutatingPolicies: ['v1beta1'] });
});
afterEach(() => test.server.close());

const send = (name: string) =>
  test.send('POST', configMaps, { body: { metadata: { name }, data: { a: '1' } } });

// Names and labels: those of a kube-apiserver 1.35.
describe('metrics of admission', () => {
  it('count decisions of validating policies', async () => {
    await test.create(`${group}/v1/validatingadmissionpolicies`, {
      metadata: { name: 'p' },
      spec: {
        matchConstraints: { resourceRules },
        validations: [{ expression: "object.data.a == '1'" }, { expression: '1 / 0 == 1' }],
      },
    });
    await test.create(`${group}/v1/validatingadmissionpolicybindings`, {
      metadata: { name: 'b' },
      spec: { policyName: 'p', validationActions: ['Deny', 'Audit'] },
    });
    await send('c');
    const who = 'policy="p",policy_binding="b"} 1';
    expect(await samples('apiserver_validating_admission_policy_check_total')).toEqual([
      `{enforcement_action="allow",error_type="no_error",${who}`,
      `{enforcement_action="audit",error_type="invalid_error",${who}`,
      `{enforcement_action="deny",error_type="invalid_error",${who}`,
    ]);
  });

  it('count mutations of policies', async () => {
    const mutation = (expression: string) => ({
      patchType: 'ApplyConfiguration',
      applyConfiguration: { expression },
    });
    await test.create(`${group}/v1beta1/mutatingadmissionpolicies`, {
      metadata: { name: 'p' },
      spec: {
        matchConstraints: { resourceRules },
        failurePolicy: 'Ignore',
        reinvocationPolicy: 'Never',
        mutations: [mutation('Object{data: {"b": "2"}}'), mutation('Object{odd: 1}')],
      },
    });
    await test.create(`${group}/v1beta1/mutatingadmissionpolicybindings`, {
      metadata: { name: 'b' },
      spec: { policyName: 'p' },
    });
    await send('c');
    expect(await samples('apiserver_mutating_admission_policy_check_total')).toEqual([
      '{error_type="invalid_error",policy="p",policy_binding="b"} 1',
      '{error_type="no_error",policy="p",policy_binding="b"} 1',
    ]);
  });

  it.each(['Ignore', 'Fail'])('count webhooks that fail, with %s', async (failurePolicy) => {
    await test.create(`${group}/v1/validatingwebhookconfigurations`, {
      metadata: { name: 'w' },
      webhooks: [
        {
          name: 'a.example.com',
          failurePolicy,
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          clientConfig: { url: 'https://127.0.0.1:1/' },
          rules: resourceRules,
        },
      ],
    });
    await send('c');
    const isOpen = failurePolicy === 'Ignore';
    const who = 'name="a.example.com"';
    expect(await samples('apiserver_admission_webhook_request_total')).toEqual([
      `{code="503",${who},operation="CREATE",rejected="${!isOpen}",type="validating"} 1`,
    ]);
    expect(await samples('apiserver_admission_webhook_fail_open_count')).toEqual(
      isOpen ? [`{${who},type="validating"} 1`] : [],
    );
    expect(await samples('apiserver_admission_webhook_rejection_count')).toEqual(
      isOpen
        ? []
        : [
            `{error_type="calling_webhook_error",${who},operation="CREATE",rejection_code="503",type="validating"} 1`,
          ],
    );
  });
});
