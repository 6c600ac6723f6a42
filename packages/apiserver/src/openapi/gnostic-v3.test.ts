import { describe, expect, it } from 'vitest';
import { gnosticV3Document } from './gnostic-v3.ts';

const document = {
  openapi: '3.0.0',
  info: { title: 'A', version: '1' },
  paths: {
    '/a/{name}': {
      get: {
        tags: ['t'],
        operationId: 'readA',
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', uniqueItems: true } },
        ],
        responses: {
          '200': {
            description: 'OK',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/A' } } },
          },
        },
        'x-kubernetes-action': 'get',
      },
      put: {
        requestBody: {
          required: true,
          content: { '*/*': { schema: { $ref: '#/components/schemas/A' } } },
        },
        responses: { '401': { description: 'no' } },
      },
      parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
    },
  },
  components: {
    schemas: {
      A: {
        description: 'an A',
        type: 'object',
        required: ['n'],
        properties: {
          any: { allOf: [{ $ref: '#/components/schemas/B' }], default: {} },
          e: { type: 'string', enum: ['x', '*', '1'], default: 'x' },
          l: {
            type: 'array',
            items: { type: 'integer', format: 'int32', default: 0 },
            'x-kubernetes-list-type': 'set',
          },
          m: { type: 'object', additionalProperties: { type: 'boolean', default: true } },
          n: { type: 'number', minimum: 0.5, nullable: true, maxLength: 3 },
          open: { additionalProperties: true },
        },
        'x-kubernetes-group-version-kind': [{ group: '', kind: 'A', version: 'v1' }],
      },
      B: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
    },
    securitySchemes: { Token: { type: 'apiKey', name: 'authorization', in: 'header' } },
  },
};

/** What the Go library that kube-apiserver uses makes of it. */
const written =
  'CgUzLjAuMBIGCgFBMgExIoQCCoECCgkvYS97bmFtZX0S8wEikQEKAXQqBXJlYWRBMiEKHwoFbGltaXQSBXF1ZXJ5Ug8KDaABAcoBB2ludGVnZXJCQxJBCgMyMDASOgo4CgJPSxoyCjAKEGFwcGxpY2F0aW9uL2pzb24SHAoaEhgKFiMvY29tcG9uZW50cy9zY2hlbWFzL0FqHQoTeC1rdWJlcm5ldGVzLWFjdGlvbhIGEgRnZXQKKj46KwopEiUKIwoDKi8qEhwKGhIYChYjL2NvbXBvbmVudHMvc2NoZW1hcy9BGAFCDxINCgM0MDESBgoECgJub2odChsKBG5hbWUSBHBhdGggAVILCgnKAQZzdHJpbmcq1AMKowMK+gIKAUES9AIK8QK6AQFuygEGb2JqZWN0+gGNAgopCgNhbnkSIgog0gEaEhgKFiMvY29tcG9uZW50cy9zY2hlbWFzL0KKAgAKLwoBZRIqCijCAQQSAngKwgEGEgQnKicKwgEGEgQiMSIKygEGc3RyaW5nigIDGgF4ClcKAWwSUgpQygEFYXJyYXnyASIKIAoeygEHaW50ZWdlcooCCQkAAAAAAAAAAJoCBWludDMyogIgChZ4LWt1YmVybmV0ZXMtbGlzdC10eXBlEgYSBHNldAoKJgoBbRIhCh/KAQZvYmplY3SCAhMKEQoPygEHYm9vbGVhbooCAhABCh0KAW4SGAoWCAFpAAAAAAAA4D94A8oBBm51bWJlcgoPCgRvcGVuEgcKBYICAhABkgIEYW4gQaICSQofeC1rdWJlcm5ldGVzLWdyb3VwLXZlcnNpb24ta2luZBImEiQtIGdyb3VwOiAiIgogIGtpbmQ6IEEKICB2ZXJzaW9uOiB2MQoKJAoBQhIfCh3aAQwKCsoBB2ludGVnZXLaAQsKCcoBBnN0cmluZzosCioKBVRva2VuEiEKHwoGYXBpS2V5Gg1hdXRob3JpemF0aW9uIgZoZWFkZXI=';

describe('an OpenAPI v3 document in protobuf', () => {
  it('is byte for byte what Go writes', () => {
    expect(Buffer.from(gnosticV3Document(document)).toString('base64')).toBe(written);
  });
});
