import type { KubeObject } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';
import { usualUpdate } from '../strategy.ts';
import { serviceCells } from './service-cells.ts';
import { serviceDefaults } from './service-defaults.ts';
import { validateService, validateServiceUpdate } from './validate-service.ts';

/** `clusterIP` is the first of `clusterIPs`; who writes the old field alone means both. */
function alignClusterIps(next: KubeObject, old?: KubeObject): void {
  const spec = next['spec'];
  if (!spec) return;
  const before = old?.['spec'] ?? {};
  if (spec.clusterIP !== before.clusterIP && sameList(spec.clusterIPs, before.clusterIPs)) {
    if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
    else delete spec.clusterIPs;
  }
}

const sameList = (a: unknown, b: unknown): boolean =>
  JSON.stringify(a ?? []) === JSON.stringify(b ?? []);

/** An update that leaves out what was allocated keeps it, as long as the type goes on needing it. */
function keepAllocated(next: KubeObject, old: KubeObject): void {
  const spec = next['spec'];
  const before = old['spec'];
  if (!spec || !before || spec.type === 'ExternalName' || before.type === 'ExternalName') return;
  if (!spec.clusterIP && !spec.clusterIPs?.length && before.clusterIP) {
    spec.clusterIP = before.clusterIP;
    spec.clusterIPs = before.clusterIPs;
  }
  if (!spec.ipFamilyPolicy && before.ipFamilyPolicy) spec.ipFamilyPolicy = before.ipFamilyPolicy;
  if (!spec.ipFamilies?.length && before.ipFamilies) spec.ipFamilies = before.ipFamilies;
}

export const service = kind({
  group: '',
  resource: 'services',
  nameRule: 'label1035',
  allowCreateOnUpdate: true,
  cells: serviceCells,
  defaults: serviceDefaults,
  prepareForCreate: (object) => {
    delete object['status'];
    alignClusterIps(object);
  },
  prepareForUpdate: (next, old, context) => {
    usualUpdate(next, old, context);
    if (context.subresource === 'status') return;
    keepAllocated(next, old);
    alignClusterIps(next, old);
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  fieldSelectors: {
    'spec.clusterIP': (object) => object['spec']?.clusterIP ?? '',
    'spec.type': (object) => object['spec']?.type ?? '',
  },
});
