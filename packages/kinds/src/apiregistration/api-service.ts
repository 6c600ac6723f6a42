import type { KubeObject } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';
import { validateApiService } from './validate-api-service.ts';

function available(object: KubeObject): string {
  const condition = (object['status']?.conditions ?? []).find(
    ({ type }: { type: string }) => type === 'Available',
  );
  if (!condition) return 'Unknown';
  return condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason})`;
}

export const apiService = kind({
  group: 'apiregistration.k8s.io',
  resource: 'apiservices',
  statusKeeps: 'metadata',
  nameRule: 'path',
  allowUnconditionalUpdate: false,
  cells: {
    Service: (object) => {
      const service = object['spec']?.service;
      return service ? `${service.namespace}/${service.name}` : 'Local';
    },
    Available: available,
  },
  defaults: (object) => {
    if (object['spec']?.service) object['spec'].service.port ??= 443;
  },
  validate: validateApiService,
});
