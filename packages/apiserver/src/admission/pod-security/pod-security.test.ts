import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../../testing/test-server.ts';
import { viewOf } from './pod-view.ts';
import { securityPolicyOf } from './security-policy.ts';
import { type RulesVersion, type SecurityLevel, violationsOf } from './standards.ts';

const text = (spec: object, level: SecurityLevel, version: RulesVersion = 'latest'): string[] =>
  violationsOf(
    viewOf({ metadata: {}, spec: { containers: [{ name: 'a' }], ...spec } }),
    level,
    version,
  ).map(({ reason, detail }) => `${reason} (${detail})`);

// Expected words: what a kube-apiserver 1.35 answered to the same pods (`conformance/twin`).
describe('levels and versions', () => {
  it('asks of a restricted pod what its version asked', () => {
    expect(text({}, 'restricted')).toEqual([
      'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)',
      'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"])',
      'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)',
      'seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ]);
    expect(text({}, 'restricted', 8).map((one) => one.split(' ')[0])).toEqual([
      'allowPrivilegeEscalation',
      'runAsNonRoot',
    ]);
    expect(text({}, 'restricted', 0)).toHaveLength(1);
    expect(text({ os: { name: 'windows' } }, 'restricted')).toHaveLength(1);
    expect(text({ os: { name: 'windows' } }, 'restricted', 24)).toHaveLength(4);
  });

  it('names all containers and values', () => {
    const port = (hostPort: number) => [{ containerPort: 1, hostPort }];
    const containers = [
      {
        name: 'a',
        ports: port(8080),
        securityContext: { capabilities: { add: ['BPF', 'CHOWN'] } },
      },
      { name: 'b', ports: port(443), securityContext: { procMount: 'Unmasked' } },
    ];
    expect(text({ containers }, 'baseline')).toEqual([
      'non-default capabilities (container "a" must not include "BPF" in securityContext.capabilities.add)',
      'hostPort (containers "a", "b" use hostPorts 443, 8080)',
      'procMount (container "b" must not set securityContext.procMount to "Unmasked")',
    ]);
  });

  it('lets pods with users of their own be root there, since 1.35', () => {
    const spec = { hostUsers: false, securityContext: { runAsUser: 0 } };
    expect(text(spec, 'restricted').join()).not.toContain('runAs');
    expect(text(spec, 'restricted', 34)).toContain('runAsUser=0 (pod must not set runAsUser=0)');
  });

  it('knows more sysctls and types from version to version', () => {
    const sysctls = [{ name: 'net.ipv4.tcp_rmem' }];
    const seLinuxOptions = { type: 'container_engine_t' };
    expect(text({ securityContext: { sysctls } }, 'baseline', 31)).toEqual([
      'forbidden sysctls (net.ipv4.tcp_rmem)',
    ]);
    expect(text({ securityContext: { sysctls, seLinuxOptions } }, 'baseline', 32)).toEqual([]);
    expect(text({ securityContext: { seLinuxOptions } }, 'baseline', 30)).toEqual([
      'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "container_engine_t")',
    ]);
  });
});

describe('labels', () => {
  const label = 'pod-security.kubernetes.io/';

  it('warn of what is enforced when they say nothing about warnings', () => {
    const labels = { [`${label}enforce`]: 'baseline', [`${label}enforce-version`]: 'v1.30' };
    expect(securityPolicyOf(labels).policy.warn).toEqual({ level: 'baseline', version: 30 });
    expect(securityPolicyOf({ ...labels, [`${label}warn`]: 'privileged' }).policy.warn.level).toBe(
      'privileged',
    );
  });

  it('that say nothing known enforce the strictest level', () => {
    const { policy, problems } = securityPolicyOf({
      [`${label}enforce`]: 'odd',
      [`${label}audit-version`]: 'v1.02',
    });
    expect(policy.enforce.level).toBe('restricted');
    expect(problems.map(({ field, detail }) => [field, detail])).toEqual([
      [`metadata.labels[${label}enforce]`, 'must be one of privileged, baseline, restricted'],
      [`metadata.labels[${label}audit-version]`, 'must be "latest" or "v1.x"'],
    ]);
  });
});

describe('PodSecurity', () => {
  let test: TestServer;
  const spaces = '/api/v1/namespaces';
  const relabel = (enforce: string) =>
    test.send('PATCH', `${spaces}/s`, {
      body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': enforce } } },
      type: 'application/merge-patch+json',
    });

  beforeEach(async () => {
    test = await testServer();
    await test.create(spaces, { metadata: { name: 's' } });
    await test.create(`${spaces}/s/serviceaccounts`, { metadata: { name: 'default' } });
  });

  afterEach(() => test.server.close());

  it('tells which pods a new level would have refused', async () => {
    const containers = [{ name: 'a', image: 'a' }];
    for (const name of ['b', 'a'])
      await test.create(`${spaces}/s/pods`, {
        metadata: { name },
        spec: { containers, hostNetwork: true },
      });
    const { status, headers } = await relabel('baseline');
    expect([status, headers['warning']]).toEqual([
      200,
      [
        '299 - "existing pods in namespace \\"s\\" violate the new PodSecurity enforce level \\"baseline:latest\\""',
        '299 - "a (and 1 other pod): host namespaces"',
      ],
    ]);
  });

  it('warns of templates, and lets them pass', async () => {
    await relabel('baseline');
    const template = {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'a', image: 'a' }], hostPID: true },
    };
    const { status, headers } = await test.send('POST', '/apis/apps/v1/namespaces/s/deployments', {
      body: { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } },
    });
    expect([status, [headers['warning']].flat()]).toEqual([
      201,
      ['299 - "would violate PodSecurity \\"baseline:latest\\": host namespaces (hostPID=true)"'],
    ]);
  });

  it('refuses labels that it does not know', async () => {
    expect((await relabel('odd')).body['message']).toBe(
      'Namespace "s" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "odd": must be one of privileged, baseline, restricted',
    );
  });
});
