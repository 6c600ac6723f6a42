import { acceptedOthers } from './accepted-others.ts';
import { acceptedWorkloads } from './accepted-workloads.ts';
import type { OracleCase } from './builders.ts';
import { refusedCore } from './refused-core.ts';
import { refusedOthers } from './refused-others.ts';
import { refusedPods } from './refused-pods.ts';
import { refusedWorkloads } from './refused-workloads.ts';

/** All objects whose treatment by a real kube-apiserver is recorded in `answers.generated.json`. */
export const oracleCases: readonly OracleCase[] = [
  ...acceptedWorkloads,
  ...acceptedOthers,
  ...refusedPods,
  ...refusedWorkloads,
  ...refusedCore,
  ...refusedOthers,
];
