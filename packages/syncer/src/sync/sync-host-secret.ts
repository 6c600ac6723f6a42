import { errors, isReason } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { absent } from '../host-writer.ts';
import { isShareable, mirrorSecret } from '../kinds/host-secret.ts';
import { secretMapping } from '../kinds/host-secret-mapping.ts';
import { recordEvent } from '../recorder.ts';
import type { Sync } from '../session.ts';
import { mirror, unmirror } from './mirror.ts';

/** One Secret of the host namespace, by its virtual place: all its fields, whatever the tenant did to its copy. */
export const syncHostSecret: Sync = async (engine, session, { namespace, name }) => {
  const { enabled, mappings } = session.config.fromHost.secrets;
  const hostNamespace = session.place.namespace;
  const source = enabled
    ? secretMapping(mappings.byName, hostNamespace).toHost(namespace, name)
    : undefined;
  const resource = resources.secrets;
  const host =
    source === undefined
      ? undefined
      : await engine.host.client.get(resource, source, { namespace: hostNamespace }).catch(absent);
  const { client } = session;
  if (!host || !isShareable(host)) {
    const known = await client.get(resource, name, { namespace }).catch(absent);
    if (known) await unmirror(client, resource, known);
    return undefined;
  }
  await ensureNamespace(client, namespace);
  const result = await mirror(client, resource, mirrorSecret(host, { namespace, name }), {
    fields: ['type', 'data', 'immutable'],
    replace: (current, wanted) => current.type !== wanted.type || current.immutable === true,
  });
  if (result === 'taken') {
    const own = await client.get(resource, name, { namespace }).catch(absent);
    const conflict = errors.alreadyExists(resource, name).message;
    const message = `${conflict}: the host's Secret of this name is not copied; delete this one to get it`;
    if (own) {
      await recordEvent(
        client,
        own,
        { type: 'Warning', reason: 'HostSecretHidden', message },
        engine.now(),
      );
    }
  }
  return undefined;
};

async function ensureNamespace(client: Parameters<typeof mirror>[0], name: string): Promise<void> {
  if (await client.get(resources.namespaces, name).catch(absent)) return;
  await client
    .create(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    .catch((error: unknown) => {
      if (!isReason(error, 'AlreadyExists')) throw error;
    });
}
