import type { KubeObject } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';
import { each } from '../loose.ts';
import { usualUpdate } from '../strategy.ts';
import { validateCrd, validateCrdUpdate } from './validate-crd.ts';

const storageVersion = (crd: KubeObject): string | undefined =>
  each(crd['spec']?.versions).find(({ storage }) => storage)?.name;

/** Singular and list names follow from the kind. */
function crdDefaults(crd: KubeObject): void {
  const spec = crd['spec'];
  if (!spec) return;
  spec.conversion ??= { strategy: 'None' };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
  if (!spec.names?.kind) return;
  spec.names.singular ||= spec.names.kind.toLowerCase();
  spec.names.listKind ||= `${spec.names.kind}List`;
}

export const customResourceDefinition = kind({
  group: 'apiextensions.k8s.io',
  resource: 'customresourcedefinitions',
  // Judged with the spec, which says what the name has to be.
  nameRule: 'any',
  allowUnconditionalUpdate: false,
  // Upstream says that the status endpoint leaves metadata alone, and then does not.
  resetFields: (subresource) =>
    subresource === 'status' ? [['metadata'], ['spec']] : [['status']],
  defaults: crdDefaults,
  prepareForCreate: (crd) => {
    const version = storageVersion(crd);
    crd['status'] = {
      conditions: null,
      acceptedNames: { plural: '', kind: '' },
      storedVersions: version === undefined ? [] : [version],
    };
  },
  prepareForUpdate: (next, old, context) => {
    usualUpdate(next, old, context);
    if (context.subresource === 'status') return;
    const version = storageVersion(next);
    const stored = each(next['status']?.storedVersions);
    if (version !== undefined && next['status'] && !stored.includes(version))
      next['status'] = { ...next['status'], storedVersions: [...stored, version] };
  },
  validate: validateCrd,
  validateUpdate: validateCrdUpdate,
});
