import { deepEqual, errors, type KubeObject, type StatusError } from '@dormice/apimachinery';
import type { AdmissionAttributes } from '../api-server.ts';
import type { ServerContext } from '../context.ts';
import { keyOf } from '../registry/keys.ts';
import { authorize } from './authorize.ts';
import { allRules } from './rbac.ts';
import { covers, describeRule, type PolicyRule, singles } from './rule.ts';

const group = 'rbac.authorization.k8s.io';
const decoder = new TextDecoder();

const everything: PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

const roleResources = new Set(['roles', 'clusterroles']);

/**
 * Nobody gives away rights that they have not. A role or binding of the cluster is measured against what the writer may
 * do in the whole cluster; one of a namespace, against what holds there.
 *
 * @throws StatusError 403; 404 for a binding to a role that is not there
 */
export async function checkEscalation(
  context: ServerContext,
  attributes: AdmissionAttributes,
): Promise<void> {
  const { user, object, oldObject, operation } = attributes;
  if (attributes.group !== group || !object || operation === 'DELETE') return;
  if (user.groups.includes('system:masters')) return;
  if (oldObject && changesLifetimeOnly(object, oldObject)) return;
  const isRole = roleResources.has(attributes.resource);
  if (await mayDespite(context, attributes, isRole, object)) return;
  const wanted: PolicyRule[] = isRole
    ? (object['rules'] ?? [])
    : boundRules(context, attributes, object);
  const owned = allRules(context, user, attributes.namespace);
  const missing = wanted.flatMap(singles).filter((rule) => !covers(owned, rule));
  if (missing.length > 0) {
    const groups = user.groups.map((name) => JSON.stringify(name)).join(' ');
    throw refused(
      attributes,
      object,
      `user ${JSON.stringify(user.username)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${compact(missing).join('\n')}`,
    );
  }
  // An aggregated role may come to hold anything.
  if (!object['aggregationRule'] && !oldObject?.['aggregationRule']) return;
  if (everything.every((rule) => covers(owned, rule))) return;
  throw refused(
    attributes,
    object,
    'must have cluster-admin privileges to use the aggregationRule',
  );
}

function refused(attributes: AdmissionAttributes, object: KubeObject, why: string): StatusError {
  const { resource } = attributes;
  return errors.forbidden({ group, resource }, object.metadata.name ?? '', why);
}

/** What the garbage collector must be able to change whatever the role says. */
function changesLifetimeOnly(object: KubeObject, old: KubeObject): boolean {
  const rest = ({ metadata, ...others }: KubeObject) => {
    const { finalizers, ownerReferences, managedFields, resourceVersion, ...kept } = metadata;
    return { ...others, metadata: kept };
  };
  return deepEqual(rest(object), rest(old));
}

/** The verb `escalate` on a role, or `bind` on the role that is bound, lifts the check. */
async function mayDespite(
  context: ServerContext,
  { user, namespace, resource }: AdmissionAttributes,
  isRole: boolean,
  object: KubeObject,
): Promise<boolean> {
  const { kind, name } = object['roleRef'] ?? {};
  const target = isRole
    ? { verb: 'escalate', resource, name: object.metadata.name ?? '' }
    : { verb: 'bind', resource: kind === 'ClusterRole' ? 'clusterroles' : 'roles', name };
  const { allowed } = await authorize(context, {
    user,
    isResource: true,
    group,
    version: 'v1',
    subresource: '',
    namespace,
    path: '',
    ...target,
  });
  return allowed;
}

function boundRules(
  context: ServerContext,
  { namespace, resource }: AdmissionAttributes,
  binding: KubeObject,
): PolicyRule[] {
  const { kind, name = '' } = binding['roleRef'] ?? {};
  const key =
    kind === 'ClusterRole'
      ? keyOf({ group, resource: 'clusterroles' }, '', name)
      : keyOf({ group, resource: 'roles' }, namespace, name);
  const entry = context.store.get(key);
  // Upstream names the binding's resource here.
  if (!entry) throw errors.notFound({ group, resource }, name);
  return (JSON.parse(decoder.decode(entry.value)) as KubeObject)['rules'] ?? [];
}

/** One line for each resource or path, its verbs together. */
function compact(rules: readonly PolicyRule[]): string[] {
  const verbs = new Map<string, { rule: PolicyRule; verbs: Set<string> }>();
  for (const rule of rules) {
    const key = describeRule({ ...rule, verbs: [] });
    const line = verbs.get(key) ?? { rule, verbs: new Set() };
    for (const verb of rule.verbs) line.verbs.add(verb);
    verbs.set(key, line);
  }
  return [...verbs.values()]
    .map((line) => describeRule({ ...line.rule, verbs: [...line.verbs] }))
    .sort();
}
