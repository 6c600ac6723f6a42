import {
  deepEqual,
  fieldErrors,
  isDns1123Label,
  type KubeObject,
  validateAnnotations,
  validateLabels,
} from '@dormice/apimachinery';
import { type Check, follows, isEmpty, nonNegative, onEach } from '../checks.ts';
import { validateClaimSpec } from '../core/validate-claim.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { restore } from '../strategy.ts';
import { countOrPercent } from './int-or-percent.ts';
import { validateReplicaStatus } from './validate-replica-status.ts';
import { validateSelected, validateServing, validateTemplate } from './validate-template.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

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

const retention = ['Retain', 'Delete'];

const validateRetention = (policy: Loose): Check =>
  ['whenDeleted', 'whenScaled'].flatMap((field) => {
    const value = policy?.[field] ?? '';
    const path = `spec.persistentVolumeClaimRetentionPolicy.${field}`;
    return retention.includes(value) ? [] : [notSupported(path, value, retention)];
  });

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
  const pod = { ...spec.template.spec, volumes: [...claims, ...others] };
  return { ...statefulSet, spec: { ...spec, template: { ...spec.template, spec: pod } } };
}

const asInStatefulSet = ({ hostname: _, subdomain: __, ...pod }: Loose): Loose => pod;

/** The template as the controller completes it: it gives pods their names, and the volumes of the claims. */
function validatePods(statefulSet: KubeObject): Check {
  const { template = {} } = withClaims(statefulSet)['spec'] ?? {};
  const path = 'spec.template';
  const spec = asInStatefulSet(template.spec ?? {});
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  return [
    ...validateTemplate({ ...template, spec }, path),
    ...validateLabels(labels, `${path}.labels`),
    ...validateAnnotations(annotations, `${path}.annotations`),
  ];
}

/** `next`: the set is changed, and what cannot change is not judged again. */
function validateSet(statefulSet: KubeObject, next: boolean): Check {
  const { spec = {} } = statefulSet as KubeObject[string];
  return [
    ...validateManagement(spec.podManagementPolicy),
    ...validateUpdateStrategy(spec.updateStrategy),
    ...validateRetention(spec.persistentVolumeClaimRetentionPolicy),
    ...(next
      ? []
      : onEach(spec.volumeClaimTemplates, 'spec.volumeClaimTemplates', (claim, at) =>
          validateClaimSpec(claim.spec ?? {}, `${at}.spec`),
        )),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...(next || isEmpty(spec.serviceName)
      ? []
      : follows('spec.serviceName', spec.serviceName, isDns1123Label)),
    ...validateSelected(spec, 'statefulset', '', () => validatePods(statefulSet)),
    ...validateServing(spec.template, 'StatefulSet'),
  ];
}

export const validateStatefulSet = (statefulSet: KubeObject): Check =>
  validateSet(statefulSet, false);

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
    ...validateSet(next, true),
    ...(deepEqual(spec, old['spec']) ? [] : [forbidden('spec', only)]),
  ];
}
