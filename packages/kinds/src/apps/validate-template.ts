import {
  fieldErrors,
  type KubeObject,
  labelSelectorFrom,
  validateAnnotations,
  validateLabelSelector,
  validateLabels,
} from '@dormice/apimachinery';
import { type Check, oneOf } from '../checks.ts';
import { validatePodSpec } from '../core/validate-pod.ts';
import type { Loose } from '../loose.ts';

const { forbidden, invalid, required } = fieldErrors;

/** A pod template: its labels, annotations and spec. */
export const validateTemplate = (template: Loose, path: string): Check => [
  ...validateLabels(template.metadata?.labels ?? {}, `${path}.labels`),
  ...validateAnnotations(template.metadata?.annotations ?? {}, `${path}.annotations`),
  ...validatePodSpec(template.spec ?? {}, `${path}.spec`),
  ...(template.spec?.ephemeralContainers?.length
    ? [
        forbidden(
          `${path}.spec.ephemeralContainers`,
          'ephemeral containers not allowed in pod template',
        ),
      ]
    : []),
];

/** The selector of a workload: there, not empty, and it selects what the template makes. */
export function validateSelector(spec: Loose, kind: string): Check {
  if (!spec.selector) return [required('spec.selector')];
  const { matchLabels = {}, matchExpressions = [] } = spec.selector;
  return [
    ...validateLabelSelector(spec.selector, 'spec.selector'),
    ...(Object.keys(matchLabels ?? {}).length + (matchExpressions ?? []).length === 0
      ? [invalid('spec.selector', spec.selector, `empty selector is invalid for ${kind}`)]
      : []),
  ];
}

/** Does the template carry labels that the selector finds? */
export function selectorMatchesTemplate(spec: Loose): Check {
  const labels: Record<string, string> = spec.template?.metadata?.labels ?? {};
  const { matchLabels = {}, matchExpressions = [] } = spec.selector ?? {};
  const isBlank = Object.keys(matchLabels ?? {}).length + (matchExpressions ?? []).length === 0;
  if (spec.selector && (isBlank || validateLabelSelector(spec.selector, '').length > 0)) return [];
  return labelSelectorFrom(spec.selector).matches(labels)
    ? []
    : [
        invalid(
          'spec.template.metadata.labels',
          labels,
          '`selector` does not match template `labels`',
        ),
      ];
}

/** The pods of a workload that never ends: they are always restarted, and have no deadline. */
export function validateServingTemplate(object: KubeObject, kind: string): Check {
  const spec = object['spec'] ?? {};
  const pod = spec.template?.spec ?? {};
  return [
    ...selectorMatchesTemplate(spec),
    ...validateTemplate(spec.template ?? {}, 'spec.template'),
    ...oneOf('spec.template.spec.restartPolicy', pod.restartPolicy, ['Always']),
    ...(pod.activeDeadlineSeconds === undefined
      ? []
      : [
          forbidden(
            'spec.template.spec.activeDeadlineSeconds',
            `activeDeadlineSeconds in ${kind} is not Supported`,
          ),
        ]),
  ];
}
