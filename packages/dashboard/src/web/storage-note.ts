import type { ClusterView } from '../view.ts';

/** What happens to API state and volumes, in two sentences. */
export function storageNote(cluster: ClusterView): { stop: string; remove: string } {
  const volumes = cluster.volumes.map(({ name, size }) => `"${name}" (${size})`).join(', ');
  const kept =
    volumes === ''
      ? ''
      : ` The volume${cluster.volumes.length > 1 ? 's' : ''} ${volumes} will be there again at the next start.`;
  return {
    stop: cluster.ephemeral
      ? `When it sleeps, its API state and all other volumes are discarded.${kept || ' No volume is kept.'}`
      : `When it sleeps, its pods stop; API state and all volumes are kept.${kept}`,
    remove:
      cluster.deletionPolicy === 'Retain'
        ? 'Deleting it removes its API state; its volumes stay on the host.'
        : 'Deleting it removes its API state and its volumes for good.',
  };
}
