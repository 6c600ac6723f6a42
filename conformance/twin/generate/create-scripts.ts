import type { KubeObject, Schema } from '@dormice/apimachinery';
import type { Script, Step } from '../script.ts';
import { minimalObject } from './minimal.ts';
import {
  type Place,
  placeName,
  placesOf,
  schemaAt,
  schemaPlaces,
  valueAt,
  withoutPlace,
  withValue,
} from './places.ts';
import type { Row } from './row.ts';
import { valuesFor, wrongValues } from './values.ts';

/** How much of a value a script's name shows. */
const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 40) ?? 'absent';

/** One create that stores nothing. */
function attempt(row: Row, theme: string, name: string, body: unknown, query = ''): Script {
  const path = `${row.collection}?dryRun=All${query}`;
  return { kind: row.label, theme, name, steps: [{ method: 'POST', path, body, title: name }] };
}

/** Each field of the minimal object, missing. */
export function missingScripts(row: Row, object: KubeObject): Script[] {
  return placesOf(object).map((place) =>
    attempt(row, 'missing', `without ${placeName(place)}`, withoutPlace(object, place)),
  );
}

/** Fields near the minimal object with values of a wrong JSON type. */
export function typeScripts(row: Row, object: KubeObject): Script[] {
  return schemaPlaces(row.kind.schema, object, 2).flatMap(([place, schema]) =>
    wrongValues(schema).map((value) =>
      attempt(
        row,
        'type',
        `${placeName(place)} = ${shown(value)}`,
        withValue(object, place, value),
      ),
    ),
  );
}

/** Fields of a closed list with a value that is not in it. */
export function enumScripts(row: Row, object: KubeObject): Script[] {
  return schemaPlaces(row.kind.schema, object, 3)
    .filter(([, schema]) => schema.enum !== undefined)
    .map(([place]) =>
      attempt(row, 'enum', `${placeName(place)} = "Wrong"`, withValue(object, place, 'Wrong')),
    );
}

/** Well-formed values, good and bad, in each field near the minimal object. */
export function valueScripts(row: Row, object: KubeObject): Script[] {
  return schemaPlaces(row.kind.schema, object, 2).flatMap(([place, schema]) =>
    valuesFor(schema).map((value) =>
      attempt(
        row,
        'value',
        `${placeName(place)} = ${shown(value)}`,
        withValue(object, place, value),
      ),
    ),
  );
}

/** Each list of the minimal object with its elements twice. */
export function duplicateScripts(row: Row, object: KubeObject): Script[] {
  return placesOf(object).flatMap((place) => {
    const list = valueAt(object, place);
    if (!Array.isArray(list)) return [];
    const twice = withValue(object, place, [...list, ...list]);
    return [attempt(row, 'duplicate', `${placeName(place)} twice`, twice)];
  });
}

/** Every field that the schema has, filled at once: the order of what is said about them. */
export function fullScripts(row: Row, object: KubeObject): Script[] {
  return [0, 1].map((which) => {
    const full = schemaPlaces(row.kind.schema, object, 1)
      .filter(([place]) => valueAt(object, place) === undefined)
      .reduce((grown, [place, schema]) => {
        const values = valuesFor(schema);
        return withValue(grown, place, values[Math.min(which, values.length - 1)]);
      }, object);
    return attempt(row, 'full', `all fields, variant ${which}`, full);
  });
}

/** Fields that nobody knows, under each way to treat them. */
export function unknownScripts(row: Row, object: KubeObject): Script[] {
  const inside = placesOf(object).filter((place) => isObjectAt(row.kind.schema, object, place));
  return [[], ...inside.slice(0, 3)].flatMap((place) => {
    const body = withValue(object, [...place, 'nobodyKnows'], { a: 1 });
    return ['Strict', 'Warn', 'Ignore'].map((mode) =>
      attempt(
        row,
        'unknown fields',
        `${placeName([...place, 'nobodyKnows'])}, ${mode}`,
        body,
        `&fieldValidation=${mode}`,
      ),
    );
  });
}

function isObjectAt(schema: Schema, object: KubeObject, place: Place): boolean {
  const value = valueAt(object, place);
  const known = schemaAt(schema, place);
  return typeof value === 'object' && !Array.isArray(value) && known?.fields !== undefined;
}

const metadataCases: readonly [string, Record<string, unknown>][] = [
  ['a name of capitals', { name: 'Not A Name' }],
  ['a name with a dot', { name: 'a.b' }],
  ['a name that is too long', { name: 'a'.repeat(254) }],
  ['a name of 64 letters', { name: 'a'.repeat(64) }],
  ['no name', { name: undefined }],
  ['a bad generateName', { name: undefined, generateName: 'Bad_' }],
  ['generateName', { name: undefined, generateName: 'made-' }],
  ['bad label keys and values', { labels: { 'a b': 'x', ok: 'not ok!' } }],
  ['a bad annotation key', { annotations: { 'a b': 'x' } }],
  ['bad finalizers', { finalizers: ['x', 'a.example/b', ''] }],
  ['bad owners', { ownerReferences: [{ apiVersion: 'v1', kind: '', name: '', uid: '' }] }],
  [
    'two controllers',
    {
      ownerReferences: ['a', 'b'].map((name) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name,
        uid: name,
        controller: true,
      })),
    },
  ],
  ['a resource version', { resourceVersion: '5' }],
  ['another namespace', { namespace: 'elsewhere' }],
  [
    'a uid, generation and times',
    { uid: 'x', generation: 7, creationTimestamp: '2020-01-01T00:00:00Z' },
  ],
  ['a bad deletion grace period', { deletionGracePeriodSeconds: -1 }],
];

export function metadataScripts(row: Row, object: KubeObject): Script[] {
  return metadataCases.map(([name, metadata]) =>
    attempt(row, 'metadata', name, { ...object, metadata: { ...object.metadata, ...metadata } }),
  );
}

/** A create of the kind in a real store: what the other scripts of the row start from. */
export function creation(row: Row, name: string): Step {
  const object = minimalObject(row.kind, name);
  const body = { ...object, metadata: { name, ...object?.metadata } };
  return {
    method: 'POST',
    path: row.collection,
    body,
    title: 'create',
    save: { name: 'metadata.name', rv: 'metadata.resourceVersion', uid: 'metadata.uid' },
  };
}
