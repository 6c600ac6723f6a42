import { resources } from '@dormice/client';
import type { AdmissionPlugin } from '../../api-server.ts';
import { defaultClass } from './default-class.ts';

/** An Ingress that names no class gets the default one. */
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  async admit({ group, resource, subresource, operation, object }, client) {
    if (group !== 'networking.k8s.io' || resource !== 'ingresses' || subresource !== '') return;
    if (operation !== 'CREATE' || !object || object['spec']?.ingressClassName !== undefined) return;
    if (object.metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined) return;
    const { items } = await client.list(resources.ingressclasses);
    const chosen = defaultClass(items, ['ingressclass.kubernetes.io/is-default-class']);
    if (chosen) object['spec'] = { ...object['spec'], ingressClassName: chosen };
  },
};
