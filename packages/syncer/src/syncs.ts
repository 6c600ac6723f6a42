import type { Sync, SyncKind } from './session.ts';
import {
  syncConfigMap,
  syncEndpointSlice,
  syncSecret,
  syncService,
  syncServiceAccount,
} from './sync/copied-kinds.ts';
import { syncNode, syncStorageClass, syncVolume } from './sync/mirrored-kinds.ts';
import { syncClaim } from './sync/sync-claim.ts';
import { syncEvent } from './sync/sync-event.ts';
import { syncHostSecret } from './sync/sync-host-secret.ts';
import { syncPod } from './sync/sync-pod.ts';
import { syncTokens } from './sync/sync-tokens.ts';

/** Every kind of work, and who does it. A new synced kind is a row here, a translator, and a line in `route-virtual`. */
export const syncs: Record<SyncKind, Sync> = {
  pods: syncPod,
  tokens: syncTokens,
  services: syncService,
  endpointslices: syncEndpointSlice,
  configmaps: syncConfigMap,
  secrets: syncSecret,
  serviceaccounts: syncServiceAccount,
  persistentvolumeclaims: syncClaim,
  persistentvolumes: syncVolume,
  storageclasses: syncStorageClass,
  nodes: syncNode,
  hostsecrets: syncHostSecret,
  events: syncEvent,
};
