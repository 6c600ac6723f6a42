import type { Loose } from '../loose.ts';

/** A claim for storage, also inside the templates of a stateful set. */
export function claimDefaults(claim: Loose): void {
  claim.status ??= {};
  claim.status.phase ||= 'Pending';
  if (claim.spec) claim.spec.volumeMode ??= 'Filesystem';
}
