import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { type Check, immutable, isAbsent, nonNegative } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { amount, atMostAll, countOrPercent } from './int-or-percent.ts';
import { validateReplicaStatus } from './validate-replica-status.ts';
import { validateSelected, validateServing, validateTemplate } from './validate-template.ts';

const { forbidden, invalid, notSupported } = fieldErrors;

function validateStrategy(strategy: Loose): Check {
  const path = 'spec.strategy';
  const { type, rollingUpdate } = strategy ?? {};
  if (type === 'Recreate')
    return rollingUpdate
      ? [
          forbidden(
            `${path}.rollingUpdate`,
            "may not be specified when strategy `type` is 'Recreate'",
          ),
        ]
      : [];
  if (type !== 'RollingUpdate')
    return [notSupported(path, strategy, ['Recreate', 'RollingUpdate'])];
  const { maxUnavailable, maxSurge } = rollingUpdate ?? {};
  const errors = [
    ...countOrPercent(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable),
    ...countOrPercent(`${path}.rollingUpdate.maxSurge`, maxSurge),
  ];
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0)
    errors.push(
      invalid(
        `${path}.rollingUpdate.maxUnavailable`,
        maxUnavailable,
        'may not be 0 when `maxSurge` is 0',
      ),
    );
  errors.push(...atMostAll(`${path}.rollingUpdate.maxUnavailable`, maxUnavailable));
  return errors;
}

/** Upstream words replica sets as the part of deployments that they are. */
const validateReplicated = (spec: Loose): Check =>
  validateSelected(spec, 'deployment', 'invalid label selector', () => [
    ...validateTemplate(spec.template ?? {}, 'spec.template'),
    ...validateServing(spec.template, 'ReplicaSet'),
  ]);

export function validateDeployment(deployment: KubeObject): Check {
  const { spec = {} } = deployment as KubeObject[string];
  const errors = [
    ...nonNegative('spec.replicas', spec.replicas),
    ...validateReplicated(spec),
    ...validateStrategy(spec.strategy),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...nonNegative('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds),
  ];
  const deadline = spec.progressDeadlineSeconds;
  if (!isAbsent(deadline) && deadline <= (spec.minReadySeconds ?? 0))
    errors.push(
      invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'),
    );
  return errors;
}

const counted = ['fullyLabeledReplicas', 'updatedReplicas'];

const workloadUpdate =
  (validate: (object: KubeObject) => Check) =>
  (next: KubeObject, old: KubeObject, { subresource }: KindContext): Check =>
    subresource === 'status'
      ? validateReplicaStatus(next['status'], counted, 'readyReplicas')
      : [
          ...validate(next),
          ...immutable('spec.selector', next['spec']?.selector, old['spec']?.selector),
        ];

export const validateDeploymentUpdate = workloadUpdate(validateDeployment);

export function validateReplicaSet(replicaSet: KubeObject): Check {
  const { spec = {} } = replicaSet as KubeObject[string];
  return [
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateReplicated(spec),
  ];
}

export const validateReplicaSetUpdate = workloadUpdate(validateReplicaSet);
