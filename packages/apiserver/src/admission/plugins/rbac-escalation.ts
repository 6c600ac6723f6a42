import { errors, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources, type UserInfo } from '@dormice/client';
import type { AdmissionAttributes, AdmissionPlugin } from '../../api-server.ts';
import { allows, covers, describeRule, type PolicyRule } from '../../authorize/rule.ts';

const group = 'rbac.authorization.k8s.io';
const roles = { group, version: 'v1', resource: 'roles', kind: 'Role', namespaced: true } as const;
const rulesReviews = {
  group: 'authorization.k8s.io',
  version: 'v1',
  resource: 'selfsubjectrulesreviews',
  kind: 'SelfSubjectRulesReview',
  namespaced: false,
} as const;

const superusers = 'system:masters';

/** Nobody gives away rights that they have not: roles and bindings are checked against the writer's own. */
export const rbacEscalation: AdmissionPlugin = {
  name: 'RBACEscalation',
  async validate(attributes, client) {
    const { operation, user, object, oldObject } = attributes;
    if (attributes.group !== group || !object) return;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return;
    if (user.groups.includes(superusers)) return;
    const isRole = attributes.resource === 'roles' || attributes.resource === 'clusterroles';
    const wanted = isRole
      ? ((object['rules'] ?? []) as PolicyRule[])
      : await rulesOf(object, attributes.namespace, client);
    const before = (oldObject?.['rules'] ?? []) as PolicyRule[];
    if (isRole && JSON.stringify(before) === JSON.stringify(wanted) && oldObject) return;
    const owned = await ownRules(client, user, attributes.namespace);
    if (mayDespite(owned, attributes, isRole ? 'escalate' : 'bind', object)) return;
    const missing = wanted.filter((rule) => !covers(owned, rule));
    if (missing.length === 0) return;
    throw errors.forbidden(
      { group, resource: attributes.resource },
      object.metadata.name ?? '',
      `user ${JSON.stringify(user.username)} (groups=[${user.groups.map((name) => JSON.stringify(name)).join(' ')}]) is attempting to grant RBAC permissions not currently held:\n${missing.map(describeRule).join('\n')}`,
    );
  },
};

async function rulesOf(
  binding: KubeObject,
  namespace: string,
  client: Client,
): Promise<PolicyRule[]> {
  const { kind, name } = binding['roleRef'] ?? {};
  const role =
    kind === 'ClusterRole'
      ? await client.get(resources.clusterroles, name)
      : await client.get(roles, name, { namespace });
  return (role['rules'] ?? []) as PolicyRule[];
}

/** The verbs `escalate` and `bind` on the role lift the check. */
function mayDespite(
  owned: readonly PolicyRule[],
  attributes: AdmissionAttributes,
  verb: 'escalate' | 'bind',
  object: KubeObject,
): boolean {
  const resource =
    verb === 'bind'
      ? object['roleRef']?.kind === 'ClusterRole'
        ? 'clusterroles'
        : 'roles'
      : attributes.resource;
  const name: string =
    verb === 'bind' ? (object['roleRef']?.name ?? '') : (object.metadata.name ?? '');
  return owned.some((rule) =>
    allows(rule, { verb, isResource: true, group, resource, subresource: '', name, path: '' }),
  );
}

/** What the writer may do, asked of the server itself in the writer's name. */
async function ownRules(client: Client, user: UserInfo, namespace: string): Promise<PolicyRule[]> {
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    metadata: {},
    spec: { namespace: namespace || 'default' },
  };
  const response = await client.transport.request({
    method: 'POST',
    path: `/apis/${rulesReviews.group}/v1/${rulesReviews.resource}`,
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(review)),
    user,
  });
  if (!(response.body instanceof Uint8Array) || response.status !== 201) return [];
  const { status } = JSON.parse(new TextDecoder().decode(response.body)) as KubeObject;
  return [...(status.resourceRules ?? []), ...(status.nonResourceRules ?? [])] as PolicyRule[];
}
