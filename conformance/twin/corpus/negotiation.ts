import { configMap, configMaps, get, post, put, quiet, remove, theme } from './steps.ts';

const c = `${configMaps}/negotiation`;
const make = post(configMaps, configMap('negotiation', { data: { a: 'b' } }), quiet);
const taking = (accept: string, path = c) => get(path, { accept, title: `accept ${accept}` });
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';

/** What the client takes and what it sends. */
export const negotiation = theme('negotiation', {
  accept: [
    make,
    taking('*/*'),
    taking('application/*'),
    taking('text/html'),
    taking('text/html, */*;q=0.1'),
    taking('application/json;q=0, application/yaml'),
    taking('application/cbor'),
    taking('application/json;as=Odd;v=v1;g=meta.k8s.io'),
    taking('application/json;as=Table;v=v1beta1;g=meta.k8s.io'),
    taking('application/json;as=Table;v=v2;g=meta.k8s.io'),
    taking(table),
    taking(table, `${c}?includeObject=Object`),
    taking(table, `${c}?includeObject=None`),
    taking(table, `${c}?includeObject=Odd`),
    taking('application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'),
    taking('application/json;pretty=1'),
    taking('application/json', `${c}?pretty=true`),
    taking(table, `${configMaps}/none`),
    remove(c, quiet),
  ],
  'content types': [
    post(configMaps, 'x', { type: 'text/plain' }),
    post(configMaps, '{', {}),
    post(configMaps, '', {}),
    post(configMaps, 'null', {}),
    post(configMaps, '[]', {}),
    post(configMaps, '{}', {}),
    post(configMaps, '"x"', {}),
    post(configMaps, 'a: [', { type: 'application/yaml' }),
    post(configMaps, 'kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: Bad Name\n', {
      type: 'application/yaml',
    }),
    post(configMaps, configMap('x'), { type: 'application/cbor' }),
    post(configMaps, configMap('x'), { type: 'application/vnd.kubernetes.protobuf' }),
    post(configMaps, { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'x' } }),
    post(configMaps, { kind: 'ConfigMap', apiVersion: 'v2', metadata: { name: 'x' } }),
    post(configMaps, { kind: 'Odd', apiVersion: 'odd.example/v1', metadata: { name: 'x' } }),
    post(configMaps, '{"metadata":{"name":"x","name":"y"}}'),
    post(`${configMaps}?fieldValidation=Strict`, '{"metadata":{"name":"x","name":"y"}}'),
    post(`${configMaps}?dryRun=All`, '{"metadata":{"name":"x","name":"y"},"odd":1,"odd":2}'),
    post(`${configMaps}?fieldValidation=Odd`, configMap('x')),
    post(`${configMaps}?dryRun=Odd`, configMap('x')),
    post(`${configMaps}?dryRun=`, configMap('Bad Name')),
    post(`${configMaps}?fieldManager=${'y'.repeat(129)}`, configMap('x')),
    post(`${configMaps}?fieldManager=a%00b`, configMap('x')),
    put(`${configMaps}/x`, configMap('y')),
    put(`${configMaps}/x`, { ...configMap('x'), metadata: { name: 'x', namespace: 'other' } }),
  ],
});
