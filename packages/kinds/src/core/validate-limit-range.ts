import {
  fieldErrors,
  isQualifiedName,
  type KubeObject,
  parseQuantity,
} from '@dormice/apimachinery';
import { type Check, follows, onEach } from '../checks.ts';
import type { Loose } from '../loose.ts';
import { isNative, validateContainerResourceName, validateResourceName } from './resource-names.ts';

const { duplicate, forbidden, invalid, required } = fieldErrors;

const types = ['Pod', 'Container', 'PersistentVolumeClaim'];
type Amounts = Readonly<Record<string, string>>;

function validateType(type: string, path: string): Check {
  const errors = follows(path, type, isQualifiedName);
  if (errors.length > 0 || type.includes('/') || types.includes(type)) return errors;
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

const compare = (a: string, b: string): number => parseQuantity(a).compare(parseQuantity(b));

/** What may not be above what: both fields, where it is reported, with which value, and in which words. */
const order: readonly {
  low: string;
  high: string;
  at: string;
  value: 'low' | 'high';
  text: (low: string, high: string) => string;
}[] = [
  {
    low: 'min',
    high: 'max',
    at: 'min',
    value: 'low',
    text: (low, high) => `min value ${low} is greater than max value ${high}`,
  },
  {
    low: 'min',
    high: 'defaultRequest',
    at: 'defaultRequest',
    value: 'high',
    text: (low, high) => `min value ${low} is greater than default request value ${high}`,
  },
  {
    low: 'defaultRequest',
    high: 'max',
    at: 'defaultRequest',
    value: 'low',
    text: (low, high) => `default request value ${low} is greater than max value ${high}`,
  },
  {
    low: 'defaultRequest',
    high: 'default',
    at: 'defaultRequest',
    value: 'low',
    text: (low, high) => `default request value ${low} is greater than default limit value ${high}`,
  },
  {
    low: 'min',
    high: 'default',
    at: 'default',
    value: 'low',
    text: (low, high) => `min value ${low} is greater than default value ${high}`,
  },
  {
    low: 'default',
    high: 'max',
    at: 'default',
    value: 'high',
    text: (low, high) => `default value ${low} is greater than max value ${high}`,
  },
];

function validateRatio(item: Loose, name: string, at: string): Check {
  const ratio = item.maxLimitRequestRatio?.[name];
  if (ratio === undefined) return [];
  const path = `${at}.maxLimitRequestRatio[${name}]`;
  const amount = (quantity: string) => Number(parseQuantity(String(quantity)).milliValue());
  const [low, high] = [item.min?.[name], item.max?.[name]];
  const most = low === undefined || high === undefined ? undefined : amount(high) / amount(low);
  return [
    ...(amount(ratio) < 1000 ? [invalid(path, ratio, `ratio ${ratio} is less than 1`)] : []),
    ...(most !== undefined && amount(ratio) / 1000 > most
      ? [invalid(path, ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`)]
      : []),
  ];
}

function validateOrder(item: Loose, name: string, at: string): Check {
  const errors = order.flatMap((rule) => {
    const [low, high] = [item[rule.low]?.[name], item[rule.high]?.[name]];
    if (low === undefined || high === undefined || compare(low, high) <= 0) return [];
    return [
      invalid(`${at}.${rule.at}[${name}]`, rule.value === 'low' ? low : high, rule.text(low, high)),
    ];
  });
  const [wanted, given] = [item.default?.[name], item.defaultRequest?.[name]];
  const exact = !isNative(name) || name.startsWith('hugepages-');
  if (exact && wanted !== undefined && given !== undefined && compare(wanted, given) !== 0)
    return [
      ...errors,
      ...validateRatio(item, name, at),
      invalid(
        `${at}.defaultRequest[${name}]`,
        given,
        `default value ${wanted} must equal to defaultRequest value ${given} in ${name}`,
      ),
    ];
  return [...errors, ...validateRatio(item, name, at)];
}

function validateItem(item: Loose, at: string): Check {
  const { type = '' } = item;
  const nameCheck = ['Pod', 'Container'].includes(type)
    ? validateContainerResourceName
    : validateResourceName;
  const names = (field: string): Check =>
    Object.keys((item[field] ?? {}) as Amounts).flatMap((name) =>
      nameCheck(name, `${at}.${field}[${name}]`),
    );
  const defaults = (field: string): Check => {
    if (type !== 'Pod') return names(field);
    return Object.keys(item[field] ?? {}).length > 0
      ? [forbidden(`${at}.${field}`, "may not be specified when `type` is 'Pod'")]
      : [];
  };
  const fields = ['max', 'min', ...(type === 'Pod' ? [] : ['default', 'defaultRequest'])];
  const all = [...fields, 'maxLimitRequestRatio'].flatMap((field) =>
    Object.keys(item[field] ?? {}),
  );
  const known = type === 'Pod' ? { ...item, default: undefined, defaultRequest: undefined } : item;
  return [
    ...names('max'),
    ...names('min'),
    ...defaults('default'),
    ...defaults('defaultRequest'),
    ...(type === 'PersistentVolumeClaim' && !item.min?.storage && !item.max?.storage
      ? [
          required(
            `${at}.limits`,
            'either minimum or maximum storage value is required, but neither was provided',
          ),
        ]
      : []),
    ...names('maxLimitRequestRatio'),
    ...[...new Set(all)].flatMap((name) => validateOrder(known, name, at)),
  ];
}

export function validateLimitRange(range: KubeObject): Check {
  const seen = new Set<string>();
  return onEach(range['spec']?.limits, 'spec.limits', (item, at) => {
    const { type = '' } = item;
    const again = seen.has(type);
    seen.add(type);
    return [
      ...validateType(type, `${at}.type`),
      ...(again ? [duplicate(`${at}.type`, type)] : []),
      ...validateItem(item, at),
    ];
  });
}
