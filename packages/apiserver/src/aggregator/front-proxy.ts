import { deepEqual, formatTime, type KubeObject } from '@dormice/apimachinery';
import type { Change } from '@dormice/storage';
import { cacheOf, type ServerContext } from '../context.ts';
import type { KeyPair } from '../pki/cluster-pki.ts';
import { keyOf } from '../registry/keys.ts';
import { present, storedBytes } from '../registry/stored.ts';

/** With what the API server proves to aggregated servers that the user it names is authenticated. */
export interface FrontProxy {
  /** Certificate of the authority that aggregated servers trust, PEM. */
  authority: string;
  client: KeyPair;
}

/** Not below `/`: it is no object of the API, and no request reaches it. */
const identityKey = 'dormice:front-proxy';
const clientName = 'front-proxy-client';
const lifeDays = 3650;

const cacheKey = Symbol('front proxy');
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The cluster's identity towards aggregated servers; made by the bootstrap. */
export function frontProxyOf(context: ServerContext): FrontProxy | undefined {
  const cache = cacheOf<{ identity?: FrontProxy }>(context, cacheKey, () => ({}));
  if (!cache.identity) {
    const entry = context.store.get(identityKey);
    if (entry) cache.identity = JSON.parse(decoder.decode(entry.value)) as FrontProxy;
  }
  return cache.identity;
}

async function newFrontProxy(now: Date): Promise<FrontProxy> {
  const { issueLeaf, newAuthority } = await import('../pki/x509.ts');
  const authority = await newAuthority('dormice-front-proxy', now, lifeDays);
  const client = await issueLeaf(authority, {
    subject: { CN: clientName },
    usage: 'clientAuth',
    now,
    days: lifeDays,
  });
  return { authority: authority.certificate, client };
}

const place = { namespace: 'kube-system', name: 'extension-apiserver-authentication' };

const dataOf = (context: ServerContext, identity: FrontProxy): Record<string, string> => ({
  'client-ca-file': context.pki.ca.certificate,
  'requestheader-allowed-names': JSON.stringify([clientName]),
  'requestheader-client-ca-file': identity.authority,
  'requestheader-extra-headers-prefix': JSON.stringify(['X-Remote-Extra-']),
  'requestheader-group-headers': JSON.stringify(['X-Remote-Group']),
  'requestheader-uid-headers': JSON.stringify(['X-Remote-Uid']),
  'requestheader-username-headers': JSON.stringify(['X-Remote-User']),
});

/** What the bootstrap writes: the identity, and the ConfigMap by which aggregated servers know it. */
export async function frontProxyChanges(context: ServerContext): Promise<Change[]> {
  const changes: Change[] = [];
  let identity = frontProxyOf(context);
  if (!identity) {
    identity = await newFrontProxy(context.now());
    const bytes = encoder.encode(JSON.stringify(identity));
    changes.push({ key: identityKey, expected: 0, value: () => bytes });
  }
  const kind = context.kinds.find('', 'v1', 'configmaps');
  if (!kind) return changes;
  const key = keyOf(kind, place.namespace, place.name);
  const entry = context.store.get(key);
  const found = entry && present(kind, entry.value);
  const data = dataOf(context, identity);
  if (found && deepEqual(found['data'], data)) return changes;
  const object: KubeObject = found
    ? { ...found, data }
    : {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          ...place,
          uid: context.uuid(),
          creationTimestamp: formatTime(context.now()),
        },
        data,
      };
  changes.push({ key, expected: entry?.revision ?? 0, value: storedBytes(kind, object) });
  return changes;
}
