import type { Script } from '../script.ts';
import { admission } from './admission.ts';
import { admissionOfObjects } from './admission-objects.ts';
import { admissionOfPods } from './admission-pods.ts';
import { admissionOfPolicies } from './admission-policies.ts';
import { admissionOfQuotas } from './admission-quotas.ts';
import { admissionOfSecurity } from './admission-security.ts';
import { custom } from './custom.ts';
import { deletions } from './deletions.ts';
import { negotiation } from './negotiation.ts';
import { patches } from './patches.ts';
import { paths } from './paths.ts';
import { rbac } from './rbac.ts';
import { reads } from './reads.ts';
import { reviews } from './reviews.ts';
import { subresources } from './subresources.ts';

/** Scripts written by hand, a file a theme. */
export const corpus: readonly Script[] = [
  ...patches,
  ...reads,
  ...deletions,
  ...negotiation,
  ...paths,
  ...subresources,
  ...reviews,
  ...custom,
  ...admission,
  ...admissionOfPods,
  ...admissionOfObjects,
  ...admissionOfPolicies,
  ...admissionOfSecurity,
  ...admissionOfQuotas,
  ...rbac,
];
