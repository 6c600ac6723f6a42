import { describe, expect, it } from 'vitest';
import type { Schema } from '../schema.ts';
import { DecodeError, decode } from './decode.ts';

const text: Schema = { type: 'string', omitEmpty: true };
const core = (name: string): string => `io.k8s.api.core.v1.${name}`;
const struct = (name: string, fields: Record<string, Schema>, more: Schema = {}): Schema => ({
  type: 'object',
  name: core(name),
  fields,
  ...more,
});

const quantities: Schema = {
  type: 'object',
  values: { type: 'string', format: 'quantity' },
  omitEmpty: true,
};
const container = struct('Container', {
  name: { type: 'string' },
  image: text,
  args: { type: 'array', items: { type: 'string' }, omitEmpty: true },
  tty: { type: 'boolean', omitEmpty: true },
  ports: {
    type: 'array',
    omitEmpty: true,
    items: struct('ContainerPort', { containerPort: { type: 'integer', format: 'int32' } }),
  },
  livenessProbe: struct(
    'Probe',
    {
      httpGet: struct(
        'HTTPGetAction',
        { port: { intOrString: true, type: 'string' } },
        { omitEmpty: true, pointer: true },
      ),
    },
    { omitEmpty: true, pointer: true },
  ),
  resources: struct('ResourceRequirements', { limits: quantities }, { omitEmpty: true }),
});
const pod = struct('Pod', {
  metadata: {
    type: 'object',
    name: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
    omitEmpty: true,
    fields: {
      name: text,
      labels: { type: 'object', values: { type: 'string' }, omitEmpty: true },
      creationTimestamp: { type: 'string', format: 'date-time', omitEmpty: true },
    },
  },
  spec: struct(
    'PodSpec',
    {
      containers: { type: 'array', items: container },
      replicas: { type: 'integer', format: 'int32', omitEmpty: true, pointer: true },
    },
    { omitEmpty: true },
  ),
  data: { type: 'object', values: { type: 'string', format: 'byte' }, omitEmpty: true },
  probed: { type: 'string', format: 'date-time', omitEmpty: true },
  raw: { preserveUnknown: true, omitEmpty: true },
});

const inContainer = (fields: Record<string, unknown>): unknown => ({
  spec: { containers: [{ name: 'c', ...fields }] },
});
const decoded = (value: unknown): unknown => decode(pod, value).object;

describe('decode', () => {
  it('writes zero values as Go does', () => {
    expect(decoded({})).toEqual({ metadata: {}, spec: { containers: null }, probed: null });
    expect(decoded(inContainer({ image: '', args: [], tty: false }))).toEqual({
      metadata: {},
      spec: { containers: [{ name: 'c', resources: {} }] },
      probed: null,
    });
  });

  it('keeps zero values behind pointers', () => {
    expect(decoded({ spec: { replicas: 0 } })).toMatchObject({ spec: { replicas: 0 } });
  });

  it('drops nulls, and counts a null in a map as the zero value', () => {
    const value = { metadata: { name: null, labels: { a: null } }, data: { x: null } };
    expect(decoded(value)).toMatchObject({ metadata: { labels: { a: '' } }, data: { x: '' } });
    expect(decoded(value)).not.toHaveProperty('metadata.name');
  });

  it('gives quantities and times their canonical form', () => {
    expect(
      decoded({
        ...(inContainer({ resources: { limits: { cpu: 0.1, memory: ' 1024Mi' } } }) as object),
        probed: '2020-01-01T01:00:00.5+01:00',
      }),
    ).toMatchObject({
      spec: { containers: [{ resources: { limits: { cpu: '100m', memory: '1Gi' } } }] },
      probed: '2020-01-01T00:00:00Z',
    });
  });

  it('drops unknown fields and tells their paths in the order of the document', () => {
    const value = {
      spec: { containers: [{ name: 'c', foo: 1, ports: [{ valu: 1 }] }], bar: 1 },
      Metadata: {},
      constructor: 1,
    };
    const result = decode(pod, value);
    expect(result.unknown).toEqual([
      'spec.containers[0].foo',
      'spec.containers[0].ports[0].valu',
      'spec.bar',
      'Metadata',
      'constructor',
    ]);
    expect(result.object).not.toHaveProperty('spec.bar');
  });

  it('keeps everything below a raw field', () => {
    const raw = { a: null, b: [{ c: '' }] };
    expect(decoded({ raw })).toMatchObject({ raw });
  });

  it('keeps map keys with a meaning in JavaScript', () => {
    const value = JSON.parse('{"data":{"__proto__":"eA=="}}') as unknown;
    expect(JSON.stringify(decoded(value))).toContain('{"__proto__":"eA=="}');
  });

  // What a kube-apiserver 1.35 answers.
  it.each<readonly [unknown, string]>([
    [
      { spec: 'x' },
      'json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec',
    ],
    [
      { metadata: [] },
      'json: cannot unmarshal array into Go struct field Pod.metadata of type v1.ObjectMeta',
    ],
    [
      { metadata: { name: 5 } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string',
    ],
    [
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      { metadata: { labels: 'x' } },
      'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    ],
    [
      { metadata: { creationTimestamp: 5 } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
    ],
    [
      { spec: { replicas: 1.5 } },
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.replicas of type int32',
    ],
    [
      { spec: { replicas: 99_999_999_999 } },
      'json: cannot unmarshal number 99999999999 into Go struct field PodSpec.spec.replicas of type int32',
    ],
    [
      inContainer({ image: {} }),
      'json: cannot unmarshal object into Go struct field Container.spec.containers.image of type string',
    ],
    [
      inContainer({ args: [1] }),
      'json: cannot unmarshal number into Go struct field Container.spec.containers.args of type string',
    ],
    [
      inContainer({ ports: 'x' }),
      'json: cannot unmarshal string into Go struct field Container.spec.containers.ports of type []v1.ContainerPort',
    ],
    [
      inContainer({ ports: [{ containerPort: '80' }] }),
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [
      inContainer({ tty: 'true' }),
      'json: cannot unmarshal string into Go struct field Container.spec.containers.tty of type bool',
    ],
    [
      inContainer({ livenessProbe: { httpGet: { port: true } } }),
      'json: cannot unmarshal bool into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32',
    ],
    [
      inContainer({ resources: { limits: 'x' } }),
      'json: cannot unmarshal string into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList',
    ],
    [
      inContainer({ resources: { limits: { cpu: true } } }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      { data: { a: 5 } },
      'json: cannot unmarshal number into Go struct field Pod.data of type []uint8',
    ],
    [{ data: { a: '!!!' } }, 'illegal base64 data at input byte 0'],
    [{ data: { a: 'abc' } }, 'illegal base64 data at input byte 0'],
    [{ probed: '2020-13-01T00:00:00Z' }, 'parsing time "2020-13-01T00:00:00Z": month out of range'],
  ])('refuses %j', (value, message) => {
    expect(() => decode(pod, value)).toThrow(new DecodeError(message));
  });

  it('changes nothing when it reads what it wrote', () => {
    const once = decoded(inContainer({ resources: { limits: { cpu: '1500m' } }, args: ['x'] }));
    expect(decode(pod, once)).toEqual({ object: once, unknown: [], empties: [] });
  });

  it('tells which lists came empty, since what it gives no longer does', () => {
    const { object, empties } = decode(pod, inContainer({ args: [] }));
    const steps = ['spec', 'containers', 0, 'args'];
    expect(empties).toEqual([{ steps, written: false }]);
    expect(JSON.stringify(object)).not.toContain('args');
  });
});
