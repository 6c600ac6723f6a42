import type { KubeObject } from '@dormice/apimachinery';
import { none } from '../columns.ts';
import { kind } from '../kind-module.ts';
import { validateFlowSchema, validateFlowSchemaUpdate } from './validate-flow-schema.ts';
import { validatePriorityLevel, validatePriorityLevelUpdate } from './validate-priority-level.ts';

const group = 'flowcontrol.apiserver.k8s.io';

export const flowSchema = kind({
  group,
  resource: 'flowschemas',
  statusKeeps: 'metadata',
  cells: {
    PriorityLevel: (schema) => schema['spec']?.priorityLevelConfiguration?.name || none,
    MatchingPrecedence: (schema) => schema['spec']?.matchingPrecedence ?? 0,
    DistinguisherMethod: (schema) => schema['spec']?.distinguisherMethod?.type ?? none,
    MissingPL: (schema) =>
      (schema['status']?.conditions ?? []).find(({ type }: { type: string }) => type === 'Dangling')
        ?.status ?? '?',
  },
  defaults: (schema) => {
    schema['spec'] ??= {};
    schema['spec'].matchingPrecedence ||= 1000;
  },
  validate: validateFlowSchema,
  validateUpdate: validateFlowSchemaUpdate,
});

const queuing = (level: KubeObject) => level['spec']?.limited?.limitResponse?.queuing;

export const priorityLevelConfiguration = kind({
  group,
  resource: 'prioritylevelconfigurations',
  statusKeeps: 'metadata',
  cells: {
    Type: (level) => level['spec']?.type ?? '',
    NominalConcurrencyShares: (level) => level['spec']?.limited?.nominalConcurrencyShares ?? none,
    Queues: (level) => queuing(level)?.queues ?? none,
    HandSize: (level) => queuing(level)?.handSize ?? none,
    QueueLengthLimit: (level) => queuing(level)?.queueLengthLimit ?? none,
  },
  defaults: (level) => {
    const { spec } = level as { spec?: KubeObject['spec'] };
    if (spec?.exempt) {
      spec.exempt.nominalConcurrencyShares ??= 0;
      spec.exempt.lendablePercent ??= 0;
    }
    if (!spec?.limited) return;
    spec.limited.nominalConcurrencyShares ??= 30;
    spec.limited.lendablePercent ??= 0;
    const queues = spec.limited.limitResponse?.queuing;
    if (!queues) return;
    queues.handSize ||= 8;
    queues.queues ||= 64;
    queues.queueLengthLimit ||= 50;
  },
  validate: validatePriorityLevel,
  validateUpdate: validatePriorityLevelUpdate,
});
