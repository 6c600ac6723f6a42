import { deepEqual, fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { between, type Check, isAbsent } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { fixedSpecOf } from './mandatory.ts';
import { validateConditionTypes } from './validate-condition-types.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

const mostQueues = 10_000_000;
/** Bits of the hash that deals queues to flows. */
const hashBits = 60;

/** Bits that choosing a hand of so many queues takes. */
const entropyBits = (queues: number, hand: number): number => Math.ceil(Math.log2(queues) * hand);

const positive = (path: string, value: number): Check =>
  value > 0 ? [] : [invalid(path, value, 'must be positive')];

function validateHand(hand: number, queues: number, path: string): Check {
  if (hand <= 0) return positive(path, hand);
  if (hand > queues) return [invalid(path, hand, `should not be greater than queues (${queues})`)];
  return entropyBits(queues, hand) > hashBits
    ? [
        invalid(
          path,
          hand,
          `required entropy bits of deckSize ${queues} and handSize ${hand} should not be greater than ${hashBits}`,
        ),
      ]
    : [];
}

function validateQueuing(queuing: Loose, path: string): Check {
  const { queueLengthLimit = 0, queues = 0, handSize = 0 } = queuing;
  return [
    ...positive(`${path}.queueLengthLimit`, queueLengthLimit),
    ...positive(`${path}.queues`, queues),
    ...(queues > mostQueues
      ? [invalid(`${path}.queues`, queues, `must not be greater than ${mostQueues}`)]
      : []),
    ...validateHand(handSize, queues, `${path}.handSize`),
  ];
}

function validateResponse({ type = '', queuing }: Loose, path: string): Check {
  const at = `${path}.queuing`;
  switch (type) {
    case 'Reject':
      return queuing
        ? [forbidden(at, 'must be nil if limited.limitResponse.type is not Limited')]
        : [];
    case 'Queue':
      return queuing
        ? validateQueuing(queuing, at)
        : [required(at, 'must not be empty if limited.limitResponse.type is Limited')];
    default:
      return [notSupported(`${path}.type`, type, ['Queue', 'Reject'])];
  }
}

const shares = (value: Loose, path: string): Check =>
  !isAbsent(value) && value < 0 ? [invalid(path, value, 'must be a non-negative integer')] : [];

const validateLimited = (limited: Loose, path: string): Check => [
  ...shares(limited.nominalConcurrencyShares, `${path}.nominalConcurrencyShares`),
  ...validateResponse(limited.limitResponse ?? {}, `${path}.limitResponse`),
  ...between(`${path}.lendablePercent`, limited.lendablePercent, 0, 100),
  ...(!isAbsent(limited.borrowingLimitPercent) && limited.borrowingLimitPercent < 0
    ? [
        invalid(
          `${path}.borrowingLimitPercent`,
          limited.borrowingLimitPercent,
          'if specified, must be a non-negative integer',
        ),
      ]
    : []),
];

const validateExempt = (exempt: Loose, path: string): Check => [
  ...shares(exempt.nominalConcurrencyShares, `${path}.nominalConcurrencyShares`),
  ...between(`${path}.lendablePercent`, exempt.lendablePercent, 0, 100),
];

function validateType(spec: Loose): Check {
  const { type = '', limited, exempt } = spec;
  switch (type) {
    case 'Exempt':
      return [
        ...(limited ? [forbidden('spec.limited', 'must be nil if the type is not Limited')] : []),
        ...(exempt ? validateExempt(exempt, 'spec.exempt') : []),
      ];
    case 'Limited':
      return [
        ...(exempt ? [forbidden('spec.exempt', 'must be nil if the type is Limited')] : []),
        ...(limited
          ? validateLimited(limited, 'spec.limited')
          : [required('spec.limited', 'must not be empty when type is Limited')]),
      ];
    default:
      return [notSupported('spec.type', type, ['Exempt', 'Limited'])];
  }
}

/** What the server itself rests on stays as it is, but for how much the exempt level takes. */
function validateFixed(level: KubeObject, spec: Loose): Check {
  const fixed = fixedSpecOf(level);
  if (!fixed) return [];
  const { name } = level.metadata;
  const isExempt = name === 'exempt';
  const have = isExempt ? { ...spec, exempt: fixed.exempt } : spec;
  if (deepEqual(have, fixed)) return [];
  const part = isExempt ? " except the 'spec.exempt' field" : '';
  return [invalid('spec', spec, `spec of '${name}'${part} must equal the fixed value`)];
}

export function validatePriorityLevel(level: KubeObject): Check {
  const { spec = {} } = level as KubeObject[string];
  const isExempt = level.metadata.name === 'exempt';
  return [
    ...(isExempt !== (spec.type === 'Exempt')
      ? [
          invalid(
            'spec.type',
            spec.type ?? '',
            "must be 'Exempt' if and only if `name` is 'exempt'",
          ),
        ]
      : []),
    ...validateType(spec),
    ...validateFixed(level, spec),
    ...validateConditionTypes(level),
  ];
}

export const validatePriorityLevelUpdate = (
  next: KubeObject,
  _old: KubeObject,
  { subresource }: KindContext,
): Check => (subresource === 'status' ? validateConditionTypes(next) : validatePriorityLevel(next));
