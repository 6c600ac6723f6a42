import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { errors, type StatusError, toStatusError } from '@dormice/apimachinery';
import type { ApiRequest, UserInfo } from '@dormice/client';
import { admitConnect } from '../admission/admit-other.ts';
import { proxyUpgrade } from '../aggregator/proxy-upgrade.ts';
import { remoteApiOfPath } from '../aggregator/remote-apis.ts';
import { authenticate, impersonate } from '../authenticate/authenticate.ts';
import { authorize, forbiddenError } from '../authorize/authorize.ts';
import type { ServerContext } from '../context.ts';
import { routeOf } from '../route.ts';
import { connectOptions } from './connect-options.ts';
import { connectorOf, containerFor, targetOf } from './serve-pod-subresource.ts';

const upgradable = new Set(['exec', 'attach', 'portforward']);
type Upgradable = 'exec' | 'attach' | 'portforward';

/** Serves a connection upgrade: the same gates as for every request, then the connection goes to the pod. */
export async function serveUpgrade(
  context: ServerContext,
  request: ApiRequest,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  context.activity.inFlight += 1;
  try {
    const remote = remoteApiOfPath(context, request.path);
    const user = await admitted(context, request, remote !== undefined);
    if (remote) {
      await proxyUpgrade(context, remote, { request, message, user }, socket, head);
      return;
    }
    const info = routeOf(request);
    if (!info.isResource || info.resource !== 'pods' || !upgradable.has(info.subresource)) {
      throw errors.badRequest(`${request.path} cannot be upgraded`);
    }
    const pod = targetOf(context, info);
    await admitConnect(context, info, user, connectOptions(info, request.query));
    const query = new URLSearchParams(request.query);
    if (info.subresource !== 'portforward') {
      query.set('container', containerFor(pod, query.get('container') ?? ''));
    }
    context.onActivity({
      user,
      verb: info.subresource,
      userAgent: request.headers['user-agent'] ?? '',
    });
    const text = query.toString();
    await connectorOf(context).upgrade(
      pod,
      info.subresource as Upgradable,
      {
        url: text === '' ? request.path : `${request.path}?${text}`,
        headers: message.headers,
        method: message.method ?? 'GET',
      },
      socket,
      head,
    );
  } catch (error) {
    refuse(socket, toStatusError(error));
  } finally {
    context.activity.inFlight -= 1;
  }
}

async function admitted(
  context: ServerContext,
  request: ApiRequest,
  remote: boolean,
): Promise<UserInfo> {
  const who = await authenticate(context, request);
  const user = await impersonate(context, who, request);
  const info = routeOf(request);
  if (!info.isResource) throw errors.unknownPath();
  // Of pods, upstream asks for `create` whatever the method: WebSockets can only GET.
  const attributes = { ...info, user, isResource: true, verb: remote ? info.verb : 'create' };
  const decision = await authorize(context, attributes);
  if (!decision.allowed) throw forbiddenError(attributes, decision.reason);
  return user;
}

/** An HTTP answer by hand: the connection is no longer the HTTP server's. */
function refuse(socket: Duplex, error: StatusError): void {
  if (socket.destroyed) return;
  const body = JSON.stringify(error.toStatus());
  socket.end(
    `HTTP/1.1 ${error.code} ${error.reason || 'Error'}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
