import type { KubeObject, Quantity } from '@dormice/apimachinery';
import type { AdmissionAttributes } from '../../api-server.ts';
import { type Amounts, one } from './amounts.ts';
import { claimEvaluator } from './claim-evaluator.ts';
import { deviceClaimEvaluator } from './device-claim-evaluator.ts';
import { podEvaluator } from './pod-evaluator.ts';
import type { ScopeSelector } from './scopes.ts';
import { serviceEvaluator } from './service-evaluator.ts';

/** How quotas measure the objects of one resource. */
export interface Evaluator {
  /** Does this request change what is used? */
  handles(attributes: AdmissionAttributes): boolean;
  /** Is it an amount of these objects? */
  measures(name: string): boolean;
  inScope(selector: ScopeSelector, object: KubeObject): boolean;
  /** @param now when it is given, pods that should be gone count no longer */
  usage(object: KubeObject, now?: Date): Amounts;
  /** What a quota of these names wants to know and the object does not say. */
  missing?(names: readonly string[], object: KubeObject): string | undefined;
}

/** Resources that are counted under a name of their own too. */
const aliases: Record<string, string> = {
  '/configmaps': 'configmaps',
  '/resourcequotas': 'resourcequotas',
  '/replicationcontrollers': 'replicationcontrollers',
  '/secrets': 'secrets',
};

const special: Record<string, Evaluator> = {
  '/pods': podEvaluator,
  '/services': serviceEvaluator,
  '/persistentvolumeclaims': claimEvaluator,
  'resource.k8s.io/resourceclaims': deviceClaimEvaluator,
};

const isNew = ({ operation, subresource }: AdmissionAttributes): boolean =>
  operation === 'CREATE' && subresource === '';

function counter(group: string, resource: string): Evaluator {
  const names = [`count/${group === '' ? resource : `${resource}.${group}`}`];
  const alias = aliases[`${group}/${resource}`];
  if (alias !== undefined) names.push(alias);
  const amounts: Amounts = new Map(names.map((name): [string, Quantity] => [name, one]));
  return {
    handles: isNew,
    measures: (name) => names.includes(name),
    inScope: () => false,
    usage: () => amounts,
  };
}

/** Resources that are no objects in a namespace, and events, which were never counted. */
const ignored = new Set([
  '/bindings',
  '/componentstatuses',
  '/events',
  'authentication.k8s.io/selfsubjectreviews',
  'authentication.k8s.io/tokenreviews',
  'authorization.k8s.io/localsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
  'authorization.k8s.io/subjectaccessreviews',
  'events.k8s.io/events',
]);

/** Nothing for what no quota counts. */
export function evaluatorOf(group: string, resource: string): Evaluator | undefined {
  const key = `${group}/${resource}`;
  if (ignored.has(key)) return undefined;
  return special[key] ?? counter(group, resource);
}
