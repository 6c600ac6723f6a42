import { simulatedProvisioner } from '../claims/simulated-provisioner.ts';
import type { Controller } from '../controller.ts';
import { simulatedKubelet } from './kubelet.ts';
import { simulatedNodes } from './nodes.ts';
import { simulatedScheduler } from './scheduler.ts';

export interface SimulatedNodeOptions {
  /** How many nodes to show. */
  nodes: number;
}

/**
 * For a host without machines: nodes that are said to be simulated, a scheduler, a kubelet that moves pods through their
 * phases, and volumes for claims of the provisioner `dormice.dev/simulated`. Nothing runs and nothing is stored.
 */
export function simulatedNodeControllers({ nodes }: SimulatedNodeOptions): Controller[] {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 200) {
    throw new RangeError(`nodes is ${nodes}: give a whole number from 1 to 200`);
  }
  return [simulatedNodes(nodes), simulatedScheduler, simulatedKubelet, simulatedProvisioner];
}
