import { describe, expect, it, onTestFinished } from 'vitest';
import { testServer } from '../../testing/test-server.ts';
import { tlsService } from '../../testing/tls-service.ts';

const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const configmaps = '/api/v1/namespaces/default/configmaps';

/** A server whose one webhook refuses everything that its conditions let through. */
async function withConditions(expressions: string[], failurePolicy = 'Fail') {
  const t = await testServer();
  onTestFinished(() => t.server.close());
  const hook = await tlsService(({ body }) => {
    const { uid } = JSON.parse(body).request;
    const response = { uid, allowed: false };
    const review = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response };
    return { body: JSON.stringify(review) };
  });
  await t.create(path, {
    metadata: { name: 'w' },
    webhooks: [
      {
        name: 'w.example.com',
        clientConfig: { url: `https://127.0.0.1:${hook.port}/`, caBundle: hook.caBundle },
        rules: [
          { operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] },
        ],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy,
        matchConditions: expressions.map((expression, at) => ({ name: `c${at}`, expression })),
      },
    ],
  });
  const body = { metadata: { name: 'c', labels: { a: 'b' } }, data: { n: '1' } };
  const answer = await t.send('POST', configmaps, { body });
  return { answer, asked: hook.requests.length };
}

describe('match conditions', () => {
  it.each([
    'object.metadata.labels.a == "b"',
    'oldObject == null',
    'request.operation == "CREATE" && request.resource.resource == "configmaps"',
    'request.kind.kind == "ConfigMap" && request.userInfo.username == "admin"',
    '"system:masters" in request.userInfo.groups && !request.dryRun',
    'request.namespace == "default" && request.name == "c"',
    'request.options.kind == "CreateOptions"',
    '!has(request.subResource) || request.subResource == ""',
    'authorizer.group("").resource("secrets").namespace("x").check("get").allowed()',
    'authorizer.requestResource.check("delete").allowed()',
    '!authorizer.serviceAccount("default", "nobody").group("").resource("pods").check("get").allowed()',
  ])('that hold ask the webhook: %s', async (expression) => {
    const { answer, asked } = await withConditions([expression]);
    expect([answer.status, asked]).toEqual([400, 1]);
  });

  it('of which one does not hold leave the webhook alone, even beside one that fails', async () => {
    const { answer, asked } = await withConditions(['object.nope == 1', 'object.data.n == "2"']);
    expect([answer.status, asked]).toEqual([201, 0]);
  });

  it('that fail refuse the request', async () => {
    const { answer, asked } = await withConditions(['true', 'object.nope == 1']);
    expect([answer.status, asked]).toEqual([403, 0]);
    expect(answer.body['message']).toBe(
      `configmaps "c" is forbidden: expression 'object.nope == 1' resulted in error: no such key: nope`,
    );
  });

  it('that fail leave the webhook alone when failures are ignored', async () => {
    const { answer, asked } = await withConditions(['object.nope == 1'], 'Ignore');
    expect([answer.status, asked]).toEqual([201, 0]);
  });
});
