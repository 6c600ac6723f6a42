import type { KubeObject } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';
import { each } from '../loose.ts';
import { keepAllButStatus, keepStatus, restore } from '../strategy.ts';
import { validateNamespace, validateNamespaceUpdate } from './validate-small.ts';

function labelName(namespace: KubeObject): void {
  const { name } = namespace.metadata;
  if (!name) return;
  namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': name };
}

export const namespace = kind({
  group: '',
  resource: 'namespaces',
  nameRule: 'label',
  cells: { Status: (object) => object['status']?.phase ?? '' },
  defaults: (object) => {
    labelName(object);
    object['status'] ??= {};
    object['status'].phase ||= 'Active';
  },
  prepareForCreate: (object) => {
    object['status'] = { phase: 'Active' };
    object['spec'] ??= {};
    const finalizers = each(object['spec'].finalizers);
    object['spec'].finalizers = finalizers.includes('kubernetes')
      ? finalizers
      : [...finalizers, 'kubernetes'];
    labelName(object);
  },
  prepareForUpdate: (next, old, { subresource }) => {
    if (subresource === 'status') {
      keepAllButStatus(next, old);
      return;
    }
    keepStatus(next, old);
    if (subresource !== 'finalize') restore(next, old, 'spec');
  },
  validate: validateNamespace,
  validateUpdate: validateNamespaceUpdate,
  fieldSelectors: { 'status.phase': (object) => object['status']?.phase ?? '' },
});
