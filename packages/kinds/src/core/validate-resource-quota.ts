import { fieldErrors, type KubeObject, parseQuantity } from '@dormice/apimachinery';
import { type Check, nonNegativeQuantity, onEach } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import { each, type Loose } from '../loose.ts';
import { isStandardQuotaResource, isWhole, validateQuotaResourceName } from './resource-names.ts';

const { invalid, required } = fieldErrors;

const compute = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
const ofPods = new Set(['pods', ...compute]);
const ofClaims = new Set(['persistentvolumeclaims', 'requests.storage']);

/** Which of the standard resources a scope can choose among. */
const scopes: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: ofPods,
  NotTerminating: ofPods,
  BestEffort: new Set(['pods']),
  NotBestEffort: ofPods,
  PriorityClass: ofPods,
  CrossNamespacePodAffinity: ofPods,
  VolumeAttributesClass: ofClaims,
};
const existsOnly = new Set([
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
]);
const conflicts = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

const validateAmounts = (amounts: Loose, path: string): Check =>
  Object.entries((amounts ?? {}) as Record<string, string>).flatMap(([name, amount]) => {
    const at = `${path}[${name}]`;
    const broken = isWhole(name) && parseQuantity(String(amount)).milliValue() % 1000n !== 0n;
    return [
      ...validateQuotaResourceName(name, at),
      ...nonNegativeQuantity(at, amount),
      ...(broken ? [invalid(at, String(amount), 'must be an integer')] : []),
    ];
  });

/** How many of the standard resources do not go with a scope; upstream says so for each. */
const misfits = (scope: string, hard: Loose): number =>
  Object.keys(hard ?? {}).filter(
    (name) => isStandardQuotaResource(name) && !(scopes[scope]?.has(name) ?? true),
  ).length;

function validateScopes(spec: Loose, path: string): Check {
  const list = each(spec.scopes);
  const wrong = (why: string) => invalid(path, list, why);
  return [
    ...list.flatMap((scope) => [
      ...(scopes[scope] ? [] : [wrong('unsupported scope')]),
      ...Array.from({ length: misfits(scope, spec.hard) }, () =>
        wrong('unsupported scope applied to resource'),
      ),
    ]),
    ...conflicts.flatMap((pair) =>
      pair.every((scope) => list.includes(scope)) ? [wrong('conflicting scopes')] : [],
    ),
  ];
}

function validateOperator({ operator = '', values }: Loose, path: string): Check {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values?.length
        ? []
        : [
            required(
              `${path}.values`,
              "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
            ),
          ];
    case 'Exists':
    case 'DoesNotExist':
      return values?.length
        ? [
            invalid(
              `${path}.values`,
              values,
              "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
            ),
          ]
        : [];
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
  }
}

function validateSelector(spec: Loose, path: string): Check {
  const list = each(spec.scopeSelector?.matchExpressions);
  return [
    ...onEach(list, path, (expression) => {
      const { scopeName = '', operator = '' } = expression;
      return [
        ...(scopes[scopeName]
          ? []
          : [invalid(`${path}.scopeName`, scopeName, 'unsupported scope')]),
        ...Array.from({ length: misfits(scopeName, spec.hard) }, () =>
          invalid(path, spec.scopeSelector, 'unsupported scope applied to resource'),
        ),
        ...(existsOnly.has(scopeName) && operator !== 'Exists'
          ? [
              invalid(
                `${path}.operator`,
                operator,
                "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
              ),
            ]
          : []),
        ...validateOperator(expression, path),
      ];
    }),
    ...conflicts.flatMap((pair) =>
      pair.every((scope) => list.some(({ scopeName }) => scopeName === scope))
        ? [invalid(path, spec.scopes ?? null, 'conflicting scopes')]
        : [],
    ),
  ];
}

const validateStatus = (quota: KubeObject): Check => [
  ...validateAmounts(quota['status']?.hard, 'status.hard'),
  ...validateAmounts(quota['status']?.used, 'status.used'),
];

function validateSpec(spec: Loose): Check {
  return [
    ...validateAmounts(spec.hard, 'spec.hard'),
    ...validateScopes(spec, 'spec.scopes'),
    ...validateSelector(spec, 'spec.scopeSelector.matchExpressions'),
  ];
}

export const validateResourceQuota = (quota: KubeObject): Check => [
  ...validateSpec(quota['spec'] ?? {}),
  ...validateStatus(quota),
];

const scopesOf = (quota: KubeObject): string => [...each(quota['spec']?.scopes)].sort().join();

export function validateResourceQuotaUpdate(
  next: KubeObject,
  old: KubeObject,
  { subresource }: KindContext,
): Check {
  if (subresource === 'status') return validateStatus(next);
  return [
    ...validateSpec(next['spec'] ?? {}),
    ...(scopesOf(next) === scopesOf(old)
      ? []
      : [invalid('spec.scopes', next['spec']?.scopes ?? null, 'field is immutable')]),
  ];
}
