import { deepEqual, fieldErrors, isDns1123Subdomain, type KubeObject } from '@dormice/apimachinery';
import { type Check, follows, isEmpty, nonNegative, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { restore } from '../strategy.ts';
import { countOrPercent } from './int-or-percent.ts';
import { validateReplicaStatus } from './validate-replica-status.ts';
import { validateSelector, validateServingTemplate } from './validate-template.ts';

const { forbidden, invalid, required } = fieldErrors;

function validateManagement(policy: Loose): Check {
  if (isEmpty(policy)) return [required('spec.podManagementPolicy')];
  return ['OrderedReady', 'Parallel'].includes(policy)
    ? []
    : [invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")];
}

function validateUpdateStrategy(strategy: Loose): Check {
  const path = 'spec.updateStrategy';
  const { type, rollingUpdate } = strategy ?? {};
  if (isEmpty(type)) return [required(path)];
  if (type === 'OnDelete')
    return rollingUpdate
      ? [
          invalid(
            `${path}.rollingUpdate`,
            rollingUpdate,
            "only allowed for updateStrategy 'RollingUpdate'",
          ),
        ]
      : [];
  if (type !== 'RollingUpdate')
    return [invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'")];
  return [
    ...nonNegative(`${path}.rollingUpdate.partition`, rollingUpdate?.partition),
    ...countOrPercent(`${path}.rollingUpdate.maxUnavailable`, rollingUpdate?.maxUnavailable),
  ];
}

const retention = ['Delete', 'Retain'];

/** The set as its pods see it: each claim template is a volume that containers may mount. */
function withClaims(statefulSet: KubeObject): KubeObject {
  const { spec } = statefulSet as KubeObject[string];
  const templates: Loose[] = spec?.volumeClaimTemplates ?? [];
  if (templates.length === 0 || !spec.template?.spec) return statefulSet;
  const names = new Set(templates.map(({ metadata }) => metadata?.name));
  const others: Loose[] = (spec.template.spec.volumes ?? []).filter(
    ({ name }: Loose) => !names.has(name),
  );
  const claims = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const pod = { ...spec.template.spec, volumes: [...others, ...claims] };
  return { ...statefulSet, spec: { ...spec, template: { ...spec.template, spec: pod } } };
}

export function validateStatefulSet(statefulSet: KubeObject): Check {
  const { spec = {} } = statefulSet as KubeObject[string];
  const claims = spec.persistentVolumeClaimRetentionPolicy ?? {};
  return [
    ...validateManagement(spec.podManagementPolicy),
    ...validateUpdateStrategy(spec.updateStrategy),
    ...oneOf(
      'spec.persistentVolumeClaimRetentionPolicy.whenDeleted',
      claims.whenDeleted,
      retention,
    ),
    ...oneOf('spec.persistentVolumeClaimRetentionPolicy.whenScaled', claims.whenScaled, retention),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...(isEmpty(spec.serviceName)
      ? []
      : follows('spec.serviceName', spec.serviceName, isDns1123Subdomain)),
    ...validateSelector(spec, 'statefulset'),
    ...validateServingTemplate(withClaims(statefulSet), 'StatefulSet'),
  ];
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];
const only =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

export function validateStatefulSetUpdate(
  next: KubeObject,
  old: KubeObject,
  { subresource }: KindContext,
): Check {
  if (subresource === 'status')
    return validateReplicaStatus(
      next['status'],
      ['currentReplicas', 'updatedReplicas'],
      'status.readyReplicas',
    );
  const spec = { ...next['spec'] };
  for (const field of changeable) restore(spec, old['spec'] ?? {}, field);
  return [
    ...validateStatefulSet(next),
    ...(deepEqual(spec, old['spec']) ? [] : [forbidden('spec', only)]),
  ];
}
