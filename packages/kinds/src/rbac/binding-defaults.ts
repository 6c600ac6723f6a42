import type { KubeObject } from '@dormice/apimachinery';
import { each } from '../loose.ts';

const group = 'rbac.authorization.k8s.io';

/** API groups of the role and of users and groups; a service account is in the core group. */
export function bindingDefaults(binding: KubeObject): void {
  if (binding['roleRef']) binding['roleRef'].apiGroup ||= group;
  for (const subject of each(binding['subjects']))
    if (!subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group'))
      subject.apiGroup = group;
}
