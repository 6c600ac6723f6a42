import { errors, isReason } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import type { AdmissionPlugin } from '../../api-server.ts';
import { forbid } from './forbid.ts';

const immortal = new Set(['default', 'kube-system', 'kube-public']);

/** Nothing is made in a namespace that is not there or is going, and some namespaces stay for ever. */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  async admit(attributes, client) {
    const { operation, group, resource, namespace, name, oldObject } = attributes;
    if (group === '' && resource === 'namespaces') {
      const target = oldObject?.metadata.name ?? name;
      if (operation === 'DELETE' && immortal.has(target)) {
        throw errors.forbidden({ group, resource }, target, 'this namespace may not be deleted');
      }
      return;
    }
    if ((operation !== 'CREATE' && operation !== 'UPDATE') || namespace === '') return;
    if (resource === 'localsubjectaccessreviews') return;
    const found = await client.get(resources.namespaces, namespace).catch((error: unknown) => {
      if (isReason(error, 'NotFound'))
        throw errors.notFound({ group: '', resource: 'namespaces' }, namespace);
      throw error;
    });
    if (operation !== 'CREATE' || found.metadata.deletionTimestamp === undefined) return;
    const refusal = forbid(
      attributes,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
    throw Object.assign(refusal, {
      details: {
        ...refusal.details,
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      },
    });
  },
};
