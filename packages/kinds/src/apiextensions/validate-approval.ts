import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import type { Check } from '../checks.ts';

const { invalid, required } = fieldErrors;

const annotation = 'api-approved.kubernetes.io';
const see = 'see https://github.com/kubernetes/enhancements/pull/1111';

const isProtected = (group: unknown): boolean => /(^|\.)(k8s|kubernetes)\.io$/.test(String(group));

type Approval = 'missing' | 'bypassed' | 'approved' | 'invalid';

function approvalOf(crd: KubeObject): Approval {
  const text = crd.metadata.annotations?.[annotation] ?? '';
  if (text === '') return 'missing';
  if (text.startsWith('unapproved')) return 'bypassed';
  return URL.canParse(text) && new URL(text).host !== '' ? 'approved' : 'invalid';
}

/** Groups of the Kubernetes community need an approval, or the word that there is none. */
export function validateApproval(crd: KubeObject, old: KubeObject | undefined): Check {
  if (!isProtected(crd['spec']?.group)) return [];
  const approval = approvalOf(crd);
  if (old && approvalOf(old) === approval) return [];
  const path = `metadata.annotations[${annotation}]`;
  const must = `protected groups must have approval annotation "${annotation}"`;
  if (approval === 'missing') return [required(path, `${must}, ${see}`)];
  if (approval !== 'invalid') return [];
  const why = `${must} with either a URL or a reason starting with "unapproved", ${see}`;
  return [invalid(path, crd.metadata.annotations?.[annotation], why)];
}
