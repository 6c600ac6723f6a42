import type { IncomingMessage } from 'node:http';
import type { ApiRequest, ApiResponse, UserInfo } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import { DialError } from '../outbound/dial-error.ts';
import { goErrorText } from '../outbound/go-error.ts';
import { textResponse } from '../respond/respond.ts';
import { frontProxyOf } from './front-proxy.ts';
import { type RemoteApi, targetOf } from './remote-apis.ts';
import { forwarded, userHeaders } from './user-headers.ts';

export const unavailable = (): ApiResponse => textResponse(503, 'service unavailable\n');

export function pathOf({ path, query }: Pick<ApiRequest, 'path' | 'query'>): string {
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Sends a request on to the server that answers for its group version, as the user who asked. */
export async function proxyToRemote(
  context: ServerContext,
  api: RemoteApi,
  request: ApiRequest,
  user: UserInfo,
): Promise<ApiResponse> {
  const identity = frontProxyOf(context);
  if (!api.available || !identity) return unavailable();
  try {
    const answer = await context.outbound.send(targetOf(api, identity), {
      method: request.method,
      path: pathOf(request),
      headers: { ...forwarded(request.headers), ...userHeaders(user) },
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    return responseOf(answer);
  } catch (error) {
    if (error instanceof DialError) return unavailable();
    return textResponse(503, `error trying to reach service: ${goErrorText(error)}\n`);
  }
}

function responseOf(answer: IncomingMessage): ApiResponse {
  const headers = forwarded(answer.headers);
  const length = answer.headers['content-length'];
  return {
    status: answer.statusCode ?? 502,
    headers: { ...headers, ...(length === undefined ? {} : { 'content-length': length }) },
    body: answer as AsyncIterable<Uint8Array>,
  };
}
