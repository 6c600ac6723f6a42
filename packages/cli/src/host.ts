import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type Client,
  createClient,
  loadKubeconfig,
  transportFromKubeconfig,
} from '@dormice/client';
import type { CliContext } from './context.ts';
import { UsageError } from './errors.ts';

export interface HostFlags {
  hostKubeconfig?: string;
  dataDir?: string;
}

export interface HostConnection {
  client: Client;
  /** The file that was used, for hints. */
  file: string;
  /** Namespace of its context. */
  namespace: string | undefined;
  close(): Promise<void>;
}

/** `up` leaves here where the host's kubeconfig is. */
export const hostPointer = 'host-kubeconfig-path';

/**
 * The kubeconfig of the host, never by picking up the user's current context: `--host-kubeconfig`, then
 * `DORMICE_HOST_KUBECONFIG`, then what `dormice up` left in the data directory.
 */
export function hostKubeconfigFile(context: CliContext, flags: HostFlags): string {
  const named = flags.hostKubeconfig ?? context.process.env['DORMICE_HOST_KUBECONFIG'];
  if (named !== undefined) {
    const file = path.resolve(context.cwd, named);
    if (!existsSync(file)) throw new UsageError(`host kubeconfig ${file} does not exist`);
    return file;
  }
  const directory = path.resolve(
    context.cwd,
    flags.dataDir ?? context.process.env['DORMICE_DATA_DIR'] ?? '.dormice',
  );
  const pointer = path.join(directory, hostPointer);
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8').trim();
  throw new UsageError(
    `no host: ${directory} has none. Start Dormice here first (npm start), name its folder with --data-dir, ` +
      'or the host with --host-kubeconfig FILE',
  );
}

export async function connectHost(context: CliContext, flags: HostFlags): Promise<HostConnection> {
  const file = hostKubeconfigFile(context, flags);
  const config = await loadKubeconfig({ file });
  const transport = await transportFromKubeconfig(config);
  return {
    client: createClient(transport, { userAgent: 'dormice-cli', fieldManager: 'dormice-cli' }),
    file,
    namespace: config.namespace,
    close: () => transport.close(),
  };
}
