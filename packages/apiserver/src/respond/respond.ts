import { encodeJson, type StatusError } from '@dormice/apimachinery';
import type { ApiResponse } from '@dormice/client';
import { dump } from 'js-yaml';

/** Every answer's headers, besides the audit id that the pipeline adds. */
const common = { 'cache-control': 'no-cache, private' };

export type Headers = ApiResponse['headers'];

export function jsonResponse(status: number, value: unknown, headers: Headers = {}): ApiResponse {
  return bytesResponse(status, encodeJson(value), headers);
}

export function bytesResponse(
  status: number,
  body: Uint8Array,
  headers: Headers = {},
): ApiResponse {
  return { status, headers: { 'content-type': 'application/json', ...common, ...headers }, body };
}

export function textResponse(status: number, text: string): ApiResponse {
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...common,
      'x-content-type-options': 'nosniff',
    },
    body: new TextEncoder().encode(text),
  };
}

/** A JSON answer in the media type that the client wants. */
export function inMediaType(response: ApiResponse, mediaType: string): ApiResponse {
  if (mediaType !== 'application/yaml' || !(response.body instanceof Uint8Array)) return response;
  const value: unknown = JSON.parse(new TextDecoder().decode(response.body));
  return {
    ...response,
    headers: { ...response.headers, 'content-type': 'application/yaml' },
    body: new TextEncoder().encode(dump(value, { sortKeys: true })),
  };
}

/** A `Status` with the headers that belong to it. */
export function errorResponse(error: StatusError): ApiResponse {
  const retry = error.details?.retryAfterSeconds;
  return jsonResponse(error.code, error.toStatus(), {
    ...(retry === undefined || retry === 0 ? {} : { 'retry-after': String(retry) }),
  });
}

/** RFC 7234 warnings, as `kubectl` prints them. */
export function warningHeaders(warnings: readonly string[]): Headers {
  if (warnings.length === 0) return {};
  return {
    warning: [...new Set(warnings)].map(
      (text) => `299 - "${text.replace(/[\\"]/g, '\\$&').replace(/[\r\n]+/g, ' ')}"`,
    ),
  };
}
