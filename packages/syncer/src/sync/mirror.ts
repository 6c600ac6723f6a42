import { deepEqual, isReason, type KubeObject } from '@dormice/apimachinery';
import type { Client, Resource } from '@dormice/client';
import { absent } from '../host-writer.ts';
import { annotations, labels, managedBy } from '../labels.ts';
import type { Loose } from '../loose.ts';

/** Is a virtual object a mirror of a host object, made by Dormice? */
export function isMirror(object: KubeObject): boolean {
  return (
    object.metadata.labels?.[labels.managedBy] === managedBy &&
    object.metadata.annotations?.[annotations.fromHost] !== undefined
  );
}

export interface MirrorOptions {
  /** Top-level fields that are compared and written besides metadata. */
  fields: readonly string[];
  /** May the change be written, or must the object be made anew? Default: written. */
  replace?: (current: KubeObject, wanted: KubeObject) => boolean;
}

/**
 * Makes a virtual object what the host says, and undoes what the tenant changed. One that the tenant made itself under
 * the same name stays: the answer is `'taken'`.
 */
export async function mirror(
  client: Client,
  resource: Resource,
  wanted: KubeObject,
  options: MirrorOptions,
): Promise<KubeObject | 'taken'> {
  const { name = '', namespace } = wanted.metadata;
  const at = namespace === undefined ? {} : { namespace };
  const current = await client.get(resource, name, at).catch(absent);
  if (!current) return client.create(resource, wanted, at);
  if (!isMirror(current)) return 'taken';
  if (isSame(current, wanted, options.fields)) return current;
  if (options.replace?.(current, wanted)) {
    await unmirror(client, resource, current);
    return client.create(resource, wanted, at);
  }
  const metadata = {
    ...current.metadata,
    labels: wanted.metadata.labels ?? {},
    annotations: wanted.metadata.annotations ?? {},
  };
  const next: Loose = { ...current, metadata };
  for (const field of options.fields) {
    if (wanted[field] === undefined) delete next[field];
    else next[field] = wanted[field];
  }
  return client.update(resource, next, at);
}

/** Deletes a virtual mirror whose host object is gone; its protection was the host's matter. What the tenant made stays. */
export async function unmirror(
  client: Client,
  resource: Resource,
  object: KubeObject,
): Promise<void> {
  if (!isMirror(object)) return;
  const { name = '', namespace, uid = '', finalizers = [] } = object.metadata;
  if (finalizers.length > 0) {
    const patch = { metadata: { uid, finalizers: null } };
    const at = namespace === undefined ? {} : { namespace };
    await client.patch(resource, name, patch, { ...at, type: 'merge' });
  }
  await client
    .delete(resource, name, {
      ...(namespace === undefined ? {} : { namespace }),
      preconditions: { uid },
    })
    .catch((error: unknown) => {
      if (!isReason(error, 'NotFound', 'Conflict')) throw error;
    });
}

function isSame(current: KubeObject, wanted: KubeObject, fields: readonly string[]): boolean {
  return (
    contains(current.metadata.labels, wanted.metadata.labels) &&
    contains(current.metadata.annotations, wanted.metadata.annotations) &&
    fields.every((field) => deepEqual(current[field] ?? null, wanted[field] ?? null))
  );
}

function contains(have: Record<string, string> = {}, wanted: Record<string, string> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => have[key] === value);
}
