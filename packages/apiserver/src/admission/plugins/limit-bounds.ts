import { parseQuantity } from '@dormice/apimachinery';

export type Amounts = Record<string, string>;

/** Resources of a container or a pod. */
export interface Needs {
  requests?: Amounts;
  limits?: Amounts;
}

/** One element of a LimitRange. */
export interface LimitItem {
  type: string;
  default?: Amounts;
  defaultRequest?: Amounts;
  min?: Amounts;
  max?: Amounts;
  maxLimitRequestRatio?: Amounts;
}

/** What breaks the bounds, in upstream's words. Of claims only what they ask for counts. */
export function outOfBounds(item: LimitItem, needs: Needs): string[] {
  const { type, min = {}, max = {}, maxLimitRequestRatio = {} } = item;
  const onlyRequests = type === 'PersistentVolumeClaim';
  const check = (bounds: Amounts, judge: Judge): string[] =>
    Object.entries(bounds).flatMap(([name, bound]) => judge(type, name, bound, needs) ?? []);
  return [
    ...check(min, belowMinimum),
    ...check(max, onlyRequests ? requestAboveMaximum : aboveMaximum),
    ...(onlyRequests ? [] : check(maxLimitRequestRatio, aboveRatio)),
  ];
}

type Judge = (type: string, name: string, bound: string, needs: Needs) => string | undefined;

const isLess = (a: string, b: string): boolean => parseQuantity(a).compare(parseQuantity(b)) < 0;

const show = (amount: string): string => parseQuantity(amount).toString();

const belowMinimum: Judge = (type, name, bound, { requests, limits }) => {
  const text = `minimum ${name} usage per ${type} is ${show(bound)}`;
  const request = requests?.[name];
  const limit = limits?.[name];
  if (request === undefined) return `${text}.  No request is specified`;
  if (isLess(request, bound)) return `${text}, but request is ${show(request)}`;
  if (limit !== undefined && isLess(limit, bound)) return `${text}, but limit is ${show(limit)}`;
  return undefined;
};

const requestAboveMaximum: Judge = (type, name, bound, { requests }) => {
  const text = `maximum ${name} usage per ${type} is ${show(bound)}`;
  const request = requests?.[name];
  if (request === undefined) return `${text}.  No request is specified`;
  return isLess(bound, request) ? `${text}, but request is ${show(request)}` : undefined;
};

const aboveMaximum: Judge = (type, name, bound, { requests, limits }) => {
  const text = `maximum ${name} usage per ${type} is ${show(bound)}`;
  const request = requests?.[name];
  const limit = limits?.[name];
  if (limit === undefined) return `${text}.  No limit is specified`;
  if (isLess(bound, limit)) return `${text}, but limit is ${show(limit)}`;
  if (request !== undefined && isLess(bound, request))
    return `${text}, but request is ${show(request)}`;
  return undefined;
};

const isNothing = (amount: string | undefined): boolean =>
  amount === undefined || parseQuantity(amount).sign === 0;

const aboveRatio: Judge = (type, name, bound, { requests, limits }) => {
  const text = `${name} max limit to request ratio per ${type} is ${show(bound)}`;
  const request = requests?.[name];
  const limit = limits?.[name];
  if (isNothing(request)) return `${text}, but no request is specified or request is 0`;
  if (isNothing(limit)) return `${text}, but no limit is specified or limit is 0`;
  const ratio =
    Number(parseQuantity(limit ?? '0').milliValue()) /
    Number(parseQuantity(request ?? '1').milliValue());
  // Compared in thousandths of the bound, which are rounded up.
  const isAbove = ratio * 1000 > Number(parseQuantity(bound).milliValue());
  return isAbove ? `${text}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
};
