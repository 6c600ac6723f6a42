import type { KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { identityAnnotations, identityLabels } from '../host-metadata.ts';
import { absent } from '../host-writer.ts';
import { renewAt, type WantedToken, wantedTokens } from '../kinds/pod/tokens.ts';
import { annotations } from '../labels.ts';
import type { Engine, Session, Sync } from '../session.ts';

/**
 * The service-account tokens of one pod, from the virtual API and bound to the pod, in a Secret that goes with it; made
 * before the pod, renewed in time, and gone with it.
 */
export const syncTokens: Sync = async (engine, session, { namespace, name }) => {
  const pod = await session.client.get(resources.pods, name, { namespace }).catch(absent);
  const secretName = session.hostName(namespace, name, 'tokens');
  const known = engine.cache.get('secrets', session.place.namespace, secretName);
  const wanted = pod && !isOver(pod) ? wantedTokens(pod) : [];
  if (!pod || wanted.length === 0) {
    if (known) await engine.host.delete(resources.secrets, known, session.uid);
    return undefined;
  }
  const now = engine.now();
  const notes = known?.metadata.annotations ?? {};
  const planned = Date.parse(notes[annotations.renewAt] ?? '');
  if (notes[annotations.uid] === pod.metadata.uid && planned > now.getTime()) {
    return { after: planned - now.getTime() };
  }
  const renewal = await writeTokens(engine, session, pod, wanted, known);
  return { after: renewal.getTime() - now.getTime() };
};

async function writeTokens(
  engine: Engine,
  session: Session,
  pod: KubeObject,
  wanted: WantedToken[],
  known: KubeObject | undefined,
): Promise<Date> {
  const now = engine.now();
  const { name = '', namespace = '' } = pod.metadata;
  const issued = await Promise.all(wanted.map((token) => requestToken(session.client, pod, token)));
  const renewals = issued.map(({ expires }) => renewAt(now, expires).getTime());
  const renewal = new Date(Math.min(...renewals));
  const secret: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: session.hostName(namespace, name, 'tokens'),
      namespace: session.place.namespace,
      labels: identityLabels(session.uid, namespace),
      annotations: {
        ...identityAnnotations(pod),
        [annotations.kind]: 'Pod',
        [annotations.renewAt]: renewal.toISOString(),
      },
      ownerReferences: [session.anchor],
    },
    type: 'Opaque',
    data: Object.fromEntries(
      issued.map(({ key, token }) => [key, Buffer.from(token).toString('base64')]),
    ),
  };
  await engine.host.apply(resources.secrets, secret, session.uid, known);
  return renewal;
}

async function requestToken(
  client: Client,
  pod: KubeObject,
  { key, audience, expirationSeconds }: WantedToken,
): Promise<{ key: string; token: string; expires: Date }> {
  const { name, namespace = '', uid } = pod.metadata;
  const answer = await client.create<KubeObject>(
    resources.serviceaccounts,
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { name: pod.spec?.serviceAccountName ?? 'default', namespace },
      spec: {
        audiences: audience === undefined ? [] : [audience],
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
      },
    },
    { namespace, subresource: 'token' },
  );
  const { token, expirationTimestamp } = answer.status;
  return { key, token, expires: new Date(expirationTimestamp) };
}

/** A pod that has ended needs no tokens any more. */
export function isOver(pod: KubeObject): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}
