import { type KubeObject, parseQuantity, type Quantity } from '@dormice/apimachinery';
import { type Amounts, one } from './amounts.ts';
import type { Evaluator } from './evaluator.ts';
import { choosesClass, type ScopeSelector } from './scopes.ts';

const plain = ['persistentvolumeclaims', 'requests.storage'];
const ofClass = '.storageclass.storage.k8s.io/';

/** Claims and their storage, of all classes and of each. */
export const claimEvaluator: Evaluator = {
  handles({ operation, subresource, object, oldObject }) {
    if (subresource === '') return operation === 'CREATE' || operation === 'UPDATE';
    return subresource === 'status' && object !== undefined && changesUsage(object, oldObject);
  },
  measures: (name) =>
    name === 'count/persistentvolumeclaims' ||
    plain.some((one) => name === one || name.endsWith(`${ofClass}${one}`)),
  inScope,
  usage,
};

const allocated = (claim: KubeObject | undefined): string =>
  String(claim?.['status']?.allocatedResources?.storage ?? '0');

const changesUsage = (object: KubeObject, old: KubeObject | undefined): boolean =>
  allocated(object) !== allocated(old) ||
  classesOf(object).join() !== (old ? classesOf(old).join() : '');

/** Volume attributes classes that a claim has, wants, or is on its way to. */
const classesOf = ({ spec, status }: KubeObject): string[] => [
  ...new Set(
    [
      spec?.volumeAttributesClassName,
      status?.currentVolumeAttributesClassName,
      status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
    ].filter((name) => typeof name === 'string' && name !== ''),
  ),
];

function inScope(selector: ScopeSelector, claim: KubeObject): boolean {
  if (selector.scopeName !== 'VolumeAttributesClass') return false;
  const classes = classesOf(claim);
  if (classes.length === 0) return choosesClass(selector, undefined);
  return classes.some((name) => choosesClass(selector, name));
}

/** Whole bytes. */
const whole = (text: string): Quantity => {
  const amount = parseQuantity(text);
  const exact = amount.nano % 1_000_000_000n === 0n;
  return exact ? amount : parseQuantity(amount.value().toString());
};

function usage(claim: KubeObject): Amounts {
  const { spec, metadata } = claim;
  const amounts = new Map([
    ['persistentvolumeclaims', one],
    ['count/persistentvolumeclaims', one],
  ]);
  const asked: unknown = spec?.resources?.requests?.storage;
  if (asked !== undefined) {
    const [wanted, given] = [whole(String(asked)), whole(allocated(claim))];
    amounts.set('requests.storage', given.compare(wanted) > 0 ? given : wanted);
  }
  const name: string =
    metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ??
    spec?.storageClassName ??
    '';
  if (name === '') return amounts;
  for (const key of plain) {
    const amount = amounts.get(key);
    if (amount) amounts.set(`${name}${ofClass}${key}`, amount);
  }
  return amounts;
}
