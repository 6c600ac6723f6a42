import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import { formatLabels, formatSelector, templateCells } from '../columns.ts';
import { revisedWarnings } from '../core/pod-warnings.ts';
import { kind } from '../kind-module.ts';
import { usualUpdate } from '../strategy.ts';
import { validateDaemonSet, validateDaemonSetUpdate } from './validate-daemon-set.ts';
import { daemonSetDefaults } from './workload-defaults.ts';

/** Kept by upstream for clients from before `apps/v1`: counts changes of the template. */
const templateGeneration = 'deprecated.daemonset.template.generation';

function setTemplateGeneration(object: KubeObject, generation: number): void {
  object.metadata.annotations = {
    ...object.metadata.annotations,
    [templateGeneration]: String(generation),
  };
}

export const daemonSet = kind({
  group: 'apps',
  resource: 'daemonsets',
  cells: {
    Desired: (object) => object['status']?.desiredNumberScheduled ?? 0,
    Current: (object) => object['status']?.currentNumberScheduled ?? 0,
    Ready: (object) => object['status']?.numberReady ?? 0,
    'Up-to-date': (object) => object['status']?.updatedNumberScheduled ?? 0,
    Available: (object) => object['status']?.numberAvailable ?? 0,
    'Node Selector': (object) => formatLabels(object['spec']?.template?.spec?.nodeSelector),
    ...templateCells(
      (object) => object['spec']?.template,
      (object) => formatSelector(object['spec']?.selector),
    ),
  },
  defaults: (object) => {
    daemonSetDefaults(object);
    if (object.metadata.annotations?.[templateGeneration] === undefined) {
      setTemplateGeneration(object, 0);
    }
  },
  prepareForCreate: (object) => {
    delete object['status'];
    setTemplateGeneration(object, 1);
  },
  prepareForUpdate: (next, old, context) => {
    usualUpdate(next, old, context);
    if (context.subresource === 'status') {
      next.metadata.annotations ??= {};
      const before = old.metadata.annotations?.[templateGeneration];
      if (before !== undefined) next.metadata.annotations[templateGeneration] = before;
      return;
    }
    const before = Number(old.metadata.annotations?.[templateGeneration] ?? 1);
    const same = deepEqual(next['spec']?.template, old['spec']?.template);
    setTemplateGeneration(next, same ? before : before + 1);
  },
  warnings: revisedWarnings,
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
});
