import { formatTime, isReason, type KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext } from '../controller.ts';
import {
  isSimulated,
  nodeAddress,
  nodeName,
  simulatedCapacity,
  simulatedLabel,
  simulatedNote,
} from './simulated.ts';

const architectures: Record<string, string> = { x64: 'amd64', arm64: 'arm64', ia32: '386' };
const arch = architectures[process.arch] ?? process.arch;

/** Keeps so many Node objects that are always ready. */
export function simulatedNodes(count: number): Controller {
  const names = Array.from({ length: count }, (_, index) => nodeName(index));
  return {
    name: 'simulated-nodes',
    watches: [
      {
        group: '',
        resource: 'nodes',
        keys: ({ name, object }) => (isSimulated(object) ? [{ namespace: '', name }] : []),
      },
    ],
    async start(context) {
      for (const name of names) context.enqueue({ namespace: '', name });
    },
    async reconcile({ name }, context) {
      const index = names.indexOf(name);
      if (index >= 0) await ensure(index, context);
      else await ignoreNotFound(context.client.delete(resources.nodes, name));
      return undefined;
    },
  };
}

async function ensure(index: number, context: ReconcileContext): Promise<void> {
  const { client } = context;
  const name = nodeName(index);
  let node = await find(client, resources.nodes, '', name);
  if (!node) {
    try {
      node = await client.create(resources.nodes, nodeFor(index));
    } catch (error) {
      if (!isReason(error, 'AlreadyExists')) throw error;
      return;
    }
  }
  if (node.metadata.deletionTimestamp !== undefined) return;
  await writeStatus(client, resources.nodes, node, statusFor(index, node, context.now()));
}

function nodeFor(index: number): KubeObject {
  const name = nodeName(index);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        [simulatedLabel]: 'true',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': arch,
      },
      annotations: { 'dormice.dev/note': simulatedNote },
    },
    spec: {},
  };
}

/** Conditions that hold as long as they say the same. */
const conditionRows = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID'],
  ['Ready', 'True', 'KubeletReady'],
] as const;

function statusFor(index: number, node: KubeObject, now: Date): object {
  const known: { type: string }[] = node['status']?.conditions ?? [];
  const time = formatTime(now);
  return {
    ...node['status'],
    capacity: simulatedCapacity,
    allocatable: simulatedCapacity,
    conditions: conditionRows.map(
      ([type, status, reason]) =>
        known.find((condition) => condition.type === type) ?? {
          type,
          status,
          reason,
          message: simulatedNote,
          lastHeartbeatTime: time,
          lastTransitionTime: time,
        },
    ),
    addresses: [
      { type: 'InternalIP', address: nodeAddress(index) },
      { type: 'Hostname', address: nodeName(index) },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
    nodeInfo: {
      machineID: '',
      systemUUID: '',
      bootID: '',
      kernelVersion: 'simulated',
      osImage: 'Dormice simulated node',
      containerRuntimeVersion: 'simulated://1',
      kubeletVersion: 'v1.35.0',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: arch,
    },
  };
}

/** The simulated nodes that exist, by name. */
export async function readNodes(context: ReconcileContext): Promise<KubeObject[]> {
  return (await readAll(context.client, resources.nodes)).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
}
