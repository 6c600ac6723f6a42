import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const cookieName = 'dormice_session';

/** Are the two equal? In time that tells nothing about where they differ. */
function same(a: string, b: string): boolean {
  const left = createHmac('sha256', 'dormice').update(a).digest();
  const right = createHmac('sha256', 'dormice').update(b).digest();
  return timingSafeEqual(left, right);
}

/** The cookie's value is derived from the token, so that the token itself is in no cookie jar. */
function sessionOf(token: string): string {
  return createHmac('sha256', token).update('dashboard session').digest('hex');
}

export function isLoggedIn(request: IncomingMessage, token: string): boolean {
  const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
  const prefix = `${cookieName}=`;
  const found = cookies.find((part) => part.startsWith(prefix));
  return found !== undefined && same(found.slice(prefix.length), sessionOf(token));
}

export function isToken(given: string | null, token: string): boolean {
  return given !== null && same(given, token);
}

export function sessionCookie(token: string): string {
  return `${cookieName}=${sessionOf(token)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000`;
}

/**
 * Is it a request of our own page? Browsers send `Sec-Fetch-Site` or `Origin` with writes; other sites cannot forge
 * them. Programs send neither and need the cookie anyway.
 */
export function isSameOrigin(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  if (origin === undefined) return true;
  try {
    return new URL(origin).host === request.headers.host;
  } catch {
    return false;
  }
}

/** DNS rebinding: a page of another name that resolves to us must not be served. */
export function isExpectedHost(request: IncomingMessage, listenHost: string): boolean {
  const name = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const loopback = listenHost === '127.0.0.1' || listenHost === '::1' || listenHost === 'localhost';
  return !loopback || ['127.0.0.1', 'localhost', '::1'].includes(name);
}
