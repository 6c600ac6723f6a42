import {
  encodeJson,
  errors,
  parseExact,
  type StatusError,
  serializeProtobuf,
} from '@dormice/apimachinery';
import type { ApiResponse } from '@dormice/client';
import { dump } from 'js-yaml';
import type { MediaType } from './negotiate.ts';
import { protobufSchemaOf } from './protobuf-schemas.ts';
import { yamlStyle } from './yaml-style.ts';

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
export function inMediaType(response: ApiResponse, mediaType: MediaType): ApiResponse {
  if (mediaType === 'application/json' || !(response.body instanceof Uint8Array)) return response;
  if (response.headers['content-type'] !== 'application/json') return response;
  const value = parseExact(new TextDecoder().decode(response.body)) as Record<string, unknown>;
  return {
    ...response,
    headers: { ...response.headers, 'content-type': mediaType },
    body: encodeAs(mediaType, value),
  };
}

/** A value with `apiVersion` and `kind` as bytes of a media type. */
export function encodeAs(mediaType: MediaType, value: Record<string, unknown>): Uint8Array {
  switch (mediaType) {
    case 'application/json':
      return encodeJson(value);
    case 'application/yaml':
      return new TextEncoder().encode(dump(value, yamlStyle));
    case 'application/vnd.kubernetes.protobuf': {
      const { apiVersion = '', kind = '' } = value as { apiVersion?: string; kind?: string };
      const schema = protobufSchemaOf(apiVersion, kind);
      if (!schema) throw errors.notAcceptable(['application/json', 'application/yaml']);
      return serializeProtobuf(value, schema);
    }
  }
}

/** A `Status` with the headers that belong to it. */
export function errorResponse(error: StatusError): ApiResponse {
  const retry = error.details?.retryAfterSeconds;
  return jsonResponse(error.code, error.toStatus(), {
    ...(retry === undefined || retry === 0 ? {} : { 'retry-after': String(retry) }),
  });
}

/** Headers are bytes; text goes out as UTF-8, which Node wants one character a byte. */
const asHeader = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** RFC 7234 warnings, as `kubectl` prints them. */
export function warningHeaders(warnings: readonly string[]): Headers {
  if (warnings.length === 0) return {};
  return {
    warning: [...new Set(warnings)]
      // A header cannot carry control characters: upstream leaves such warnings out.
      .filter((text) => !/\p{Cc}/u.test(text))
      .map((text) => `299 - "${asHeader(text.replace(/[\\"]/g, '\\$&'))}"`),
  };
}
