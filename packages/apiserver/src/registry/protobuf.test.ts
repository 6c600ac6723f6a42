import { parseProtobuf, type Schema, serializeProtobuf } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import { protobufSchemaOf } from '../respond/protobuf-schemas.ts';
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

/** Objects as Go's generated code writes them: kubectl's bodies and an answer of kube-apiserver 1.35. */
const written = {
  ...bodies,
  lease:
    'azhzAAoMCgJ2MRIGU3RhdHVzEogBCgYKABIAGgASB0ZhaWx1cmUaNWxlYXNlcy5jb29yZGluYXRpb24uazhzLmlvICJrdWJlLXNjaGVkdWxlciIgbm90IGZvdW5kIghOb3RGb3VuZCoxCg5rdWJlLXNjaGVkdWxlchITY29vcmRpbmF0aW9uLms4cy5pbxoGbGVhc2VzKAAyADCUAxoAIgA=',
};

describe('a protobuf answer', () => {
  it.each(Object.entries(written))('is written byte for byte as Go does: %s', (_name, base64) => {
    const body = parseProtobuf(bytes(base64), schemaOfKind);
    const schema = schemaOfKind(body.apiVersion, body.kind);
    expect(Buffer.from(serializeProtobuf(body.value, schema)).toString('base64')).toBe(base64);
  });

  it('is byte for byte that of a kube-apiserver 1.35: discovery', async () => {
    const { raw } = await testServer();
    const { body } = await raw('GET', '/apis/apiextensions.k8s.io/v1', { accept: protobuf });
    expect(Buffer.from(body as Uint8Array).toString('base64')).toBe(
      'azhzAAoVCgJ2MRIPQVBJUmVzb3VyY2VMaXN0Er0CChdhcGlleHRlbnNpb25zLms4cy5pby92MRLDAQoZY3VzdG9tcmVzb3VyY2VkZWZpbml0aW9ucxAAGhhDdXN0b21SZXNvdXJjZURlZmluaXRpb24iQwoGY3JlYXRlCgZkZWxldGUKEGRlbGV0ZWNvbGxlY3Rpb24KA2dldAoEbGlzdAoFcGF0Y2gKBnVwZGF0ZQoFd2F0Y2gqA2NyZCoEY3JkczIYY3VzdG9tcmVzb3VyY2VkZWZpbml0aW9uOg5hcGktZXh0ZW5zaW9uc0IASgBSDGpmV0NVQjMxbXZBPRJcCiBjdXN0b21yZXNvdXJjZWRlZmluaXRpb25zL3N0YXR1cxAAGhhDdXN0b21SZXNvdXJjZURlZmluaXRpb24iFAoDZ2V0CgVwYXRjaAoGdXBkYXRlMgBCAEoAUgAaACIA',
    );
  });

  it('holds what the JSON answer holds', async () => {
    const { send, raw, create } = await testServer();
    const url = '/api/v1/namespaces/default/services';
    await create(url, {
      metadata: { name: 's', labels: { a: 'b' } },
      spec: { ports: [{ port: 80, targetPort: 'web' }], selector: { a: 'b' } },
    });
    for (const path of [`${url}/s`, url]) {
      const json = (await send('GET', path)).body;
      const answer = await raw('GET', path, { accept: protobuf });
      expect(answer.headers['content-type']).toBe(protobuf);
      const list = path === url ? listSchema() : undefined;
      const decoded = parseProtobuf(
        answer.body as Uint8Array,
        (v, k) => list ?? schemaOfKind(v, k),
      );
      expect(decoded.value).toEqual(json);
    }
  });

  it('is given for writes, and for refusals', async () => {
    const { raw } = await testServer();
    const url = '/api/v1/namespaces/default/configmaps';
    const made = await raw('POST', url, { body: { metadata: { name: 'c' } }, accept: protobuf });
    expect(made.status).toBe(201);
    expect(parseProtobuf(made.body as Uint8Array, schemaOfKind).kind).toBe('ConfigMap');
    const again = await raw('POST', url, { body: { metadata: { name: 'c' } }, accept: protobuf });
    expect(again.headers['content-type']).toBe(protobuf);
    expect(parseProtobuf(again.body as Uint8Array, statusSchema).value).toMatchObject({
      reason: 'AlreadyExists',
      message: 'configmaps "c" already exists',
      code: 409,
    });
  });

  it('refuses before it writes when the answer could not be given', async () => {
    const { send } = await testServer();
    const url = '/api/v1/namespaces/default/configmaps';
    const body = { metadata: { name: 'c' } };
    expect((await send('POST', url, { body, accept: 'text/html' })).status).toBe(406);
    expect((await send('GET', `${url}/c`)).status).toBe(404);
  });

  it('comes in frames with a length for a watch', async () => {
    const { raw, create } = await testServer();
    const url = '/api/v1/namespaces/default/configmaps';
    await create(url, { metadata: { name: 'c' }, data: { a: 'b' } });
    const response = await raw('GET', `${url}?watch=true&fieldSelector=metadata.name=c`, {
      accept: protobuf,
    });
    expect(response.headers['content-type']).toBe(`${protobuf};stream=watch`);
    if (response.body instanceof Uint8Array) throw new Error('it is no stream');
    for await (const frame of response.body) {
      expect(Buffer.from(frame).readUInt32BE(0)).toBe(frame.length - 4);
      expect(Buffer.from(frame.subarray(4, 11)).toString('latin1')).toBe('\n\u0005ADDED');
      const at = Buffer.from(frame).indexOf('k8s\0');
      const { value } = parseProtobuf(frame.subarray(at), schemaOfKind);
      expect(value).toMatchObject({ kind: 'ConfigMap', data: { a: 'b' } });
      break;
    }
  });
});

function schemaOfKind(apiVersion: string, kind: string): Schema {
  const schema = protobufSchemaOf(apiVersion, kind);
  if (!schema) throw new Error(`no schema of ${apiVersion} ${kind}`);
  return schema;
}

const statusSchema = () => schemaOfKind('v1', 'Status');
const listSchema = () => schemaOfKind('v1', 'ServiceList');
