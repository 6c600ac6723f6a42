import { fieldErrors, isQualifiedName, validateLabelSelector } from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { duplicate, forbidden, invalid, notSupported, required } = fieldErrors;

const whenUnsatisfiable = ['DoNotSchedule', 'ScheduleAnyway'];
const inclusions = ['Honor', 'Ignore'];

function validateMinDomains(constraint: Loose, path: string): Check {
  const { minDomains } = constraint;
  if (isAbsent(minDomains)) return [];
  return [
    ...(minDomains > 0 ? [] : [invalid(path, minDomains, 'must be greater than zero')]),
    ...(constraint.whenUnsatisfiable === 'DoNotSchedule'
      ? []
      : [
          invalid(
            path,
            minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${constraint.whenUnsatisfiable ?? ''}`,
          ),
        ]),
  ];
}

const inclusion = (path: string, policy: Loose): Check =>
  isAbsent(policy) || inclusions.includes(policy) ? [] : [notSupported(path, policy, inclusions)];

/** Labels of the pod that are added to the selector: known names, and none twice. */
function validateLabelKeys(constraint: Loose, path: string): Check {
  const keys = each(constraint.matchLabelKeys);
  if (keys.length === 0) return [];
  if (!constraint.labelSelector)
    return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return onEach(keys, path, (key, at) => follows(at, key, isQualifiedName));
}

/** How pods spread over domains of nodes. */
export const validateTopologySpread = (constraints: Loose, path: string): Check =>
  onEach(constraints, path, (constraint, at, index) => {
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable: action = '' } = constraint;
    const repeated = each(constraints)
      .slice(index + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === action);
    return [
      ...(maxSkew > 0 ? [] : [invalid(`${at}.maxSkew`, maxSkew, 'must be greater than zero')]),
      ...(isEmpty(topologyKey) ? [required(`${at}.topologyKey`, 'can not be empty')] : []),
      ...(whenUnsatisfiable.includes(action)
        ? []
        : [notSupported(`${at}.whenUnsatisfiable`, action, whenUnsatisfiable)]),
      ...(repeated
        ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${action}}`)]
        : []),
      ...validateMinDomains(constraint, `${at}.minDomains`),
      ...inclusion(`${at}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy),
      ...inclusion(`${at}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy),
      ...validateLabelKeys(constraint, `${at}.matchLabelKeys`),
      ...(constraint.labelSelector
        ? validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`)
        : []),
    ];
  });
