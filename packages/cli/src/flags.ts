import { UsageError } from './errors.ts';

/** Flags that every command which talks to the host has. */
export const hostFlags = {
  hostKubeconfig: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'FILE',
    brief: 'Kubeconfig of the host cluster',
  },
  dataDir: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'DIR',
    brief: 'Folder that "dormice up" keeps its state in (.dormice)',
  },
} as const;

export const namespaceFlag = {
  kind: 'parsed',
  parse: String,
  optional: true,
  placeholder: 'NAMESPACE',
  brief: 'Host namespace of the virtual cluster',
} as const;

export const outputFlag = {
  kind: 'parsed',
  parse: String,
  optional: true,
  placeholder: 'FORMAT',
  brief: 'wide|json|yaml|name',
} as const;

export const timeoutFlag = {
  kind: 'parsed',
  parse: parseTimeout,
  optional: true,
  placeholder: 'DURATION',
  brief: 'How long to wait, such as 30s (60s)',
} as const;

export const nameParameter = {
  kind: 'tuple',
  parameters: [{ parse: String, placeholder: 'NAME', brief: 'Name of the virtual cluster' }],
} as const;

/** `90s`, `2m`, or a number of seconds, in milliseconds. */
export function parseTimeout(text: string): number {
  const match = /^([0-9]+)(ms|s|m|h)?$/.exec(text);
  if (!match) throw new UsageError(`invalid duration "${text}"; write one such as 30s or 2m`);
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  return Number(match[1]) * (units[match[2] ?? 's'] ?? 1000);
}
