import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';
import { readAuditPolicy } from './read-policy.ts';

const policyOf = (rules: string) =>
  readAuditPolicy(
    `apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n${rules}`,
  );

const configmaps = '/api/v1/namespaces/default/configmaps';

async function audited(rules: string) {
  const lines: Record<string, never>[] = [];
  const server = await testServer({
    audit: { policy: policyOf(rules), write: (line) => lines.push(JSON.parse(line)) },
  });
  lines.length = 0;
  return { ...server, lines };
}

describe('the audit log', () => {
  it('says who did what, whether they were let, and what came of it', async () => {
    const { send, lines } = await audited('- level: Metadata');
    await send('POST', configmaps, {
      body: { metadata: { name: 'c' } },
      headers: { 'audit-id': 'my-id' },
    });
    const last = lines.findLast(({ auditID }) => auditID === 'my-id');
    expect(last).toEqual({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: 'my-id',
      stage: 'ResponseComplete',
      requestURI: configmaps,
      verb: 'create',
      user: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      userAgent: 'test/1.0',
      objectRef: { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: 201 },
      requestReceivedTimestamp: '2026-01-02T03:04:05.000000Z',
      stageTimestamp: '2026-01-02T03:04:05.000000Z',
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    });
  });

  it('holds bodies where the policy asks for them, and why something was refused', async () => {
    const rules =
      '- level: RequestResponse\n  verbs: [create]\n  omitManagedFields: true\n- level: None';
    const { send, lines } = await audited(rules);
    const body = { metadata: { name: 'c' }, data: { a: 'b' } };
    await send('POST', configmaps, { body });
    expect(lines.at(-1)).toMatchObject({
      requestObject: body,
      responseObject: { kind: 'ConfigMap', data: { a: 'b' } },
    });
    expect(JSON.stringify(lines.at(-1))).not.toContain('managedFields');
    await send('POST', configmaps, { body });
    expect(lines.at(-1)).toMatchObject({
      responseStatus: { code: 409, status: 'Failure', reason: 'AlreadyExists' },
    });
    const count = lines.length;
    await send('GET', `${configmaps}/c`);
    expect(lines.length).toBe(count);
  });

  it('tells impersonation and refusal', async () => {
    const { send, lines } = await audited('- level: Metadata\n  users: [admin]\n- level: None');
    await send('GET', configmaps, { headers: { 'impersonate-user': 'ann' } });
    expect(lines.at(-1)).toMatchObject({
      user: { username: 'admin' },
      impersonatedUser: { username: 'ann' },
      annotations: { 'authorization.k8s.io/decision': 'forbid' },
      responseStatus: { code: 403 },
    });
  });

  it('is chosen by the first rule that fits', async () => {
    const rules = [
      '- level: None\n  resources: [{ group: "", resources: ["configmaps/*", "secrets"] }]',
      '- level: None\n  nonResourceURLs: ["/healthz*"]',
      '- level: Metadata\n  namespaces: [default]',
    ].join('\n');
    const { send, lines } = await audited(rules);
    await send('GET', '/api/v1/namespaces/default/secrets');
    await send('GET', '/healthz');
    await send('GET', '/api/v1/namespaces/kube-system/configmaps');
    expect(lines).toEqual([]);
    await send('GET', configmaps);
    expect(lines.length).toBe(1);
  });

  it.each([
    ['kind: Policy\nrules: [{level: None}]', 'apiVersion: Unsupported value: null'],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy', 'rules: Required value'],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: All}]',
      'rules[0].level: Unsupported value: "All"',
    ],
    [
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None, nonResourceURLs: [x]}]',
      'rules[0].nonResourceURLs[0]: Invalid value: "x": non-resource URL rules must begin with a "/" character',
    ],
  ])('does not begin with the policy %j', (text, why) => {
    expect(() => readAuditPolicy(text)).toThrow(why);
  });
});
