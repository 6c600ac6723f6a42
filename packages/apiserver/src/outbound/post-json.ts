import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { isPlainObject, StatusError, type StatusReason } from '@dormice/apimachinery';
import { joinHostPort } from './dialer.ts';
import { goErrorText } from './go-error.ts';
import type { Outbound, Target } from './outbound.ts';

/** `clientConfig` of webhooks. */
export interface ClientConfig {
  url?: string;
  service?: { namespace: string; name: string; path?: string; port?: number };
  /** Base64 of PEM. */
  caBundle?: string;
}

const groupOf = (apiVersion: unknown): string => String(apiVersion ?? '').split('/')[0] ?? '';

/** Largest answer that is read, bytes. */
const maxAnswer = 16 * 1024 * 1024;

/** A call that got no usable answer; the message is that of upstream's REST client. */
export class CallError extends Error {}

const pem = (caBundle: string): string => Buffer.from(caBundle, 'base64').toString('utf8');

/** Where a `clientConfig` leads, and the URL as messages show it. */
export function endpointOf(config: ClientConfig): { target: Target; origin: string; path: string } {
  const ca = config.caBundle ? { ca: pem(config.caBundle) } : {};
  if (config.service) {
    const { namespace, name, path = '', port = 443 } = config.service;
    const serverName = `${name}.${namespace}.svc`;
    return {
      target: { service: { namespace, name, port }, serverName, ...ca },
      origin: `https://${serverName}:${port}`,
      path: path === '' ? '/' : path.startsWith('/') ? path : `/${path}`,
    };
  }
  if (!config.url) throw new CallError('webhook configuration must have either service or URL');
  let url: URL;
  try {
    url = new URL(config.url);
  } catch {
    throw new CallError(`Unparsable URL: parse ${JSON.stringify(config.url)}: invalid URL`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    target: { address: { host, port: Number(url.port || 443) }, serverName: host, ...ca },
    origin: `https://${url.port === '' ? url.host : joinHostPort(host, Number(url.port))}`,
    path: url.pathname,
  };
}

/** POSTs a document and reads the answer, as upstream's webhook client does. @throws CallError, StatusError */
export async function postJson(
  outbound: Outbound,
  config: ClientConfig,
  document: { kind: string; apiVersion: string },
  options: { timeoutSeconds: number; userAgent: string },
): Promise<Record<string, unknown>> {
  const { timeoutSeconds, userAgent } = options;
  const { target, origin, path } = endpointOf(config);
  const query = `timeout=${timeoutSeconds}s`;
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  let response: IncomingMessage;
  let body: Buffer;
  try {
    response = await outbound.send(target, {
      method: 'POST',
      path: `${path}?${query}`,
      headers: {
        accept: 'application/json, */*',
        'content-type': 'application/json',
        'user-agent': userAgent,
        'accept-encoding': 'gzip',
      },
      body: Buffer.from(`${JSON.stringify(document)}\n`),
      signal,
    });
    body = await readAll(response);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw new CallError(`Post "${origin}${path}?${query}": ${goErrorText(error)}`, {
      cause: error,
    });
  }
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 206) throw serverError(status, body);
  const answer = decodeAnswer(body, response.headers['content-type'] || 'application/json');
  const { kind, apiVersion } = answer;
  if (kind && !(kind === document.kind && groupOf(apiVersion) === groupOf(document.apiVersion))) {
    throw new CallError(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion ?? '')} in scheme "pkg/runtime/scheme.go:111"`,
    );
  }
  return answer;
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > maxAnswer) throw new Error(`the answer is larger than ${maxAnswer} bytes`);
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  return response.headers['content-encoding'] === 'gzip'
    ? gunzipSync(bytes, { maxOutputLength: maxAnswer })
    : bytes;
}

/** Into what upstream reads an answer first. */
const goStruct =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function decodeAnswer(body: Buffer, contentType: string): Record<string, unknown> {
  if (body.length === 0) {
    throw new CallError(`0-length response with status code: 200 and content type: ${contentType}`);
  }
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Upstream reads it as YAML then, in which plain text is a string.
    value = text;
  }
  if (isPlainObject(value)) return value;
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  throw new CallError(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${type === 'boolean' ? 'bool' : type} into Go value of type ${goStruct}`,
  );
}

const generic: Record<number, [StatusReason, string]> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  409: ['AlreadyExists', 'the server reported a conflict'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: [
    'TooManyRequests',
    'the server has received too many requests and has asked us to try again later',
  ],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
};

/** What upstream's client makes of an answer that is none. */
function serverError(code: number, body: Buffer): StatusError {
  const text = body.toString('utf8');
  try {
    const status: unknown = JSON.parse(text);
    if (
      typeof status === 'object' &&
      status !== null &&
      'kind' in status &&
      status.kind === 'Status'
    ) {
      return StatusError.fromStatus(status as never, code);
    }
  } catch {
    // Not a Status: the code speaks.
  }
  const message = text.slice(0, 2048).trim() || 'unknown';
  const known = generic[code];
  if (known) return new StatusError(code, known[0], known[1]);
  if (code >= 500) {
    const why = `an error on the server (${JSON.stringify(message)}) has prevented the request from succeeding`;
    return new StatusError(code, 'InternalError', why);
  }
  if (code === 403) return new StatusError(code, 'Forbidden', message);
  return new StatusError(
    code,
    '',
    `the server responded with the status code ${code} but did not return more information`,
  );
}
