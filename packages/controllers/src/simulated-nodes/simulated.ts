import type { KubeObject } from '@dormice/apimachinery';

/** Marks nodes on which nothing really runs. */
export const simulatedLabel = 'dormice.dev/simulated';
/** Pod condition that says so. */
export const simulatedCondition = 'dormice.dev/Simulated';
export const simulatedNote = 'Nothing really runs: this node is simulated by Dormice.';

/** What one simulated node claims to have. */
export const simulatedCapacity = {
  cpu: '16',
  memory: '64Gi',
  'ephemeral-storage': '200Gi',
  pods: '250',
};

export const nodeName = (index: number): string => `simulated-${index + 1}`;
/** Addresses of nodes and pods lead nowhere; the ranges are private and do not overlap. */
export const nodeAddress = (index: number): string => `10.201.0.${index + 1}`;

export const isSimulated = (node: KubeObject): boolean =>
  node.metadata.labels?.[simulatedLabel] === 'true';
