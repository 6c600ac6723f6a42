import type { KubeObject } from '@dormice/apimachinery';
import { none, unknown } from '../columns.ts';
import type { Cell } from '../kind-module.ts';

const rolePrefix = 'node-role.kubernetes.io/';

function status(node: KubeObject): string {
  const ready = (node['status']?.conditions ?? []).find(
    ({ type }: { type: string }) => type === 'Ready',
  );
  const words = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
  if (node['spec']?.unschedulable) words.push('SchedulingDisabled');
  return words.join(',');
}

function roles(node: KubeObject): string {
  const found = new Set<string>();
  for (const [label, value] of Object.entries(node.metadata.labels ?? {})) {
    if (label.startsWith(rolePrefix) && label.length > rolePrefix.length)
      found.add(label.slice(rolePrefix.length));
    else if (label === 'kubernetes.io/role' && value !== '') found.add(value);
  }
  return found.size === 0 ? none : [...found].sort().join(',');
}

const address = (node: KubeObject, wanted: string): string =>
  (node['status']?.addresses ?? []).find(({ type }: { type: string }) => type === wanted)
    ?.address ?? none;

/** The columns of `kubectl get nodes`. */
export const nodeCells: Readonly<Record<string, Cell>> = {
  Status: status,
  Roles: roles,
  Version: (node) => node['status']?.nodeInfo?.kubeletVersion ?? '',
  'Internal-IP': (node) => address(node, 'InternalIP'),
  'External-IP': (node) => address(node, 'ExternalIP'),
  'OS-Image': (node) => node['status']?.nodeInfo?.osImage || unknown,
  'Kernel-Version': (node) => node['status']?.nodeInfo?.kernelVersion || unknown,
  'Container-Runtime': (node) => node['status']?.nodeInfo?.containerRuntimeVersion || unknown,
};
