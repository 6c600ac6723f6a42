import { type FieldError, fieldErrors, isQualifiedName, omitted } from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, onEach, tooMany } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { duplicate, invalid, notSupported, required } = fieldErrors;

const most = { rules: 20, values: 255, conditions: 20 };
const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

/** One of a closed list, which is told when it is missing. */
function chosen(path: string, value: Loose, known: readonly string[]): Check {
  if (isEmpty(value)) {
    const list = known.map((one) => JSON.stringify(one)).join(' ');
    return [required(path, `valid values: [${list}]`)];
  }
  return known.includes(value) ? [] : [notSupported(path, value, known)];
}

function validateAction({ action }: Loose, path: string, spec: Loose): FieldError[] {
  if (action !== 'FailIndex') return chosen(path, action, actions);
  return isAbsent(spec.backoffLimitPerIndex)
    ? [invalid(path, action, 'requires the backoffLimitPerIndex to be set')]
    : [];
}

function validateCodes(codes: Loose, path: string, names: ReadonlySet<string>): Check {
  const { operator, containerName } = codes;
  const values: number[] = each(codes.values);
  const at = `${path}.values`;
  const unknown = 'must be one of the container or initContainer names in the pod template';
  return [
    ...chosen(`${path}.operator`, operator, ['In', 'NotIn']),
    ...(isAbsent(containerName) || names.has(containerName)
      ? []
      : [invalid(`${path}.containerName`, containerName, unknown)]),
    ...(values.length === 0 ? [invalid(at, null, 'at least one value is required')] : []),
    ...(values.length > most.values ? [tooMany(at, values.length, most.values)] : []),
    ...values.flatMap((value, index) => [
      ...(operator === 'In' && value === 0
        ? [invalid(`${at}[${index}]`, value, 'must not be 0 for the In operator')]
        : []),
      ...(values.indexOf(value) < index ? [duplicate(`${at}[${index}]`, value)] : []),
    ]),
    ...(values.some((value, index) => value > (values[index + 1] ?? value))
      ? [invalid(at, values, 'must be ordered')]
      : []),
  ];
}

const validateConditions = (conditions: Loose, path: string): Check => [
  ...(each(conditions).length > most.conditions
    ? [tooMany(path, conditions.length, most.conditions)]
    : []),
  ...onEach(conditions, path, ({ type = '', status }, at) => [
    ...follows(`${at}.type`, type, isQualifiedName),
    ...chosen(`${at}.status`, status, ['False', 'True', 'Unknown']),
  ]),
];

/** What the failure of a pod means for its job: each rule looks at exit codes or at conditions. */
export function validateFailurePolicy(spec: Loose, path: string): Check {
  const { rules } = spec.podFailurePolicy ?? {};
  const at = `${path}.podFailurePolicy.rules`;
  const pod = spec.template?.spec ?? {};
  const names = new Set<string>(
    [...each(pod.containers), ...each(pod.initContainers)].map(({ name }) => name),
  );
  return [
    ...(each(rules).length > most.rules ? [tooMany(at, rules.length, most.rules)] : []),
    ...onEach(rules, at, (rule, where) => {
      const [codes, conditions] = [
        Boolean(rule.onExitCodes),
        each(rule.onPodConditions).length > 0,
      ];
      const tell = (why: string) => [invalid(where, omitted, why)];
      return [
        ...validateAction(rule, `${where}.action`, spec),
        ...(codes ? validateCodes(rule.onExitCodes, `${where}.onExitCodes`, names) : []),
        ...validateConditions(rule.onPodConditions, `${where}.onPodConditions`),
        ...(codes && conditions
          ? tell('specifying both OnExitCodes and OnPodConditions is not supported')
          : []),
        ...(codes || conditions
          ? []
          : tell('specifying one of OnExitCodes and OnPodConditions is required')),
      ];
    }),
  ];
}
