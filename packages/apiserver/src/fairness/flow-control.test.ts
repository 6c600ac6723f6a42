import type { KubeObject } from '@dormice/apimachinery';
import type { UserInfo } from '@dormice/client';
import { describe, expect, it } from 'vitest';
import type { AdmissionPlugin } from '../api-server.ts';
import { testServer } from '../testing/test-server.ts';

const flowcontrol = '/apis/flowcontrol.apiserver.k8s.io/v1';
const configMaps = '/api/v1/namespaces/default/configmaps';

const somebody: UserInfo = { username: 'jane', groups: ['system:authenticated'] };

const schema = (name: string, level: string, precedence = 500): object => ({
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
  kind: 'FlowSchema',
  metadata: { name },
  spec: {
    priorityLevelConfiguration: { name: level },
    matchingPrecedence: precedence,
    distinguisherMethod: { type: 'ByUser' },
    rules: [
      {
        subjects: [{ kind: 'User', user: { name: 'jane' } }],
        resourceRules: [
          {
            verbs: ['create', 'list'],
            apiGroups: [''],
            resources: ['configmaps'],
            namespaces: ['default'],
          },
        ],
      },
    ],
  },
});

const level = (name: string, limitResponse: object, shares = 1): object => ({
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
  kind: 'PriorityLevelConfiguration',
  metadata: { name },
  spec: {
    type: 'Limited',
    limited: { nominalConcurrencyShares: shares, borrowingLimitPercent: 0, limitResponse },
  },
});

/** Holds each creation of a ConfigMap until it is let go. */
function holding() {
  const held: (() => void)[] = [];
  const plugin: AdmissionPlugin = {
    name: 'Hold',
    admit: ({ resource }) =>
      resource === 'configmaps' ? new Promise<void>((resolve) => held.push(resolve)) : undefined,
  };
  return { held, plugin };
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

const allowJane = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'jane' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
};

describe('priority and fairness', () => {
  it('tells schema and level of every answer, refusals too', async () => {
    const { send } = await testServer();
    const uids = async (path: string): Promise<Map<string, string>> => {
      const { body } = await send('GET', `${flowcontrol}/${path}`);
      const items = body['items'] as KubeObject[];
      return new Map(items.map(({ metadata }) => [metadata.name ?? '', metadata.uid ?? '']));
    };
    const [schemas, levels] = [
      await uids('flowschemas'),
      await uids('prioritylevelconfigurations'),
    ];
    const told = async (user?: UserInfo) => {
      const { status, headers } = await send('GET', configMaps, user ? { user } : {});
      const uid = (name: string) => headers[`x-kubernetes-pf-${name}-uid`];
      return [status, uid('flowschema'), uid('prioritylevel')];
    };
    expect(await told()).toEqual([200, schemas.get('exempt'), levels.get('exempt')]);
    expect(await told(somebody)).toEqual([
      403,
      schemas.get('global-default'),
      levels.get('global-default'),
    ]);
  });

  it('refuses who finds neither seat nor queue with 429, in upstream words; others go on', async () => {
    const { held, plugin } = holding();
    const { create, send } = await testServer({ admission: [plugin], limits: { seats: 10 } });
    await create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', allowJane);
    await create(`${flowcontrol}/prioritylevelconfigurations`, level('one', { type: 'Reject' }));
    await create(`${flowcontrol}/flowschemas`, schema('jane', 'one'));
    const body = { metadata: { generateName: 'x-' } };
    const first = send('POST', configMaps, { user: somebody, body });
    while (held.length === 0) await turn();
    const {
      status,
      headers,
      body: text,
    } = await send('POST', configMaps, { user: somebody, body });
    expect([status, headers['retry-after'], headers['content-type'], text['text']]).toEqual([
      429,
      '1',
      'text/plain; charset=utf-8',
      'Too many requests, please try again later.\n',
    ]);
    expect((await send('GET', '/api/v1/namespaces', { user: somebody })).status).toBe(200);
    held.forEach((go) => void go());
    expect((await first).status).toBe(201);
    const after = send('POST', configMaps, { user: somebody, body });
    while (held.length < 2) await turn();
    held[1]?.();
    expect((await after).status).toBe(201);
  });

  it('lets wait who finds a queue', async () => {
    const { held, plugin } = holding();
    const { create, send } = await testServer({ admission: [plugin], limits: { seats: 10 } });
    await create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', allowJane);
    const queuing = { queues: 1, handSize: 1, queueLengthLimit: 1 };
    const limitResponse = { type: 'Queue', queuing };
    await create(`${flowcontrol}/prioritylevelconfigurations`, level('one', limitResponse));
    await create(`${flowcontrol}/flowschemas`, schema('jane', 'one'));
    const body = { metadata: { generateName: 'x-' } };
    const post = () => send('POST', configMaps, { user: somebody, body });
    const both = [post(), post()];
    while (held.length === 0) await turn();
    expect((await post()).status).toBe(429);
    expect(held).toHaveLength(1);
    held[0]?.();
    while (held.length < 2) await turn();
    held[1]?.();
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([201, 201]);
  });

  it('says in the status whether the level of a schema exists', async () => {
    const { create, send } = await testServer();
    await create(`${flowcontrol}/flowschemas`, schema('lost', 'none'));
    const condition = async () => {
      await turn();
      const { body } = await send('GET', `${flowcontrol}/flowschemas/lost`);
      const { type, status, reason, message } = body['status'].conditions[0];
      return { type, status, reason, message };
    };
    const message =
      'This FlowSchema references the PriorityLevelConfiguration object named "none" ';
    expect(await condition()).toEqual({
      type: 'Dangling',
      status: 'True',
      reason: 'NotFound',
      message: `${message}but there is no such object`,
    });
    await create(`${flowcontrol}/prioritylevelconfigurations`, level('none', { type: 'Reject' }));
    expect(await condition()).toEqual({
      type: 'Dangling',
      status: 'False',
      reason: 'Found',
      message: `${message}and it exists`,
    });
  });

  it('brings back the objects that it rests on', async () => {
    const { send } = await testServer();
    for (const path of ['flowschemas/catch-all', 'prioritylevelconfigurations/exempt']) {
      await send('DELETE', `${flowcontrol}/${path}`);
      await turn();
      expect((await send('GET', `${flowcontrol}/${path}`)).status).toBe(200);
    }
  });

  it('refuses more watches than the cluster may have', async () => {
    const { raw } = await testServer({ limits: { watches: 0 } });
    const { status, headers } = await raw('GET', `${configMaps}?watch=true`);
    expect([status, headers['retry-after']]).toEqual([429, '1']);
  });

  it('refuses a further large list while others hold what the cluster may hold', async () => {
    const { create, send } = await testServer({ limits: { listBytes: 100_000 } });
    for (let index = 0; index < 300; index += 1) {
      await create(configMaps, { metadata: { name: `c${index}` }, data: { a: 'x'.repeat(2000) } });
    }
    expect((await send('GET', configMaps)).status).toBe(200);
    const many = await Promise.all(Array.from({ length: 4 }, () => send('GET', configMaps)));
    expect(many.map(({ status }) => status).sort()).toContain(429);
    expect((await send('GET', configMaps)).status).toBe(200);
  });
});
