import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Dormice, defaultOptions, startDormice } from '@dormice/server';
import { buildCommand } from '@stricli/core';
import { type CliContext, print, say } from '../context.ts';
import { UsageError } from '../errors.ts';
import { hostPointer } from '../host.ts';

interface Flags {
  dataDir: string;
  hostKubeconfig?: string;
  hostContext?: string;
  listen: { host: string; port: number };
  dashboard: { host: string; port: number };
  advertiseAddress?: string;
  simulatedNodes: number;
  demo: boolean;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  authenticationConfig?: string;
  auditPolicyFile?: string;
  auditLogPath?: string;
  runtimeConfig?: string;
  featureGates?: string;
}

async function up(this: CliContext, flags: Flags): Promise<void> {
  const { demo, ...options } = flags;
  const dormice = await startDormice({
    ...options,
    dataDir: path.resolve(this.cwd, flags.dataDir),
    progress: (text) => say(this, text),
  });
  await writeFile(path.join(dormice.layout.root, hostPointer), `${dormice.hostKubeconfig}\n`, {
    mode: 0o600,
  });
  const kubeconfig = demo ? await dormice.ensureDemo() : undefined;
  announce(this, dormice, kubeconfig);
  await untilSignal(this, dormice);
}

/** Where everything is, and three commands to try. */
function announce(context: CliContext, dormice: Dormice, kubeconfig: string | undefined): void {
  const relative = (file: string) => path.relative(context.cwd, file) || file;
  print(context, `Dashboard:   ${dormice.dashboardUrl}`);
  print(context, `Gateway:     ${dormice.endpoint}`);
  print(context, `Host:        ${dormice.hostDescription}`);
  if (kubeconfig === undefined) return;
  const file = relative(kubeconfig);
  print(context, `Kubeconfig:  ${file}    (virtual cluster "demo")`);
  print(context, '');
  print(context, 'Try:');
  print(
    context,
    `  kubectl --kubeconfig ${file} create deployment web --image=busybox:1.35 -- sleep 1d`,
  );
  print(context, `  kubectl --kubeconfig ${file} get pods`);
  print(context, '  npx dormice sleep demo    # then any kubectl command wakes it');
}

async function untilSignal(context: CliContext, dormice: Dormice): Promise<void> {
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name));
  });
  say(context, `${signal}: stopping (state is kept; once more ends at once)`);
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  await dormice.close();
}

/** `HOST:PORT`, `PORT`, `[::1]:PORT`. */
function parseAddress(text: string): { host: string; port: number } {
  const match = /^(?:(\[[^\]]+\]|[^:]*):)?([0-9]+)$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65535) {
    throw new UsageError(`invalid address "${text}"; write PORT or HOST:PORT`);
  }
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '');
  return { host: host === '' ? '127.0.0.1' : host, port };
}

const address = (value: { host: string; port: number }) => `${value.host}:${value.port}`;

export const upCommand = buildCommand<Flags, [], CliContext>({
  func: up,
  parameters: {
    flags: {
      dataDir: {
        kind: 'parsed',
        parse: String,
        default: defaultOptions.dataDir,
        placeholder: 'DIR',
        brief: 'Where state lives',
      },
      hostKubeconfig: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief:
          'Kubernetes cluster that runs the pods (without: the embedded host, nodes simulated)',
      },
      hostContext: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'CONTEXT',
        brief: 'Context in that file (its current one)',
      },
      listen: {
        kind: 'parsed',
        parse: parseAddress,
        default: address(defaultOptions.listen),
        placeholder: 'HOST:PORT',
        brief: 'Where the gateway listens',
      },
      dashboard: {
        kind: 'parsed',
        parse: parseAddress,
        default: address(defaultOptions.dashboard),
        placeholder: 'HOST:PORT',
        brief: 'Where the dashboard listens',
      },
      advertiseAddress: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'IP',
        brief: 'Address of this machine as pods of the host see it (found out)',
      },
      simulatedNodes: {
        kind: 'parsed',
        parse: Number,
        default: String(defaultOptions.simulatedNodes),
        placeholder: 'N',
        brief: 'Nodes of the embedded host',
      },
      demo: {
        kind: 'boolean',
        brief: 'Make a virtual cluster "demo" if none exists',
        default: true,
      },
      authenticationConfig: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'AuthenticationConfiguration: OIDC issuers whose tokens virtual clusters take',
      },
      auditPolicyFile: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'Policy (audit.k8s.io/v1) of the audit log (without: none is kept)',
      },
      auditLogPath: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'Where audit events go (audit.log in the data folder)',
      },
      runtimeConfig: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'VERSIONS',
        brief: 'API versions to serve besides the defaults, as of kube-apiserver',
      },
      featureGates: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'GATES',
        brief: 'Features besides the defaults (MutatingAdmissionPolicy=true), as of kube-apiserver',
      },
      logLevel: {
        kind: 'enum',
        values: ['debug', 'info', 'warn', 'error'],
        default: defaultOptions.logLevel,
        brief: 'What goes to stderr; the log file in the data folder has all from info',
      },
    },
  },
  docs: { brief: 'Start Dormice' },
});
