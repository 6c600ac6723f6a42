import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** Bodies that kubectl 1.35 sends for `create`. */
const bodies = {
  deployment:
    'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EroBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEogBCAISDAoKCgNhcHASA3dlYhpuChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEk4SMAoFbmdpbngSB25naW54OjEqADIKCgAQABhQIgAqAEIAagByAIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==',
  secret: 'azhzAAoMCgJ2MRIGU2VjcmV0Eh0KEQoBcxIAGgAiACoAMgA4AEIAEgYKAWESAWIaABoAIgA=',
  ingress:
    'azhzAAofChRuZXR3b3JraW5nLms4cy5pby92MRIHSW5ncmVzcxJAChEKAWkSABoAIgAqADIAOABCABInGiUKA2EuYhIeChwKGgoCL2MSDSILCgNhcHASBAoAEFAaBUV4YWN0GgIKABoAIgA=',
  budget:
    'azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSNgoRCgFwEgAaACIAKgAyADgAQgASFQoJCAEQABoDNTAlEggKBgoBYRIBYhoKCAAYACAAKAAwABoAIgA=',
};

describe('a protobuf body', () => {
  it('is read with maps, lists and nested messages', async () => {
    const { send } = await testServer();
    const { status, body } = await send('POST', '/apis/apps/v1/namespaces/default/deployments', {
      body: bytes(bodies.deployment),
      type: protobuf,
    });
    expect(status).toBe(201);
    expect(body['spec']).toMatchObject({
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [{ name: 'nginx', image: 'nginx:1', ports: [{ containerPort: 80 }] }],
        },
      },
    });
  });

  it('is read with bytes', async () => {
    const { send } = await testServer();
    const { body } = await send('POST', '/api/v1/namespaces/default/secrets', {
      body: bytes(bodies.secret),
      type: protobuf,
    });
    expect(body['data']).toEqual({ a: 'Yg==' });
  });

  it('is read with embedded structs', async () => {
    const { send } = await testServer();
    const { body } = await send('POST', '/apis/networking.k8s.io/v1/namespaces/default/ingresses', {
      body: bytes(bodies.ingress),
      type: protobuf,
    });
    const backend = { service: { name: 'app', port: { number: 80 } } };
    expect(body['spec']).toEqual({
      rules: [{ host: 'a.b', http: { paths: [{ path: '/c', pathType: 'Exact', backend }] } }],
    });
  });

  it('is read with numbers that may be strings', async () => {
    const { send } = await testServer();
    const { body } = await send('POST', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', {
      body: bytes(bodies.budget),
      type: protobuf,
    });
    expect(body['spec']).toEqual({ minAvailable: '50%', selector: { matchLabels: { a: 'b' } } });
  });

  it('is refused when it is none, in the words of a kube-apiserver', async () => {
    const { send } = await testServer();
    const { status, body } = await send('POST', '/api/v1/namespaces/default/configmaps', {
      body: 'abc',
      type: protobuf,
    });
    expect([status, body['message']]).toEqual([
      400,
      'the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (616263)',
    ]);
  });

  it.each([5, 20, 60])('is refused when it ends after %i bytes', async (length) => {
    const { send } = await testServer();
    const { status } = await send('POST', '/apis/apps/v1/namespaces/default/deployments', {
      body: bytes(bodies.deployment).subarray(0, length),
      type: protobuf,
    });
    expect(status).toBe(400);
  });
});
