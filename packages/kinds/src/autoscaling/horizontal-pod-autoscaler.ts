import type { KubeObject } from '@dormice/apimachinery';
import { type Cell, kind } from '../kind-module.ts';
import { usualUpdate } from '../strategy.ts';
import { autoscalerFromV2, autoscalerToV2 } from './autoscaler-conversion.ts';
import { autoscalerDefaults } from './autoscaler-defaults.ts';
import { autoscalerCells } from './metric-cells.ts';
import { validateAutoscaler } from './validate-autoscaler.ts';

const shared = { group: 'autoscaling', resource: 'horizontalpodautoscalers' };

export const autoscaler = kind({
  ...shared,
  version: 'v2',
  cells: autoscalerCells,
  defaults: autoscalerDefaults,
  validate: validateAutoscaler,
});

const onV2 =
  (cell: Cell): Cell =>
  (object) =>
    cell(autoscalerToV2(object));

/** The old form: one CPU target in the spec, everything else in annotations. Stored as v2. */
export const autoscalerV1 = kind({
  ...shared,
  version: 'v1',
  storage: {
    group: shared.group,
    resource: shared.resource,
    version: 'v2',
    toStorage: autoscalerToV2,
    fromStorage: autoscalerFromV2,
  },
  cells: Object.fromEntries(
    Object.entries(autoscalerCells).map(([name, cell]) => [name, onV2(cell)]),
  ),
  defaults: (object: KubeObject) => {
    const { spec } = object as KubeObject[string];
    if (!spec) return;
    spec.minReplicas ??= 1;
    const metrics = object.metadata?.annotations?.['autoscaling.alpha.kubernetes.io/metrics'];
    if (metrics === undefined) spec.targetCPUUtilizationPercentage ??= 80;
  },
  // What is written is shown as it comes back from storage: metrics of a status in their annotation.
  prepareForUpdate: (next, old, context) => {
    usualUpdate(next, old, context);
    if (context.subresource !== 'status') return;
    const { metadata, status } = autoscalerFromV2(autoscalerToV2(next)) as KubeObject[string];
    Object.assign(next, { metadata, status });
  },
  validate: (object, context) => validateAutoscaler(autoscalerToV2(object), context),
});
