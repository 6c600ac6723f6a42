import { sign } from 'node:crypto';
import { formatTime, type KubeObject } from '@dormice/apimachinery';
import { resources, type UserInfo } from '@dormice/client';
import { jwtVerify } from 'jose';
import type { ServerContext } from '../context.ts';
import { keyOf } from '../registry/keys.ts';
import { tokenKeysOf } from './token-keys.ts';

/** Tokens that lie in secrets: they hold until the secret or the account goes. */
export const legacyIssuer = 'kubernetes/serviceaccount';

const annotations = {
  name: 'kubernetes.io/service-account.name',
  uid: 'kubernetes.io/service-account.uid',
};
const labels = {
  lastUsed: 'kubernetes.io/legacy-token-last-used',
  invalidSince: 'kubernetes.io/legacy-token-invalid-since',
};
const claim = (name: string) => `kubernetes.io/serviceaccount/${name}`;

const { secrets } = resources;

const base64url = (value: object): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * Fills a secret of type `kubernetes.io/service-account-token`: the token, the CA and the namespace, where they are
 * missing or the account is another one of the name. Upstream's controller does this a moment after the secret came;
 * nobody owns these fields, so that whoever applies the secret leaves them.
 */
export function fillTokenSecret(context: ServerContext, secret: KubeObject): void {
  if (secret['type'] !== 'kubernetes.io/service-account-token') return;
  const { name: secretName = '', namespace = '', deletionTimestamp } = secret.metadata;
  const name = secret.metadata.annotations?.[annotations.name] ?? '';
  const account = accountOf(context, namespace, name);
  const uid = account?.metadata.uid;
  if (uid === undefined || deletionTimestamp !== undefined) return;
  // One that says it is of an account that went is its controller's to delete.
  const said = secret.metadata.annotations?.[annotations.uid] ?? '';
  if (said !== '' && said !== uid) return;
  const data: Record<string, string> = secret['data'] ?? {};
  secret['data'] = {
    ...data,
    'ca.crt': base64(context.pki.ca.certificate),
    namespace: data['namespace'] || base64(namespace),
    token: data['token'] || base64(signed(context, { namespace, secretName, name, uid })),
  };
  secret.metadata.annotations = { ...secret.metadata.annotations, [annotations.uid]: uid };
}

function accountOf(context: ServerContext, namespace: string, name: string) {
  return context.objects.get(keyOf({ group: '', resource: 'serviceaccounts' }, namespace, name));
}

function signed(
  context: ServerContext,
  of: { namespace: string; secretName: string; name: string; uid: string },
): string {
  const { sign: key, id } = tokenKeysOf(context);
  const claims = {
    iss: legacyIssuer,
    [claim('namespace')]: of.namespace,
    [claim('secret.name')]: of.secretName,
    [claim('service-account.name')]: of.name,
    [claim('service-account.uid')]: of.uid,
    sub: `system:serviceaccount:${of.namespace}:${of.name}`,
  };
  const text = `${base64url({ alg: 'ES256', kid: id })}.${base64url(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

/** Who a token says it is from, unchecked. */
export function issuerOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).iss;
  } catch {
    return undefined;
  }
}

/** Whose token it is; `undefined` unless its secret is there and still contains it. Notes the day of its use. */
export async function userOfLegacyToken(
  context: ServerContext,
  token: string,
): Promise<UserInfo | undefined> {
  const claims = await claimsOf(context, token);
  if (!claims) return undefined;
  const text = (name: string): string => String(claims[claim(name)] ?? '');
  const [namespace, name, uid] = [
    text('namespace'),
    text('service-account.name'),
    text('service-account.uid'),
  ];
  if (claims['sub'] !== `system:serviceaccount:${namespace}:${name}`) return undefined;
  const secret = context.objects.get(keyOf(secrets, namespace, text('secret.name')));
  if (!secret || secret.metadata.deletionTimestamp !== undefined) return undefined;
  if (secret['data']?.['token'] !== base64(token)) return undefined;
  const account = accountOf(context, namespace, name);
  if (!account || account.metadata.uid !== uid) return undefined;
  if (account.metadata.deletionTimestamp !== undefined) return undefined;
  await noteUse(context, secret);
  if (secret.metadata.labels?.[labels.invalidSince]) return undefined;
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    uid,
    groups: [
      'system:serviceaccounts',
      `system:serviceaccounts:${namespace}`,
      'system:authenticated',
    ],
  };
}

async function claimsOf(context: ServerContext, token: string) {
  try {
    const { payload } = await jwtVerify(token, tokenKeysOf(context).verify, {
      issuer: legacyIssuer,
      algorithms: ['ES256'],
      currentDate: context.now(),
    });
    return payload;
  } catch {
    return undefined;
  }
}

/** Once a day; that it fails does not make the token wrong. */
async function noteUse(context: ServerContext, { metadata }: KubeObject): Promise<void> {
  const day = formatTime(context.now()).slice(0, 10);
  if ((metadata.labels?.[labels.lastUsed] ?? '') >= day) return;
  const { name = '', namespace = '', uid } = metadata;
  const body = { metadata: { uid, labels: { [labels.lastUsed]: day } } };
  try {
    await context.client.patch(secrets, name, body, { namespace, type: 'merge' });
  } catch (error) {
    context.log('warn', 'the use of a token of a secret was not noted', {
      secret: `${namespace}/${name}`,
      error: String(error),
    });
  }
}
