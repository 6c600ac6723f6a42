import { isReason } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { AdmissionPlugin } from '../../api-server.ts';

const copied = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** A pod says in its labels where its node is: when it is bound, or when it is made for a node. */
export const podTopologyLabels: AdmissionPlugin = {
  name: 'PodTopologyLabels',
  async admit({ group, resource, subresource, operation, object }, client) {
    if (group !== '' || resource !== 'pods' || operation !== 'CREATE' || !object) return;
    const node =
      subresource === ''
        ? object['spec']?.nodeName
        : subresource === 'binding' && object['target']?.kind === 'Node'
          ? object['target'].name
          : '';
    if (typeof node !== 'string' || node === '') return;
    const labels = await labelsOf(client, node);
    if (Object.keys(labels).length === 0) return;
    object.metadata.labels = { ...object.metadata.labels, ...labels };
  },
};

async function labelsOf(client: Client, name: string): Promise<Record<string, string>> {
  try {
    const { labels = {} } = (await client.get(resources.nodes, name)).metadata;
    return Object.fromEntries(Object.entries(labels).filter(([key]) => copied.includes(key)));
  } catch (error) {
    if (isReason(error, 'NotFound')) return {};
    throw error;
  }
}
