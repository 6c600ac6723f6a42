import type { KubeObject } from '@dormice/apimachinery';
import { containerImages, containerNames, formatLabels } from '../columns.ts';
import { kind } from '../kind-module.ts';
import { each } from '../loose.ts';
import { formatEndpoints } from './endpoints-cells.ts';
import { limitRangeDefaults } from './limit-range-defaults.ts';
import { podTemplateDefaults } from './pod-defaults.ts';
import { podTemplateWarnings } from './pod-warnings.ts';
import { resourceQuotaCells } from './resource-quota-cells.ts';
import { validateLimitRange } from './validate-limit-range.ts';
import { validateResourceQuota, validateResourceQuotaUpdate } from './validate-resource-quota.ts';
import { validateEndpoints, validatePodTemplateObject } from './validate-small.ts';

export const endpoints = kind({
  group: '',
  resource: 'endpoints',
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  allowCreateOnUpdate: true,
  cells: { Endpoints: formatEndpoints },
  defaults: (object) => {
    for (const subset of each(object['subsets']))
      for (const port of each(subset.ports)) port.protocol ||= 'TCP';
  },
  validate: validateEndpoints,
});

export const limitRange = kind({
  group: '',
  resource: 'limitranges',
  allowCreateOnUpdate: true,
  defaults: limitRangeDefaults,
  prepareForCreate: ({ metadata }, { uuid }) => {
    metadata.name ||= uuid();
  },
  validate: validateLimitRange,
});

/** Of a secret an account keeps the name. */
function keepNames(account: KubeObject): void {
  if (Array.isArray(account['secrets']))
    account['secrets'] = each(account['secrets']).map(({ name }) => (name ? { name } : {}));
}

export const serviceAccount = kind({
  group: '',
  resource: 'serviceaccounts',
  prepareForCreate: keepNames,
  prepareForUpdate: keepNames,
});

export const podTemplate = kind({
  group: '',
  resource: 'podtemplates',
  cells: {
    Containers: (object) => containerNames(object['template']),
    Images: (object) => containerImages(object['template']),
    'Pod Labels': (object) => formatLabels(object['template']?.metadata?.labels),
  },
  defaults: (object) => podTemplateDefaults(object['template']),
  warnings: podTemplateWarnings,
  validate: validatePodTemplateObject,
});

export const resourceQuota = kind({
  group: '',
  resource: 'resourcequotas',
  cells: resourceQuotaCells,
  validate: validateResourceQuota,
  validateUpdate: validateResourceQuotaUpdate,
});
