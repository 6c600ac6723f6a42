import { deepEqual, fieldErrors, isQualifiedName, type KubeObject } from '@dormice/apimachinery';
import { type Check, follows, immutable, isEmpty, onEach, oneOf } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { duplicate, forbidden, invalid, required, tooLong } = fieldErrors;

const mostParameters = 512;
const parametersLimit = 256 * 1024;

/** A provisioner or a driver. */
function validateDriver(path: string, name: Loose): Check {
  return isEmpty(name) ? [required(path)] : follows(path, name.toLowerCase(), isQualifiedName);
}

function validateParameters(parameters: Readonly<Record<string, string>>): Check {
  const entries = Object.entries(parameters);
  if (entries.length > mostParameters) return [tooLong('parameters', mostParameters)];
  const encoder = new TextEncoder();
  const size = entries.reduce((sum, pair) => sum + encoder.encode(pair.join('')).length, 0);
  return [
    ...entries
      .filter(([name]) => name === '')
      .map(() => invalid('parameters', '', 'field can not be empty.')),
    ...(size > parametersLimit ? [tooLong('parameters', parametersLimit)] : []),
  ];
}

/** Values of each key of a term, for the comparison with other terms. */
const shapeOf = (term: Loose): string =>
  JSON.stringify(
    (term.matchLabelExpressions ?? [])
      .map(({ key, values }: Loose) => [key, [...new Set(values ?? [])].sort()])
      .sort(),
  );

function validateTerm(term: Loose, path: string): Check {
  const keys = new Set<string>();
  return onEach(term.matchLabelExpressions, `${path}.matchLabelExpressions`, (one, at) => {
    const { key = '' } = one;
    const values = each(one.values);
    const known = keys.has(key);
    keys.add(key);
    return [
      ...(values.length === 0 ? [required(`${at}.values`)] : []),
      ...onEach(values, `${at}.values`, (value, where, index) =>
        values.indexOf(value) < index ? [duplicate(where, value)] : [],
      ),
      ...follows(`${at}.key`, key, isQualifiedName),
      ...(known ? [duplicate(`${at}.key`, key)] : []),
    ];
  });
}

function validateTopologies(terms: Loose): Check {
  const shapes: string[] = [];
  // Upstream compares with as many empty terms as there are terms, too.
  const length = terms?.length ?? 0;
  return onEach(terms, 'allowedTopologies', (term, at) => {
    const shape = shapeOf(term);
    const same = shapes.filter((other) => other === shape).length;
    shapes.push(shape);
    const empty = shape === '[]' ? length : 0;
    return [
      ...validateTerm(term, at),
      ...Array.from({ length: same + empty }, () => duplicate(`${at}.matchLabelExpressions`, '')),
    ];
  });
}

export function validateStorageClass(storageClass: KubeObject): Check {
  return [
    ...validateDriver('provisioner', storageClass['provisioner']),
    ...validateParameters(storageClass['parameters'] ?? {}),
    ...oneOf('reclaimPolicy', storageClass['reclaimPolicy'], ['Delete', 'Retain']),
    ...(['Immediate', 'WaitForFirstConsumer'].includes(storageClass['volumeBindingMode'])
      ? []
      : [
          fieldErrors.notSupported('volumeBindingMode', storageClass['volumeBindingMode'] ?? '', [
            'Immediate',
            'WaitForFirstConsumer',
          ]),
        ]),
    ...validateTopologies(storageClass['allowedTopologies']),
  ];
}

const fixed = ['parameters', 'provisioner', 'reclaimPolicy'];

const unchanged = (next: KubeObject, old: KubeObject, fields: readonly string[]): Check =>
  fields
    .filter((field) => !deepEqual(next[field], old[field]))
    .map((field) => forbidden(field, `updates to ${field} are forbidden.`));

export const validateStorageClassUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateStorageClass(next),
  ...unchanged(next, old, fixed),
  ...immutable('volumeBindingMode', next['volumeBindingMode'], old['volumeBindingMode']),
];

export const validateVolumeAttributesClass = (attributes: KubeObject): Check => [
  ...validateDriver('driverName', attributes['driverName']),
  ...validateParameters(attributes['parameters'] ?? {}),
  ...(Object.keys(attributes['parameters'] ?? {}).length === 0
    ? [required('parameters', 'must contain at least one key/value pair')]
    : []),
];

export const validateVolumeAttributesClassUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...unchanged(next, old, ['driverName', 'parameters']),
  ...validateVolumeAttributesClass(next),
];
