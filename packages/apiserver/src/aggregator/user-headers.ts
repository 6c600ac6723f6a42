import type { UserInfo } from '@dormice/client';

const escaped = (key: string): string =>
  [...Buffer.from(key)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9!#$&'*+\-.^_`|~]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');

/** The headers by which a front proxy names the user. */
export function userHeaders({
  username,
  uid,
  groups,
  extra,
}: UserInfo): Record<string, string | string[]> {
  return {
    'x-remote-user': username,
    ...(uid ? { 'x-remote-uid': uid } : {}),
    ...(groups.length > 0 ? { 'x-remote-group': groups } : {}),
    ...Object.fromEntries(
      Object.entries(extra ?? {}).map(([key, values]) => [
        `x-remote-extra-${escaped(key)}`,
        values,
      ]),
    ),
  };
}

/** Headers that end at this hop, that prove who the client is to us, or that only we may set. */
const dropped =
  /^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|authorization|impersonate-.*|x-remote-.*|expect)$/;

/** Headers of a client that go on to an aggregated server. */
export function forwarded(
  headers: Record<string, string | string[] | undefined>,
): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(':') || dropped.test(name.toLowerCase())) continue;
    kept[name] = value;
  }
  return kept;
}
