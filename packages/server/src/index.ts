/**
 * The composition root: flags and configuration become one running process.
 *
 * @packageDocumentation
 */
export {
  kubeconfigSecretName,
  type SpecDraft,
  specFromVclusterValues,
  systemNamespace,
  type VirtualCluster,
} from '@dormice/operator';
export { DataDirInUse, type Layout, layoutOf } from './data-dir.ts';
export { type Dormice, startDormice } from './dormice.ts';
export { defaultOptions, type ServerOptions } from './options.ts';
