import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { isReason } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { LRUCache } from 'lru-cache';
import { destinationOf, type ServiceReference } from './destination.ts';
import { DialError } from './dial-error.ts';
import type { Dialer } from './dialer.ts';
import { OutboundAgent, type TlsIdentity } from './outbound-agent.ts';

/** A server outside of the process: behind a Service of the cluster, or at an address. */
export type Target = TlsIdentity &
  ({ service: ServiceReference } | { address: { host: string; port: number } });

export interface OutboundRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string | string[]>;
  body?: Uint8Array;
  signal?: AbortSignal;
}

/** Targets whose connections are kept. */
const keptTargets = 64;

/**
 * Exchanges with servers outside: resolves Services, dials, verifies certificates, keeps connections. Holds nothing until
 * its first use.
 */
export class Outbound {
  readonly #client: () => Client;
  readonly #dialer: Dialer;
  readonly #agents = new LRUCache<string, OutboundAgent>({
    max: keptTargets,
    dispose: (agent) => agent.destroy(),
  });

  constructor(client: () => Client, dialer: Dialer) {
    this.#client = client;
    this.#dialer = dialer;
  }

  /** Sends a request; the answer's body is still to be read. Rejects when there is no answer. */
  send(
    target: Target,
    { method, path, headers, body, signal }: OutboundRequest,
  ): Promise<IncomingMessage> {
    const agent = this.#agentOf(target);
    const host = hostOf(target);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const request = https.request({
        agent,
        method,
        path,
        headers: {
          host,
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(body.length) }),
        },
        ...(signal === undefined ? {} : { signal }),
      });
      // Node tells of the end of a request only when it has a connection; the caller waits no longer than it said.
      const stop = (): void => reject(signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
      request.once('close', () => signal?.removeEventListener('abort', stop));
      request.once('response', resolve);
      request.once('error', (error) => reject(signal?.aborted ? signal.reason : error));
      request.end(body);
    });
  }

  /** A connection of its own, for upgrades. */
  connect(target: Target): Promise<Duplex> {
    return this.#agentOf(target).secure();
  }

  close(): void {
    this.#agents.clear();
  }

  #agentOf(target: Target): OutboundAgent {
    const key = createHash('sha256').update(JSON.stringify(target)).digest('base64');
    let agent = this.#agents.get(key);
    if (!agent) {
      agent = new OutboundAgent((signal) => this.#dial(target, signal), target);
      this.#agents.set(key, agent);
    }
    return agent;
  }

  async #dial(target: Target, signal: AbortSignal): Promise<Duplex> {
    if ('address' in target) {
      return this.#dialer.address(target.address.host, target.address.port, signal);
    }
    const client = this.#client();
    const found = await destinationOf(client, target.service);
    if (found.to === 'address') return this.#dialer.address(found.host, found.port, signal);
    const { namespace, name } = found.pod;
    const pod = await client.get(resources.pods, name, { namespace }).catch((error) => {
      throw isReason(error, 'NotFound') ? new DialError(`pod "${name}" not found`) : error;
    });
    return this.#dialer.pod(pod, found.port, signal);
  }
}

/** The `Host` header that Go would send. */
function hostOf(target: Target): string {
  if ('service' in target) {
    const { name, namespace, port } = target.service;
    return `${name}.${namespace}.svc:${port}`;
  }
  const { host, port } = target.address;
  const shown = host.includes(':') ? `[${host}]` : host;
  return port === 443 ? shown : `${shown}:${port}`;
}
