import type { UserInfo } from './user-info.ts';

/** One HTTP exchange with a Kubernetes API, over the wire or in the same process. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  /** Absolute path, percent-encoded, without the query: `/api/v1/namespaces/default/pods`. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string>;
  body?: Uint8Array;
  /** Ends the exchange; a watch's or log's body stops. */
  signal?: AbortSignal;
  /**
   * Who asks, already authenticated: set by the TLS front or by an in-process client, never from the wire.
   * Absent over HTTP, where credentials travel in the connection.
   */
  user?: UserInfo;
}

export interface ApiResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string | string[]>;
  /** Whole, or in pieces as they come (watch, logs). */
  body: Uint8Array | AsyncIterable<Uint8Array>;
  /**
   * Present when the pieces are one document that is made while it is sent, rather than a stream of events; to be called
   * when it was sent or nobody wants it any more.
   */
  document?: () => void;
}

/** Sends requests to one API server. Rejects only when there is no answer; an HTTP error status is an answer. */
export interface Transport {
  request(request: ApiRequest): Promise<ApiResponse>;
}
