import { stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Kubectl, type Listed, TestDormice } from './lib/dormice.ts';
import { until } from './lib/run.ts';

/** What a newcomer does first: no host at hand. */
describe('the embedded host', () => {
  let dormice: TestDormice;
  let demo: Kubectl;
  const file = () => path.join(dormice.directory, 'kubeconfigs', 'demo.kubeconfig');

  beforeAll(async () => {
    dormice = await TestDormice.create();
    await dormice.start();
    demo = new Kubectl(file());
  });

  afterAll(() => dormice.remove());

  it('says plainly that nothing really runs, and what to try', async () => {
    await until('the printed commands', async () => dormice.output.includes('dormice sleep demo'));
    expect(dormice.output).toContain('2 simulated nodes');
    expect(dormice.output).toContain('nothing really runs');
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('does what the three printed commands promise', async () => {
    await demo.ok('create', 'deployment', 'web', '--image=busybox:1.35', '--', 'sleep', '1d');
    await demo.ok('wait', '--for=condition=Available', 'deployment/web', '--timeout=30s');
    expect(await demo.ok('get', 'pods')).toMatch(/web-\S+\s+1\/1\s+Running/);
    expect(await dormice.cli('sleep', 'demo')).toContain('virtualcluster.dormice.dev/demo slept');
    expect(await demo.ok('get', 'deployments')).toContain('web');
    await demo.ok('wait', '--for=condition=Available', 'deployment/web', '--timeout=30s');
    const { stderr } = await demo.result('logs', 'deployment/web');
    expect(stderr).toContain('simulated');
  });

  it('answers explain, apply, server-side apply, auth and custom resources as upstream does', async () => {
    expect(await demo.ok('explain', 'deployment.spec.replicas')).toContain(
      'FIELD: replicas <integer>',
    );
    await demo.apply('{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: v}}');
    await demo.apply(
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: w}}',
      '--server-side',
      '--force-conflicts',
    );
    expect(await demo.ok('get', 'configmap', 'a', '-o', 'jsonpath={.data.k}')).toBe('w');
    expect(await demo.ok('auth', 'whoami')).toContain('kubernetes-admin');
    expect(await demo.ok('auth', 'can-i', 'create', 'pods')).toContain('yes');
    await demo.apply(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: cheeses.example.org }
spec:
  group: example.org
  scope: Namespaced
  names: { plural: cheeses, singular: cheese, kind: Cheese, shortNames: [ch] }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { age: { type: integer, minimum: 1 } } } } } }
      additionalPrinterColumns: [{ name: Years, type: integer, jsonPath: .spec.age }]
`);
    await demo.ok(
      'wait',
      '--for=condition=Established',
      'crd/cheeses.example.org',
      '--timeout=10s',
    );
    await demo.apply(
      '{apiVersion: example.org/v1, kind: Cheese, metadata: {name: gouda}, spec: {age: 3}}',
    );
    expect(await demo.ok('get', 'ch')).toMatch(/NAME\s+YEARS\ngouda\s+3/);
    const bad = await demo.result(
      'patch',
      'ch',
      'gouda',
      '--type=merge',
      '-p',
      '{"spec":{"age":0}}',
    );
    expect(bad.stderr).toContain('spec.age in body should be greater than or equal to 1');
    await demo.ok('delete', 'crd', 'cheeses.example.org', '--timeout=20s');
  });

  it('sleeps by itself when nobody asks for anything', async () => {
    await dormice.cli('create', 'nap', '--idle', '2s');
    await until(
      'it to sleep',
      async () => (await dormice.cli('get', 'nap')).includes('Sleeping'),
      30_000,
    );
    const nap = await dormice.tenant('nap');
    await nap.ok('get', 'namespaces');
    expect(await dormice.cli('get', 'nap', '-o', 'wide')).toContain('connection');
    await dormice.cli('delete', 'nap');
  });

  it('refuses what is not built by name', async () => {
    const host = new Kubectl(path.join(dormice.directory, 'host.kubeconfig'));
    const manifest = {
      apiVersion: 'dormice.dev/v1alpha1',
      kind: 'VirtualCluster',
      metadata: { name: 'x', namespace: 'default' },
      spec: { controlPlane: { distro: 'k0s' } },
    };
    await expect(host.apply(JSON.stringify(manifest))).rejects.toThrow(
      /distro.*supported values: "embedded"/s,
    );
  });

  it('stops cleanly and finds everything again', async () => {
    const uid = async () =>
      (await demo.json<Listed>('get', 'deployments')).items.map(({ metadata }) => metadata.uid);
    const before = await uid();
    await dormice.stop('SIGINT');
    await expect(stat(path.join(dormice.directory, 'dormice.pid'))).rejects.toThrow();
    await dormice.start();
    await until(
      'the kubeconfig to be rewritten',
      async () => (await uid()).join() === before.join(),
    );
  });
});
