import type { KubeObject } from '@dormice/apimachinery';
import { formatSelector, none } from '../columns.ts';
import { kind } from '../kind-module.ts';
import { ingressCells } from './ingress-cells.ts';
import { networkPolicyDefaults } from './network-policy-defaults.ts';
import {
  validateIpAddress,
  validateIpAddressUpdate,
  validateServiceCidr,
  validateServiceCidrUpdate,
} from './validate-addresses.ts';
import { validateIngress } from './validate-ingress.ts';
import { validateIngressClass, validateIngressClassUpdate } from './validate-ingress-class.ts';
import { validateNetworkPolicy } from './validate-network-policy.ts';

const group = 'networking.k8s.io';

const oldClass = 'kubernetes.io/ingress.class';

export const ingress = kind({
  group,
  resource: 'ingresses',
  cells: ingressCells,
  warningsOnCreate: ({ metadata, spec }) =>
    metadata.annotations?.[oldClass] !== undefined && spec?.ingressClassName === undefined
      ? [`annotation "${oldClass}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
  validate: validateIngress,
});

function parameters(ingressClass: KubeObject): string {
  const { apiGroup, kind: name, name: object } = ingressClass['spec']?.parameters ?? {};
  if (name === undefined) return none;
  return `${name}${apiGroup ? `.${apiGroup}` : ''}/${object}`;
}

export const ingressClass = kind({
  group,
  resource: 'ingressclasses',
  cells: {
    Controller: (object) => object['spec']?.controller ?? '',
    Parameters: parameters,
  },
  defaults: (object) => {
    if (object['spec']?.parameters) object['spec'].parameters.scope ??= 'Cluster';
  },
  validate: validateIngressClass,
  validateUpdate: validateIngressClassUpdate,
});

export const networkPolicy = kind({
  group,
  resource: 'networkpolicies',
  cells: { 'Pod-Selector': (object) => formatSelector(object['spec']?.podSelector) },
  defaults: networkPolicyDefaults,
  generationOfEmpty: true,
  validate: validateNetworkPolicy,
});

export const ipAddress = kind({
  group,
  resource: 'ipaddresses',
  nameRule: 'ip',
  cells: {
    ParentRef: (object) => {
      const { group: owner = '', resource = '', namespace, name } = object['spec']?.parentRef ?? {};
      const type = owner === '' ? resource : `${resource}.${owner}`;
      return namespace ? `${type}/${namespace}/${name}` : `${type}/${name}`;
    },
  },
  validate: validateIpAddress,
  validateUpdate: validateIpAddressUpdate,
});

export const serviceCidr = kind({
  group,
  resource: 'servicecidrs',
  statusKeeps: 'metadata',
  // Upstream names the group wrongly where it says what is reset.
  resetFields: () => [],
  cells: { CIDRs: (object) => (object['spec']?.cidrs ?? []).join(',') },
  validate: validateServiceCidr,
  validateUpdate: validateServiceCidrUpdate,
});
