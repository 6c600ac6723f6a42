import { isPlainObject, type ManagedFieldsEntry } from '@dormice/apimachinery';

type Fields = ManagedFieldsEntry['fieldsV1'];

const scaleVersion = 'autoscaling/v1';
const scaleFields = { 'f:spec': { 'f:replicas': {} } };

/** `.spec.replicas` as the keys of `fieldsV1`. */
const keysOf = (path: string): string[] =>
  path
    .split('.')
    .filter((part) => part !== '')
    .map((part) => `f:${part}`);

function owns(fields: unknown, [key = '', ...rest]: readonly string[]): boolean {
  if (!isPlainObject(fields) || !(key in fields)) return false;
  return rest.length === 0 || owns(fields[key], rest);
}

/** The fields without one path, and without what is empty then. */
function without(fields: Fields, [key = '', ...rest]: readonly string[]): Fields {
  const { [key]: inner, ...others } = fields;
  if (rest.length === 0 || !isPlainObject(inner)) return others;
  const left = without(inner, rest);
  return Object.keys(left).length > 0 ? { ...others, [key]: left } : others;
}

const nested = (keys: readonly string[]): Fields =>
  keys.reduceRight<Fields>((inner, key) => ({ [key]: inner }), {});

const ownerOf = ({ manager, operation, subresource = '' }: ManagedFieldsEntry): string =>
  JSON.stringify([manager, operation, subresource]);

/** Who owns the replicas of an object, as entries of its scale. */
export function scaleOwners(
  entries: readonly ManagedFieldsEntry[],
  replicasPath: string,
): ManagedFieldsEntry[] {
  const keys = keysOf(replicasPath);
  return entries
    .filter(({ fieldsV1 }) => owns(fieldsV1, keys))
    .map((entry) => ({ ...entry, apiVersion: scaleVersion, fieldsV1: scaleFields }));
}

/**
 * The entries of an object after its scale was written: owners of the replicas that are none of the scale's any more
 * lose them, new ones get an entry.
 */
export function withScaleOwners(
  entries: readonly ManagedFieldsEntry[],
  scale: readonly ManagedFieldsEntry[],
  { replicasPath, apiVersion }: { replicasPath: string; apiVersion: string },
): ManagedFieldsEntry[] {
  const keys = keysOf(replicasPath);
  const owners = scale.filter(({ fieldsV1 }) => owns(fieldsV1, ['f:spec', 'f:replicas']));
  const known = new Set<string>();
  const kept = entries.flatMap((entry): ManagedFieldsEntry[] => {
    const { fieldsV1 } = entry;
    if (!owns(fieldsV1, keys)) return [entry];
    const still = owners.find((owner) => ownerOf(owner) === ownerOf(entry));
    if (still) {
      known.add(ownerOf(entry));
      return [entry];
    }
    const left = without(fieldsV1 as Fields, keys);
    return Object.keys(left).length > 0 ? [{ ...entry, fieldsV1: left }] : [];
  });
  const added = owners
    .filter((owner) => !known.has(ownerOf(owner)))
    .map((owner) => ({ ...owner, apiVersion, fieldsV1: nested(keys) }));
  // Those who apply stand before those who update.
  const rank = ({ operation }: ManagedFieldsEntry): number => (operation === 'Apply' ? 0 : 1);
  return [...kept, ...added].toSorted((a, b) => rank(a) - rank(b));
}
