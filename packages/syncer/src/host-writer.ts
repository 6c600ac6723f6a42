import { errors, isReason, type KubeObject } from '@dormice/apimachinery';
import type { Client, Resource } from '@dormice/client';
import { annotations, belongsTo, fingerprint } from './labels.ts';

/** Writes to the host only what belongs to the given virtual cluster. */
export class HostWriter {
  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  /** The object as it is now, or `undefined`; refuses one that is somebody else's. */
  async read(
    resource: Resource,
    namespace: string,
    name: string,
    cluster: string,
  ): Promise<KubeObject | undefined> {
    const found = await this.client.get(resource, name, { namespace }).catch(absent);
    if (found && !belongsTo(found, cluster)) throw foreign(resource, namespace, name);
    return found;
  }

  /**
   * Applies an object (server-side, own fields only). Nothing is sent when the known host object was applied from the
   * same. An immutable one that must differ is made anew.
   */
  async apply(
    resource: Resource,
    wanted: KubeObject,
    cluster: string,
    known: KubeObject | undefined,
  ): Promise<KubeObject> {
    const { name = '', namespace = '' } = wanted.metadata;
    const applied = fingerprint(wanted);
    if (known?.metadata.annotations?.[annotations.applied] === applied) return known;
    const existing = known ?? (await this.read(resource, namespace, name, cluster));
    if (existing && !belongsTo(existing, cluster)) throw foreign(resource, namespace, name);
    if (existing?.metadata.annotations?.[annotations.applied] === applied) return existing;
    const object = {
      ...wanted,
      metadata: {
        ...wanted.metadata,
        annotations: { ...wanted.metadata.annotations, [annotations.applied]: applied },
      },
    };
    const send = () =>
      this.client.patch(resource, name, object, { namespace, type: 'apply', force: true });
    if (!mustBeReplaced(existing, wanted)) return send();
    await this.delete(resource, existing, cluster);
    return send();
  }

  /** Deletes exactly this object, if it is still there. */
  async delete(
    resource: Resource,
    object: KubeObject,
    cluster: string,
    options: { gracePeriodSeconds?: number } = {},
  ): Promise<void> {
    const { name = '', namespace = '', uid = '' } = object.metadata;
    if (!belongsTo(object, cluster)) throw foreign(resource, namespace, name);
    await this.client
      .delete(resource, name, {
        namespace,
        preconditions: { uid },
        propagationPolicy: 'Background',
        ...options,
      })
      .catch((error: unknown) => {
        if (!isReason(error, 'NotFound', 'Conflict')) throw error;
      });
  }
}

/** For `catch`: an object that is not there is `undefined`. */
export function absent(error: unknown): undefined {
  if (isReason(error, 'NotFound')) return undefined;
  throw error;
}

function mustBeReplaced(
  existing: KubeObject | undefined,
  wanted: KubeObject,
): existing is KubeObject {
  if (!existing) return false;
  return (
    existing.immutable === true || (existing.kind === 'Secret' && existing.type !== wanted.type)
  );
}

function foreign(resource: Resource, namespace: string, name: string): Error {
  return errors.forbidden(
    resource,
    name,
    `the host object ${namespace}/${name} does not carry this virtual cluster's UID; Dormice leaves it alone (delete it to let the sync go on)`,
  );
}
