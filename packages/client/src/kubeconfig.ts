import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import {
  createHttpTransport,
  type HttpTransport,
  type HttpTransportOptions,
} from './http-transport.ts';

/** The file's shape, as far as it is used. Field names are the file's own. */
export interface KubeconfigFile {
  clusters?: { name: string; cluster: Record<string, unknown> }[];
  users?: { name: string; user: Record<string, unknown> }[];
  contexts?: { name: string; context: { cluster: string; user: string; namespace?: string } }[];
  'current-context'?: string;
}

/** One context of a kubeconfig, ready for a transport. */
export interface KubeconfigContext extends HttpTransportOptions {
  /** Name of the context. */
  context: string;
  namespace: string | undefined;
}

export interface LoadOptions {
  file: string;
  /** Default: the file's current context. */
  context?: string;
}

export function parseKubeconfig(text: string): KubeconfigFile {
  const parsed: unknown = parse(text);
  if (typeof parsed !== 'object' || parsed === null) throw new Error('it is not a kubeconfig');
  return parsed as KubeconfigFile;
}

/** Reads one context of one file; errors name the file, what is missing, and what it has. */
export async function loadKubeconfig(options: LoadOptions): Promise<KubeconfigContext> {
  const file = path.resolve(options.file);
  let config: KubeconfigFile;
  try {
    config = parseKubeconfig(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new Error(`kubeconfig ${file}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  const name = options.context ?? config['current-context'];
  const names = (config.contexts ?? []).map((entry) => entry.name).join(', ') || 'none';
  const context = config.contexts?.find((entry) => entry.name === name)?.context;
  if (name === undefined || context === undefined) {
    throw new Error(`kubeconfig ${file}: no context "${name ?? ''}"; it has ${names}`);
  }
  const cluster = config.clusters?.find((entry) => entry.name === context.cluster)?.cluster;
  const user = config.users?.find((entry) => entry.name === context.user)?.user ?? {};
  if (cluster === undefined || typeof cluster['server'] !== 'string') {
    throw new Error(`kubeconfig ${file}: cluster "${context.cluster}" has no server`);
  }
  const base = path.dirname(file);
  const [ca, clientCertificate, clientKey] = await Promise.all([
    pem(cluster, 'certificate-authority', base),
    pem(user, 'client-certificate', base),
    pem(user, 'client-key', base),
  ]);
  const text = (from: Record<string, unknown>, key: string): string | undefined =>
    typeof from[key] === 'string' && from[key] !== '' ? (from[key] as string) : undefined;
  const tokenFile = text(user, 'tokenFile');
  return {
    context: name,
    namespace: context.namespace,
    server: cluster['server'],
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'] === true,
    ...defined({
      ca,
      clientCertificate,
      clientKey,
      tlsServerName: text(cluster, 'tls-server-name'),
      token: text(user, 'token'),
      tokenFile: tokenFile === undefined ? undefined : path.resolve(base, tokenFile),
      tokenSource:
        user['exec'] === undefined ? undefined : execCredential(user['exec'] as ExecConfig),
    }),
  };
}

export async function transportFromKubeconfig(config: KubeconfigContext): Promise<HttpTransport> {
  return createHttpTransport(config);
}

/** The mounted service account of a pod. */
export async function inClusterConfig(
  env: NodeJS.ProcessEnv = process.env,
): Promise<KubeconfigContext> {
  const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (host === undefined || port === undefined) {
    throw new Error(
      'not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set',
    );
  }
  return {
    context: 'in-cluster',
    namespace: (await readFile(`${folder}/namespace`, 'utf8')).trim(),
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: await readFile(`${folder}/ca.crt`, 'utf8'),
    tokenFile: `${folder}/token`,
  };
}

/** `KEY-data` in base64, or the file that `KEY` names. */
async function pem(
  from: Record<string, unknown>,
  key: string,
  base: string,
): Promise<string | undefined> {
  const inline = from[`${key}-data`];
  if (typeof inline === 'string' && inline !== '') {
    return Buffer.from(inline, 'base64').toString('utf8');
  }
  const file = from[key];
  if (typeof file !== 'string' || file === '') return undefined;
  return readFile(path.resolve(base, file), 'utf8');
}

interface ExecConfig {
  command: string;
  args?: string[];
  env?: { name: string; value: string }[];
  apiVersion?: string;
}

/** Runs a credential plugin (client.authentication.k8s.io) and keeps its token until a minute before it ends. */
function execCredential(config: ExecConfig): () => Promise<string> {
  let known: { token: string; until: number } | undefined;
  return async () => {
    if (known && known.until > Date.now()) return known.token;
    const info = {
      apiVersion: config.apiVersion,
      kind: 'ExecCredential',
      spec: { interactive: false },
    };
    const extra = Object.fromEntries((config.env ?? []).map(({ name, value }) => [name, value]));
    const env = { ...process.env, ...extra, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
    const output = await new Promise<string>((resolve, reject) => {
      execFile(config.command, config.args ?? [], { env }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${config.command} failed: ${stderr || error.message}`));
        else resolve(stdout);
      });
    });
    const { status } = JSON.parse(output) as {
      status?: { token?: string; expirationTimestamp?: string };
    };
    if (status?.token === undefined) throw new Error(`${config.command} gave no token`);
    const expires = status.expirationTimestamp ? Date.parse(status.expirationTimestamp) : Infinity;
    known = { token: status.token, until: expires - 60_000 };
    return known.token;
  };
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
