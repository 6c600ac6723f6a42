import {
  fieldErrors,
  labelSelectorFrom,
  validateAnnotations,
  validateLabelSelector,
  validateLabels,
} from '@dormice/apimachinery';
import type { Check } from '../checks.ts';
import { validatePodSpec } from '../core/validate-pod.ts';
import type { Loose } from '../loose.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

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

const isBlank = ({ matchLabels, matchExpressions }: Loose): boolean =>
  Object.keys(matchLabels ?? {}).length + (matchExpressions ?? []).length === 0;

/** A selector that is there: well-formed, and not empty. */
export const validateSelector = (spec: Loose, kind: string): Check =>
  spec.selector
    ? [
        ...validateLabelSelector(spec.selector, 'spec.selector'),
        ...(isBlank(spec.selector)
          ? [invalid('spec.selector', spec.selector, `empty selector is invalid for ${kind}`)]
          : []),
      ]
    : [];

/** Does the template carry labels that the selector finds? */
export function selectorMatchesTemplate(spec: Loose, emptyMatches = true): Check {
  const labels: Record<string, string> | undefined = spec.template?.metadata?.labels;
  const { selector } = spec;
  if (selector && validateLabelSelector(selector, '').length > 0) return [];
  if (selector && emptyMatches && isBlank(selector)) return [];
  const why = '`selector` does not match template `labels`';
  return labelSelectorFrom(selector).matches(labels ?? {})
    ? []
    : [invalid('spec.template.metadata.labels', labels ?? null, why)];
}

/** The pods of a workload that never ends: they are always restarted, and have no deadline. */
export function validateServing(template: Loose, kind: string): Check {
  const pod = template?.spec ?? {};
  const path = 'spec.template.spec';
  const policy = pod.restartPolicy ?? '';
  return [
    ...(policy === 'Always' ? [] : [notSupported(`${path}.restartPolicy`, policy, ['Always'])]),
    ...(pod.activeDeadlineSeconds === undefined
      ? []
      : [
          forbidden(
            `${path}.activeDeadlineSeconds`,
            `activeDeadlineSeconds in ${kind} is not Supported`,
          ),
        ]),
  ];
}

/**
 * Selector and template of a workload that must have both. Of a template nothing is said while the selector cannot
 * be read.
 *
 * @param kind as upstream calls it in the message about an empty selector
 * @param why what is said of such a selector as a whole
 */
export function validateSelected(
  spec: Loose,
  kind: string,
  why: string,
  validatePods: () => Check,
): Check {
  const { selector } = spec;
  if (!selector)
    return [required('spec.selector'), ...selectorMatchesTemplate(spec), ...validatePods()];
  const errors = validateSelector(spec, kind);
  return validateLabelSelector(selector, '').length > 0
    ? [...errors, invalid('spec.selector', selector, why)]
    : [...errors, ...selectorMatchesTemplate(spec), ...validatePods()];
}
