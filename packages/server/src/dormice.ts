import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isReason } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { builtinControllers, createControllerEngine } from '@dormice/controllers';
import { createDashboard } from '@dormice/dashboard';
import { createDnsServer } from '@dormice/dns';
import { createGateway } from '@dormice/gateway';
import {
  kubeconfigSecretName,
  Operator,
  systemNamespace,
  type VirtualCluster,
} from '@dormice/operator';
import { createSqliteWriter, openSqliteStore } from '@dormice/storage';
import { openAuditLog } from './audit-log.ts';
import { openAuthenticationFile } from './authentication-file.ts';
import { type Layout, layoutOf, lockDataDir } from './data-dir.ts';
import { startEmbeddedHost, writeHostKubeconfig } from './host/embedded-host.ts';
import type { Host } from './host/host.ts';
import { connectRealHost } from './host/real-host.ts';
import { createLog } from './log.ts';
import type { ServerOptions } from './options.ts';
import { servedFeatures } from './served-features.ts';
import { Tenancy } from './tenancy.ts';
import { loadToken } from './token.ts';

export interface Dormice {
  layout: Layout;
  /** With the login token in it. */
  dashboardUrl: string;
  /** `https://HOST:PORT` of the gateway. */
  endpoint: string;
  hostDescription: string;
  hostKubeconfig: string;
  host: Client;
  operator: Operator;
  /** Makes the virtual cluster `demo` when there is none at all; returns the file of its kubeconfig. */
  ensureDemo(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Undoes what was started, in reverse order; the first error is thrown when all are done. */
class Shutdown {
  readonly #steps: { name: string; stop: () => unknown }[] = [];

  add(name: string, stop: () => unknown): void {
    this.#steps.push({ name, stop });
  }

  async run(): Promise<void> {
    const failures: unknown[] = [];
    while (this.#steps.length > 0) {
      const step = this.#steps.pop();
      try {
        await step?.stop();
      } catch (error) {
        failures.push(new Error(`stopping ${step?.name} failed`, { cause: error }));
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Wires the rooms of the house into one process. */
export async function startDormice(
  options: ServerOptions & { progress?: (text: string) => void },
): Promise<Dormice> {
  const shutdown = new Shutdown();
  try {
    return await start(options, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function start(
  options: ServerOptions & { progress?: (text: string) => void },
  shutdown: Shutdown,
): Promise<Dormice> {
  const layout = layoutOf(options.dataDir);
  shutdown.add('data directory lock', await lockDataDir(layout));
  const { log, close: closeLog } = createLog(
    path.join(layout.root, 'dormice.log'),
    options.logLevel,
  );
  shutdown.add('log', closeLog);
  const audit =
    options.auditPolicyFile === undefined
      ? undefined
      : await openAuditLog({
          policyFile: options.auditPolicyFile,
          file: options.auditLogPath ?? path.join(layout.root, 'audit.log'),
        });
  if (audit) shutdown.add('audit log', () => audit.close());
  const authentication =
    options.authenticationConfig === undefined
      ? undefined
      : openAuthenticationFile(options.authenticationConfig, log);
  if (authentication) shutdown.add('authentication file', () => authentication.close());
  const features = servedFeatures(options.runtimeConfig, options.featureGates);
  const writer = createSqliteWriter();
  shutdown.add('storage writer', () => writer.close());
  const openStore = (file: string) => openSqliteStore({ file, writer });

  let endpoint = '';
  const embedded = {
    directory: layout.host,
    kubeconfig: layout.hostKubeconfig,
    endpoint: () => endpoint,
    nodes: options.simulatedNodes,
    openStore,
    log,
  };
  const host: Host =
    options.hostKubeconfig === undefined
      ? await startEmbeddedHost(embedded)
      : await connectRealHost({
          kubeconfig: options.hostKubeconfig,
          ...(options.hostContext === undefined ? {} : { context: options.hostContext }),
          ...(options.advertiseAddress === undefined
            ? {}
            : { advertiseAddress: options.advertiseAddress }),
        });
  shutdown.add('host', () => host.close());

  const engine = createControllerEngine({ controllers: builtinControllers(), log });
  shutdown.add('controllers', () => engine.close());
  const tenancy = new Tenancy({ host, log, caOf: (uid) => operator.caOf(uid) });
  const operator: Operator = new Operator({
    ...tenancy.companions(engine),
    host: host.client,
    clustersDirectory: layout.clusters,
    openStore,
    partsFor: (object) => ({
      ...tenancy.partsFor(object),
      ...(audit ? { audit: audit.of(`${object.metadata.namespace}/${object.metadata.name}`) } : {}),
      ...(authentication ? { authentication: authentication.current } : {}),
      ...features,
    }),
    endpoint: () => endpoint,
    now: () => new Date(),
    log,
  });

  const gateway = createGateway({
    routes: {
      byServerName: (name) =>
        host.backend?.serverName === name
          ? host.backend.backend
          : operator.fleet.byServerName(name),
      bySourceAddress: (address) => {
        const uid = tenancy.clusterOfAddress(address);
        return uid === undefined ? undefined : operator.fleet.get(uid);
      },
    },
    log,
  });
  shutdown.add('gateway', () => gateway.close());
  const listening = await gateway.listen(options.listen);
  endpoint = `https://${listening.host}:${listening.port}`;
  if (host.backend !== undefined) await writeHostKubeconfig(embedded);

  if (host.advertiseAddress !== undefined) {
    const address = host.advertiseAddress;
    const api =
      address === listening.host
        ? listening
        : await gateway
            .listen({ host: address, port: listening.port })
            .catch(() => gateway.listen({ host: address, port: 0 }));
    const dns = createDnsServer({
      zoneOf: (source) => tenancy.zoneOf(source, operator.fleet),
      upstream: await tenancy.hostResolvers(),
      log,
    });
    shutdown.add('dns', () => dns.close());
    const dnsAt = await dns.listen({ host: address, port: 0 });
    tenancy.advertise({ address, apiPort: api.port, dnsPort: dnsAt.port });
  }
  await tenancy.start();
  shutdown.add('syncer', () => tenancy.close());
  shutdown.add('operator', () => operator.close());
  await operator.start();

  const token = await loadToken(layout.token);
  const dashboard = createDashboard({ host: host.client, operator, token, log });
  shutdown.add('dashboard', () => dashboard.close());
  const dashboardAt = await dashboard.listen(options.dashboard);

  return {
    layout,
    endpoint,
    dashboardUrl: `http://${dashboardAt.host}:${dashboardAt.port}/?token=${token}`,
    hostDescription: host.description,
    hostKubeconfig: host.kubeconfig,
    host: host.client,
    operator,
    ensureDemo: () => ensureDemo(host.client, layout, endpoint),
    close: () => shutdown.run(),
  };
}

const demo = { name: 'demo', namespace: 'vc-demo' };

async function ensureDemo(
  host: Client,
  layout: Layout,
  endpoint: string,
): Promise<string | undefined> {
  const { items } = await host.list<VirtualCluster>(resources.virtualclusters);
  if (items.length === 0) {
    await ignoreExisting(
      host.create(resources.namespaces, {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: demo.namespace, labels: { 'dormice.dev/made-for': demo.name } },
      }),
    );
    await ignoreExisting(
      host.create(
        resources.virtualclusters,
        {
          apiVersion: 'dormice.dev/v1alpha1',
          kind: 'VirtualCluster',
          metadata: demo,
          spec: { sleep: { afterIdle: '30m' } },
        } as unknown as VirtualCluster,
        { namespace: demo.namespace },
      ),
    );
  } else if (
    !items.some(
      ({ metadata }) => metadata.name === demo.name && metadata.namespace === demo.namespace,
    )
  ) {
    return undefined;
  }
  const kubeconfig = await kubeconfigOf(host, endpoint);
  const file = path.join(layout.kubeconfigs, `${demo.name}.kubeconfig`);
  await mkdir(layout.kubeconfigs, { recursive: true, mode: 0o700 });
  const before = await readFile(file, 'utf8').catch(() => '');
  if (before !== kubeconfig) await writeFile(file, kubeconfig, { mode: 0o600 });
  return file;
}

/** Waits for the operator's first reconcile, which writes it for the present endpoint. */
async function kubeconfigOf(host: Client, endpoint: string): Promise<string> {
  const name = kubeconfigSecretName(demo.name, demo.namespace);
  for (let tries = 0; tries < 200; tries += 1) {
    const secret = await host
      .get(resources.secrets, name, { namespace: systemNamespace })
      .catch((error: unknown) => {
        if (isReason(error, 'NotFound')) return undefined;
        throw error;
      });
    const text = Buffer.from(String(secret?.['data']?.config ?? ''), 'base64').toString('utf8');
    if (text.includes(endpoint)) return text;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the virtual cluster "demo" got no kubeconfig within 5 s; see dormice.log');
}

async function ignoreExisting(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isReason(error, 'AlreadyExists')) throw error;
  });
}
