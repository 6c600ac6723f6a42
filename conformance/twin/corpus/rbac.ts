import { get, inNamespace, post, quiet, remove, theme } from './steps.ts';

const as = (user: string, groups: string[] = []) => ({
  headers: {
    'impersonate-user': user,
    ...(groups.length > 0 ? { 'impersonate-group': groups.join(',') } : {}),
  },
});
const roles = inNamespace('roles', 'rbac.authorization.k8s.io');
const bindings = inNamespace('rolebindings', 'rbac.authorization.k8s.io');
const rule = { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] };

/** What others may, and may not give. */
export const rbac = theme('rbac', {
  'as somebody else': [
    get('/api/v1/namespaces/twin/pods', as('nobody')),
    get('/api/v1/namespaces/twin/pods/x', as('nobody')),
    get('/api/v1/nodes', as('nobody')),
    get('/apis/apps/v1/namespaces/twin/deployments/x/scale', as('nobody')),
    post('/api/v1/namespaces/twin/pods', {}, as('nobody')),
    remove('/api/v1/namespaces/twin/configmaps', as('nobody')),
    get('/metrics', as('nobody')),
    get('/version', as('nobody', ['system:authenticated'])),
    get('/api/v1/nodes', as('system:anonymous')),
    get('/api/v1/namespaces/twin/pods?watch=1', as('nobody')),
  ],
  escalation: [
    post(
      roles,
      {
        metadata: { name: 'rbac' },
        rules: [
          rule,
          { apiGroups: ['rbac.authorization.k8s.io'], resources: ['*'], verbs: ['create'] },
        ],
      },
      quiet,
    ),
    post(
      bindings,
      {
        metadata: { name: 'rbac' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'rbac' },
        subjects: [{ kind: 'User', name: 'rita', apiGroup: 'rbac.authorization.k8s.io' }],
      },
      quiet,
    ),
    get(`${inNamespace('configmaps')}/x`, { ...as('rita'), until: 'code', quiet: true }),
    post(`${roles}?dryRun=All`, { metadata: { name: 'r2' }, rules: [rule] }, as('rita')),
    post(
      `${roles}?dryRun=All`,
      {
        metadata: { name: 'r2' },
        rules: [{ apiGroups: [''], resources: ['secrets', 'pods'], verbs: ['get', '*'] }],
      },
      as('rita'),
    ),
    post(
      `${bindings}?dryRun=All`,
      {
        metadata: { name: 'b2' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
        subjects: [{ kind: 'User', name: 'rita', apiGroup: 'rbac.authorization.k8s.io' }],
      },
      as('rita'),
    ),
    remove(`${bindings}/rbac`, quiet),
    remove(`${roles}/rbac`, quiet),
  ],
});
