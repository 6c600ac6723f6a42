import net from 'node:net';
import path from 'node:path';
import { createClient, loadKubeconfig, transportFromKubeconfig } from '@dormice/client';
import type { Host } from './host.ts';

export interface RealHostOptions {
  kubeconfig: string;
  context?: string;
  advertiseAddress?: string;
}

/** Connects to a Kubernetes cluster; rejects with what to do when it does not answer. */
export async function connectRealHost(options: RealHostOptions): Promise<Host> {
  const file = path.resolve(options.kubeconfig);
  const config = await loadKubeconfig({
    file,
    ...(options.context === undefined ? {} : { context: options.context }),
  });
  const transport = await transportFromKubeconfig(config);
  const version = await serverVersion(transport, config.server, file).catch(async (error) => {
    await transport.close();
    throw error;
  });
  return {
    description: `Kubernetes ${version} at ${config.server}`,
    client: createClient(transport, { userAgent: 'dormice', fieldManager: 'dormice' }),
    transport,
    advertiseAddress: options.advertiseAddress ?? (await localAddressTowards(config.server)),
    kubeconfig: file,
    close: () => transport.close(),
  };
}

async function serverVersion(
  transport: Parameters<typeof createClient>[0],
  server: string,
  file: string,
): Promise<string> {
  try {
    const response = await transport.request({
      method: 'GET',
      path: '/version',
      query: new URLSearchParams(),
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(10_000),
    });
    const pieces: Uint8Array[] = [];
    if (response.body instanceof Uint8Array) pieces.push(response.body);
    else for await (const piece of response.body) pieces.push(piece);
    const text = Buffer.concat(pieces).toString('utf8');
    if (response.status !== 200) throw new Error(`it answers ${response.status}: ${text}`);
    return (JSON.parse(text) as { gitVersion?: string }).gitVersion ?? 'of unknown version';
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `the host at ${server} (from ${file}) cannot be used: ${why}. Is it up, and is the file the right one?`,
      { cause },
    );
  }
}

/** The address from which this machine reaches the host is the one at which the host's pods reach this machine. */
function localAddressTowards(server: string): Promise<string> {
  const url = new URL(server);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(url.port || 443), url.hostname.replace(/^\[|\]$/g, ''));
    socket.once('connect', () => {
      const { localAddress } = socket;
      socket.destroy();
      resolve(localAddress ?? '127.0.0.1');
    });
    socket.once('error', reject);
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no connection to ${server} in 5 s`)));
  });
}
