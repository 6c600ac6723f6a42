import type { KubeObject } from '@dormice/apimachinery';
import type { UserInfo } from '@dormice/client';
import { prefixRange } from '@dormice/storage';
import { cacheOf, type ServerContext } from '../context.ts';
import { keyPrefix } from '../registry/keys.ts';
import type { PolicyRule } from './rule.ts';

const group = 'rbac.authorization.k8s.io';
const prefixes = {
  roles: keyPrefix({ group, resource: 'roles' }),
  clusterroles: keyPrefix({ group, resource: 'clusterroles' }),
  rolebindings: keyPrefix({ group, resource: 'rolebindings' }),
  clusterrolebindings: keyPrefix({ group, resource: 'clusterrolebindings' }),
};
const groupPrefix = `/${group}/`;

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

interface Binding {
  name: string;
  namespace: string;
  subjects: Subject[];
  role: { kind: string; name: string };
}

/** The cluster's RBAC objects in the form that decisions need; read at first use, dropped when one changes. */
interface Policy {
  rules: Map<string, PolicyRule[]>;
  clusterBindings: Binding[];
  bindings: Map<string, Binding[]>;
}

interface Cache {
  policy: Policy | undefined;
}

const key = Symbol('rbac');
const decoder = new TextDecoder();

function policyOf(context: ServerContext): Policy {
  const cache = cacheOf<Cache>(context, key, () => {
    const made: Cache = { policy: undefined };
    context.store.subscribe((event) => {
      if (event.key.startsWith(groupPrefix)) made.policy = undefined;
    });
    return made;
  });
  cache.policy ??= read(context);
  return cache.policy;
}

function read(context: ServerContext): Policy {
  const objects = (prefix: string): KubeObject[] =>
    context.store
      .list(prefixRange(prefix))
      .entries.map(({ value }) => JSON.parse(decoder.decode(value)) as KubeObject);
  const rules = new Map<string, PolicyRule[]>();
  for (const role of objects(prefixes.clusterroles)) {
    rules.set(`ClusterRole//${role.metadata.name}`, role['rules'] ?? []);
  }
  for (const role of objects(prefixes.roles)) {
    rules.set(`Role/${role.metadata.namespace}/${role.metadata.name}`, role['rules'] ?? []);
  }
  const bindings = new Map<string, Binding[]>();
  for (const object of objects(prefixes.rolebindings)) {
    const binding = bindingOf(object);
    bindings.set(binding.namespace, [...(bindings.get(binding.namespace) ?? []), binding]);
  }
  return { rules, bindings, clusterBindings: objects(prefixes.clusterrolebindings).map(bindingOf) };
}

const bindingOf = (object: KubeObject): Binding => ({
  name: object.metadata.name ?? '',
  namespace: object.metadata.namespace ?? '',
  subjects: object['subjects'] ?? [],
  role: object['roleRef'],
});

/** Is the user one of the subjects? A service account without a namespace is of the binding's own. */
function isSubject(user: UserInfo, subject: Subject, namespace: string): boolean {
  switch (subject.kind) {
    case 'User':
      return subject.name === user.username;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount':
      return (
        user.username === `system:serviceaccount:${subject.namespace || namespace}:${subject.name}`
      );
    default:
      return false;
  }
}

export interface GrantedRules {
  rules: PolicyRule[];
  /** Which binding gives them, for reasons and audit. */
  binding: string;
}

/** All rules that a user has: of the cluster, and of one namespace (`''`: none). */
export function* rulesFor(
  context: ServerContext,
  user: UserInfo,
  namespace: string,
): Generator<GrantedRules> {
  const policy = policyOf(context);
  for (const { name, namespace: own, subjects, role } of policy.clusterBindings) {
    if (!subjects.some((subject) => isSubject(user, subject, own))) continue;
    const rules = policy.rules.get(`ClusterRole//${role.name}`);
    const binding = `RBAC: allowed by ClusterRoleBinding ${JSON.stringify(name)} of ClusterRole ${JSON.stringify(role.name)} to ${user.username}`;
    if (rules) yield { rules, binding };
  }
  if (namespace === '') return;
  for (const { name, subjects, role } of policy.bindings.get(namespace) ?? []) {
    if (!subjects.some((subject) => isSubject(user, subject, namespace))) continue;
    const rules = roleRules(policy, role, namespace);
    const binding = `RBAC: allowed by RoleBinding ${JSON.stringify(`${name}/${namespace}`)} of ${role.kind} ${JSON.stringify(role.name)} to ${user.username}`;
    if (rules) yield { rules, binding };
  }
}

function roleRules(
  policy: Policy,
  role: Binding['role'],
  namespace: string,
): PolicyRule[] | undefined {
  return policy.rules.get(
    role.kind === 'ClusterRole' ? `ClusterRole//${role.name}` : `Role/${namespace}/${role.name}`,
  );
}

/** Everything that a user may do in a namespace, as a flat list. */
export function allRules(context: ServerContext, user: UserInfo, namespace: string): PolicyRule[] {
  return [...rulesFor(context, user, namespace)].flatMap(({ rules }) => rules);
}
