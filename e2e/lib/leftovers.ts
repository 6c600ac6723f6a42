import type { Kubectl, Listed } from './dormice.ts';

/**
 * Removes namespaces that an earlier run of the suite left on the host because it was ended from outside. Virtual
 * clusters in them are let go first: nobody is there to finish their deletion.
 */
export async function removeLeftovers(host: Kubectl, namespaces: string[]): Promise<void> {
  for (const namespace of namespaces) {
    const { status } = await host.result('get', 'namespace', namespace);
    if (status !== 0) continue;
    const clusters = await host.result('get', 'vc', '-n', namespace, '-o', 'json');
    const { items } = (
      clusters.status === 0 ? JSON.parse(clusters.stdout) : { items: [] }
    ) as Listed;
    const release = JSON.stringify({ metadata: { finalizers: null } });
    for (const { metadata } of items)
      await host.ok('patch', 'vc', metadata.name, '-n', namespace, '--type=merge', '-p', release);
    await host.ok('delete', 'namespace', namespace, '--timeout=120s');
  }
}
