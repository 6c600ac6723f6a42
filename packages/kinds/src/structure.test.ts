import { expect, it } from 'vitest';
import { schemaOf } from './structure.ts';

const podSpec = () => schemaOf('io.k8s.api.core.v1.PodSpec').fields ?? {};

it('gives fields with their list and merge semantics and protobuf numbers', () => {
  expect(podSpec()['containers']).toMatchObject({
    type: 'array',
    listType: 'map',
    listMapKeys: ['name'],
    patchMergeKey: 'name',
    patchStrategy: ['merge'],
    proto: 2,
  });
  expect(podSpec()['volumes']?.patchStrategy).toEqual(['merge', 'retainKeys']);
});

it('follows references, and recursive types come back to the same fields', () => {
  const name = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
  const schema = schemaOf(name);
  expect(schema.fields?.['not']?.fields).toBe(schema.fields);
  expect(schema.fields?.['properties']?.values?.fields).toBe(schema.fields);
});

it('knows the types whose JSON is not their fields', () => {
  const meta = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta').fields ?? {};
  expect(meta['creationTimestamp']).toMatchObject({ type: 'string', format: 'date-time' });
  const port = schemaOf('io.k8s.api.core.v1.ServicePort').fields ?? {};
  expect(port['targetPort']).toMatchObject({ intOrString: true });
  expect(port['protocol']).toMatchObject({ default: 'TCP' });
});

it('is the same object each time', () => {
  expect(schemaOf('io.k8s.api.core.v1.Pod')).toBe(schemaOf('io.k8s.api.core.v1.Pod'));
});

it('names what it does not know', () => {
  expect(() => schemaOf('io.k8s.api.core.v1.Pood')).toThrow(
    'no definition io.k8s.api.core.v1.Pood',
  );
});
