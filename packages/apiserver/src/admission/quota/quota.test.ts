import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../../testing/test-server.ts';

const core = '/api/v1/namespaces/default';
const quotas = `${core}/resourcequotas`;

let test: TestServer;
const post = (path: string, body: unknown) => test.send('POST', path, { body });
const messageOf = async (path: string, body: unknown): Promise<unknown> =>
  (await post(path, body)).body['message'];
const usedOf = async (name: string): Promise<unknown> =>
  (await test.send('GET', `${quotas}/${name}`)).body['status'].used;

/** As its controller leaves it. */
async function quota(name: string, hard: object, more: object = {}): Promise<void> {
  await test.create(quotas, { metadata: { name }, spec: { hard, ...more } });
  const used = Object.fromEntries(Object.keys(hard).map((key) => [key, '0']));
  const body = { status: { hard, used } };
  const type = 'application/merge-patch+json';
  await test.send('PATCH', `${quotas}/${name}/status`, { body, type });
}

const pod = (name: string, resources: object = {}, spec: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'a', resources }], ...spec },
});

beforeEach(async () => {
  test = await testServer();
});

afterEach(() => test.server.close());

// Expected words: what a kube-apiserver 1.35 answered to the same requests (`conformance/twin`).
describe('ResourceQuota', () => {
  it('charges what is made and refuses what exceeds it', async () => {
    await quota('q', { pods: '2', 'requests.cpu': '1' });
    const needs = { requests: { cpu: '600m' } };
    expect(await messageOf(`${core}/pods`, pod('silent'))).toBe(
      'pods "silent" is forbidden: failed quota: q: must specify requests.cpu for: main',
    );
    await test.create(`${core}/pods`, pod('a', needs));
    expect(await messageOf(`${core}/pods`, pod('b', needs))).toBe(
      'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
    );
    expect(await usedOf('q')).toEqual({ pods: '1', 'requests.cpu': '600m' });
  });

  it('does not charge dry runs', async () => {
    await quota('q', { configmaps: '1' });
    await post(`${core}/configmaps?dryRun=All`, { metadata: { name: 'a' } });
    expect(await usedOf('q')).toEqual({ configmaps: '0' });
  });

  it('never lets more pass than it allows when many ask at once', async () => {
    await quota('q', { configmaps: '5' });
    const names = Array.from({ length: 20 }, (_, at) => `c${at}`);
    const answers = await Promise.all(
      names.map((name) => post(`${core}/configmaps`, { metadata: { name } })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(await usedOf('q')).toEqual({ configmaps: '5' });
  });

  it('is not asked before it is counted', async () => {
    await test.create(quotas, { metadata: { name: 'q' }, spec: { hard: { configmaps: '0' } } });
    await test.create(`${core}/configmaps`, { metadata: { name: 'a' } });
    const body = { status: { hard: { configmaps: '0' } } };
    const type = 'application/merge-patch+json';
    await test.send('PATCH', `${quotas}/q/status`, { body, type });
    expect(await messageOf(`${core}/configmaps`, { metadata: { name: 'b' } })).toBe(
      'configmaps "b" is forbidden: status unknown for quota: q, resources: configmaps',
    );
  });

  it('counts what its scopes choose', async () => {
    await quota('best', { pods: '0' }, { scopes: ['BestEffort'] });
    await quota(
      'critical',
      { pods: '0' },
      {
        scopeSelector: {
          matchExpressions: [
            { scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] },
          ],
        },
      },
    );
    const needs = { requests: { cpu: '1m' } };
    await test.create(`${core}/pods`, pod('a', needs));
    expect(await messageOf(`${core}/pods`, pod('b'))).toContain('exceeded quota: best');
    expect(
      await messageOf(
        `${core}/pods`,
        pod('c', needs, { priorityClassName: 'system-node-critical' }),
      ),
    ).toContain('exceeded quota: critical');
  });

  it('charges what an update adds', async () => {
    await quota('q', { 'services.nodeports': '1' });
    const service = (name: string) => ({ metadata: { name }, spec: { ports: [{ port: 80 }] } });
    await test.create(`${core}/services`, service('a'));
    await test.create(`${core}/services`, service('b'));
    const body = { spec: { type: 'NodePort' } };
    const type = 'application/merge-patch+json';
    const first = await test.send('PATCH', `${core}/services/a`, { body, type });
    const second = await test.send('PATCH', `${core}/services/b`, { body, type });
    expect([first.status, second.body['message']]).toEqual([
      200,
      'services "b" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1',
    ]);
  });
});
