import type { KubeObject } from '@dormice/apimachinery';
import type { Script, Step } from '../script.ts';
import { creation } from './create-scripts.ts';
import { type Place, placeName, schemaPlaces, valueAt, withValue } from './places.ts';
import type { Row } from './row.ts';
import { valuesFor } from './values.ts';

/** Deletes what the script made, whatever hinders. */
function removal(row: Row): Step[] {
  const path = `${row.collection}/{{name}}`;
  return [
    {
      method: 'DELETE',
      path: `${path}?gracePeriodSeconds=0&propagationPolicy=Background`,
      quiet: true,
    },
    {
      method: 'PATCH',
      path,
      type: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
      quiet: true,
    },
  ];
}

/** A value that differs from the present one, well-formed where there is one. */
function otherValue(object: KubeObject, place: Place, values: readonly unknown[]): unknown {
  const present = JSON.stringify(valueAt(object, place));
  return values.find((value) => JSON.stringify(value) !== present);
}

/** Kinds that upstream settles after they were created: an update before that is a conflict. */
const settledLater: Readonly<Record<string, string>> = {
  customresourcedefinitions: 'status.conditions.1.status=True',
  apiservices: 'status.conditions.0',
  flowschemas: 'status.conditions.0',
};

function settling(row: Row): Step[] {
  const until = settledLater[row.kind.resource];
  if (until === undefined) return [];
  const path = `${row.collection}/{{name}}`;
  return [
    { method: 'GET', path, quiet: true, until },
    { method: 'GET', path, quiet: true, save: { rv: 'metadata.resourceVersion' } },
  ];
}

/** Names that scripts of one kind may share: a kind whose names have a rule has one object at a time. */
const ownName = (object: KubeObject): string => object.metadata.name ?? 'sample';

/** Each field changed, by PUT and by merge patch, on a stored object; nothing of it is stored. */
export function changeScripts(row: Row, object: KubeObject, places: number): Script[] {
  const path = `${row.collection}/{{name}}`;
  const known = schemaPlaces(row.kind.schema, object, 1)
    .map(([place, schema]) => [place, otherValue(object, place, valuesFor(schema))] as const)
    .filter(([, value]) => value !== undefined)
    .slice(0, places);
  const steps = known.flatMap(([place, value]): Step[] => {
    const changed = withValue(object, place, value);
    const first = place[0] as string;
    return [
      {
        method: 'PUT',
        path: `${path}?dryRun=All`,
        body: { ...changed, metadata: { ...changed.metadata, resourceVersion: '{{rv}}' } },
        title: `PUT ${placeName(place)} = ${JSON.stringify(value)?.slice(0, 40)}`,
      },
      {
        method: 'PATCH',
        path: `${path}?dryRun=All`,
        type: 'application/merge-patch+json',
        body: { [first]: changed[first] },
        title: `PATCH ${placeName(place)} = ${JSON.stringify(value)?.slice(0, 40)}`,
      },
    ];
  });
  const made = { ...creation(row, ownName(object)), quiet: true };
  return [
    {
      kind: row.label,
      theme: 'change',
      name: 'each field changed',
      steps: [made, ...settling(row), ...steps, ...removal(row)],
    },
  ];
}

const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io, application/json';
const asMetadata =
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io, application/json';

/** From creation to deletion, every endpoint of the kind once. */
export function lifeScripts(row: Row, object: KubeObject): Script[] {
  const path = `${row.collection}/{{name}}`;
  const stored = { ...object, metadata: { ...object.metadata, resourceVersion: '{{rv}}' } };
  const labelled = { ...stored, metadata: { ...stored.metadata, labels: { a: 'b' } } };
  const hasStatus = row.kind.subresources['status'] !== undefined;
  const field = `metadata.name=${ownName(object)}`;
  const steps: Step[] = [
    creation(row, ownName(object)),
    ...settling(row),
    { ...creation(row, ownName(object)), title: 'create again', save: {} },
    { method: 'GET', path, title: 'get' },
    { method: 'GET', path, accept: asTable, title: 'get as Table' },
    { method: 'GET', path: `${row.collection}?fieldSelector=${field}`, title: 'list' },
    {
      method: 'GET',
      path: `${row.collection}?fieldSelector=${field}`,
      accept: asTable,
      title: 'list as Table',
    },
    {
      method: 'GET',
      path: `${row.collection}?fieldSelector=${field}`,
      accept: asMetadata,
      title: 'list as PartialObjectMetadataList',
    },
    {
      method: 'GET',
      path: `${row.collection}?fieldSelector=spec.nobodyKnows%3Dx`,
      title: 'list by an unknown field',
    },
    { method: 'GET', path, accept: 'application/yaml', title: 'get as YAML' },
    { method: 'PUT', path, body: stored, title: 'put the same' },
    {
      method: 'PUT',
      path,
      body: { ...stored, metadata: { ...stored.metadata, resourceVersion: '1' } },
      title: 'put with an old version',
    },
    {
      method: 'PUT',
      path,
      body: { ...object, metadata: { ...object.metadata, resourceVersion: undefined } },
      title: 'put without a version',
    },
    {
      method: 'PUT',
      path: `${row.collection}/other-name`,
      body: object,
      title: 'put to another name',
    },
    {
      method: 'PUT',
      path,
      body: { ...object, metadata: { ...object.metadata, uid: 'x' } },
      title: 'put with another uid',
    },
    { method: 'GET', path, quiet: true, save: { rv: 'metadata.resourceVersion' } },
    { method: 'PUT', path, body: labelled, title: 'put a label' },
    ...(hasStatus
      ? statusSteps(row, object)
      : [{ method: 'GET', path: `${path}/status`, title: 'get status' } as const]),
    {
      method: 'PATCH',
      path: `${path}?fieldManager=a`,
      type: 'application/apply-patch+yaml',
      body: { ...object, metadata: { name: '{{name}}', labels: { mine: 'x' } } },
      title: 'apply',
    },
    {
      method: 'PATCH',
      path: `${path}?fieldManager=b`,
      type: 'application/apply-patch+yaml',
      body: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        metadata: { name: '{{name}}', labels: { mine: 'y' } },
      },
      title: 'apply with a conflict',
    },
    {
      method: 'PATCH',
      path,
      type: 'application/strategic-merge-patch+json',
      body: { metadata: { annotations: { a: 'b' }, finalizers: ['a.example/wait'] } },
      title: 'strategic merge patch',
    },
    {
      method: 'PATCH',
      path,
      type: 'application/json-patch+json',
      body: [{ op: 'test', path: '/metadata/name', value: 'no' }],
      title: 'JSON patch whose test fails',
    },
    { method: 'DELETE', path: `${path}?dryRun=All`, title: 'delete, dry run' },
    { method: 'DELETE', path, title: 'delete with a finalizer' },
    { method: 'DELETE', path, title: 'delete again' },
    {
      method: 'PATCH',
      path,
      type: 'application/merge-patch+json',
      body: { metadata: { finalizers: null } },
      title: 'remove the finalizer',
    },
    { method: 'DELETE', path: `${path}?gracePeriodSeconds=0`, quiet: true },
    { method: 'GET', path, title: 'get what is gone' },
    { method: 'DELETE', path, title: 'delete what is gone' },
    { method: 'PUT', path, body: object, title: 'put what is gone' },
    { method: 'DELETE', path, quiet: true },
    creation(row, ownName(object)),
    { method: 'DELETE', path, title: 'delete' },
    ...removal(row),
  ];
  return [{ kind: row.label, theme: 'life', name: 'from creation to deletion', steps }];
}

/** The status endpoint writes status alone, the main one everything else. */
function statusSteps(row: Row, object: KubeObject): Step[] {
  const path = `${row.collection}/{{name}}`;
  const status = row.kind.schema.fields?.['status'];
  const fields = status === undefined ? [] : schemaPlaces(status, {}, 1).slice(0, 12);
  const current: Step = {
    method: 'GET',
    path,
    quiet: true,
    save: { rv: 'metadata.resourceVersion' },
  };
  const rv = { ...object.metadata, resourceVersion: '{{rv}}' };
  return [
    { method: 'GET', path: `${path}/status`, title: 'get status' },
    ...fields.flatMap(([place, schema]): Step[] =>
      valuesFor(schema)
        .slice(0, 2)
        .map((value) => ({
          method: 'PUT',
          path: `${path}/status?dryRun=All`,
          body: { ...object, metadata: object.metadata, status: withValue({}, place, value) },
          title: `PUT status.${placeName(place)} = ${JSON.stringify(value)?.slice(0, 40)}`,
        })),
    ),
    current,
    {
      method: 'PUT',
      path: `${path}/status`,
      body: {
        ...object,
        spec: {},
        metadata: { ...rv, labels: { by: 'status' }, finalizers: ['a.example/b'] },
      },
      title: 'put spec, labels and finalizers by status',
    },
    ...settling(row),
    current,
    {
      method: 'PUT',
      path: `${path}?dryRun=All`,
      body: {
        ...object,
        metadata: rv,
        status: { observedGeneration: 9, replicas: 3, phase: 'Odd' },
      },
      title: 'put status by the main endpoint',
    },
  ];
}
