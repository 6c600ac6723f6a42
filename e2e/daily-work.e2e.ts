import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Kubectl, type Listed, settings, TestDormice } from './lib/dormice.ts';
import { removeLeftovers } from './lib/leftovers.ts';
import { stop, until } from './lib/run.ts';

const host = new Kubectl(settings.hostKubeconfig);
const namespace = 'vc-atlas';
let dormice: TestDormice;
let atlas: Kubectl;
let other: Kubectl;

/** Pods of virtual clusters in atlas's host namespace. */
async function hostPods(): Promise<Listed['items']> {
  const { items } = await host.json<Listed>('get', 'pods', '-n', namespace);
  return items;
}

async function readyPods(cluster: Kubectl, selector: string, count: number): Promise<string[]> {
  return until(`${count} ready pods of ${selector}`, async () => {
    const { items } = await cluster.json<Listed>('get', 'pods', '-l', selector);
    const ready = items.filter(({ metadata, status }) => {
      const conditions = (status?.['conditions'] ?? []) as { type: string; status: string }[];
      const isReady = conditions.some(
        ({ type, status: value }) => type === 'Ready' && value === 'True',
      );
      return isReady && metadata.deletionTimestamp === undefined;
    });
    return ready.length === count && ready.map(({ metadata }) => metadata.name);
  });
}

beforeAll(async () => {
  await removeLeftovers(host, [namespace, 'vc-borea', 'vc-dream']);
  dormice = await TestDormice.create(['--no-demo', '--host-kubeconfig', settings.hostKubeconfig]);
  await dormice.start();
  await dormice.cli('create', 'atlas');
  await dormice.cli('create', 'borea');
  atlas = await dormice.tenant('atlas');
  other = await dormice.tenant('borea');
});

afterAll(async () => {
  for (const name of ['atlas', 'borea'])
    await dormice.cliResult('delete', name).catch(() => undefined);
  await dormice.remove();
});

describe('daily work in a virtual cluster on a real host', () => {
  it('runs a Deployment made with kubectl', async () => {
    await atlas.ok(
      'create',
      'deployment',
      'web',
      `--image=${settings.image}`,
      '--replicas=2',
      '--',
      '/agnhost',
      'netexec',
      '--http-port=8080',
    );
    expect(await readyPods(atlas, 'app=web', 2)).toHaveLength(2);
    const pods = await hostPods();
    expect(pods.every(({ metadata }) => metadata.labels?.['dormice.dev/cluster'])).toBe(true);
    const nodes = await atlas.json<Listed>('get', 'nodes');
    const real = await host.json<Listed>('get', 'nodes');
    const capacity = (list: Listed, name: string) =>
      list.items.find(({ metadata }) => metadata.name === name)?.status?.['capacity'];
    for (const { metadata } of nodes.items) {
      expect(capacity(nodes, metadata.name)).toEqual(capacity(real, metadata.name));
    }
  });

  it('exposes it under the address that the host gave, and pods find it by name', async () => {
    await atlas.ok('expose', 'deployment', 'web', '--port=80', '--target-port=8080');
    const [pod = ''] = await readyPods(atlas, 'app=web', 2);
    const ip = await atlas.ok('get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}');
    for (const name of ['web', 'web.default', 'web.default.svc', 'web.default.svc.cluster.local']) {
      const found = await until(name, async () => {
        const text = await atlas.ok('exec', pod, '--', 'dig', '+short', '+search', name);
        return text.trim() !== '' && text.trim();
      });
      expect(found).toBe(ip);
    }
    const answer = await until('the Service to answer', async () => {
      const text = await atlas.ok(
        'exec',
        pod,
        '--',
        'curl',
        '-s',
        '-m',
        '3',
        'http://web/hostname',
      );
      return text.startsWith('web-') && text;
    });
    expect(answer).toMatch(/^web-/);
  });

  it('forwards names of the host to the host', async () => {
    const [pod = ''] = await readyPods(atlas, 'app=web', 2);
    const hostApi = await host.ok(
      'get',
      'service',
      'kubernetes',
      '-o',
      'jsonpath={.spec.clusterIP}',
    );
    const own = await atlas.ok('get', 'service', 'kubernetes', '-o', 'jsonpath={.spec.clusterIP}');
    expect(own).not.toBe(hostApi);
    const text = await atlas.ok(
      'exec',
      pod,
      '--',
      'dig',
      '+short',
      'kubernetes.default.svc.cluster.local',
    );
    expect(text.trim()).toBe(own);
  });

  it('answers headless and pod names of a StatefulSet with a volume of its own', async () => {
    await atlas.apply(`
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, selector: { app: db }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: db
          image: ${settings.busybox}
          command: [sh, -c, "hostname > /data/who; exec sleep 1d"]
          volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }
`);
    await readyPods(atlas, 'app=db', 2);
    expect((await atlas.ok('exec', 'db-1', '--', 'cat', '/data/who')).trim()).toBe('db-1');
    const claims = await atlas.json<Listed>('get', 'pvc');
    expect(claims.items.every(({ status }) => status?.['phase'] === 'Bound')).toBe(true);
    const [pod = ''] = await readyPods(atlas, 'app=web', 2);
    const ip = await atlas.ok('get', 'pod', 'db-1', '-o', 'jsonpath={.status.podIP}');
    const found = await until('db-1.db', async () => {
      const text = await atlas.ok(
        'exec',
        pod,
        '--',
        'dig',
        '+short',
        'db-1.db.default.svc.cluster.local',
      );
      return text.trim() !== '' && text.trim();
    });
    expect(found).toBe(ip);
  });

  it('reads logs and runs commands, over WebSocket and SPDY', async () => {
    const [pod = ''] = await readyPods(atlas, 'app=web', 2);
    expect(await atlas.ok('logs', pod, '--tail=5')).toContain('Started HTTP server on port 8080');
    expect((await atlas.ok('exec', pod, '--', 'hostname')).trim()).toBe(pod);
    const before = process.env['KUBECTL_REMOTE_COMMAND_WEBSOCKETS'];
    process.env['KUBECTL_REMOTE_COMMAND_WEBSOCKETS'] = 'false';
    try {
      expect((await atlas.ok('exec', pod, '--', 'echo', 'spdy')).trim()).toBe('spdy');
    } finally {
      if (before === undefined) delete process.env['KUBECTL_REMOTE_COMMAND_WEBSOCKETS'];
      else process.env['KUBECTL_REMOTE_COMMAND_WEBSOCKETS'] = before;
    }
  });

  it('forwards a port', async () => {
    const child = atlas.spawn('port-forward', 'service/web', ':80', '--address', '127.0.0.1');
    try {
      let said = '';
      child.stdout?.on('data', (piece: Buffer) => {
        said += piece.toString();
      });
      const port = await until('port-forward', async () => /127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
      const response = await fetch(`http://127.0.0.1:${port}/hostname`);
      expect(await response.text()).toMatch(/^web-/);
    } finally {
      await stop(child);
    }
  });

  it('shows what its own pods take', async () => {
    const text = await until(
      'metrics',
      async () => {
        const { stdout } = await atlas.result('top', 'pods', '--no-headers');
        return stdout.includes('web-') && stdout;
      },
      120_000,
    );
    expect(text).toMatch(/web-\S+\s+\d+m\s+\d+Mi/);
    expect((await atlas.ok('top', 'nodes', '--no-headers')).trim()).not.toBe('');
  });

  it('gives pods a token with which they reach their own API', async () => {
    const [pod = ''] = await readyPods(atlas, 'app=web', 2);
    const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
    const script = `curl -sS -m 5 --cacert ${folder}/ca.crt -H "Authorization: Bearer $(cat ${folder}/token)" https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT/api/v1/namespaces/default/pods`;
    const text = await atlas.ok('exec', pod, '--', 'sh', '-c', script);
    expect(JSON.parse(text)).toMatchObject({
      reason: 'Forbidden',
      message: expect.stringContaining('system:serviceaccount:default:default'),
    });
  });

  it('runs a Job to its end', async () => {
    await atlas.ok(
      'create',
      'job',
      'once',
      `--image=${settings.busybox}`,
      '--',
      'sh',
      '-c',
      'echo done',
    );
    await atlas.ok('wait', '--for=condition=complete', 'job/once', '--timeout=60s');
    expect((await atlas.ok('logs', 'job/once')).trim()).toBe('done');
  });

  it('shares a ReadWriteMany volume between two pods, and deletes the manifest again', async () => {
    const manifest = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: shared }
spec: { accessModes: [ReadWriteMany], resources: { requests: { storage: 1Mi } } }
---
${['writer', 'reader']
  .map(
    (name) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: share } }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: main
      image: ${settings.busybox}
      command: [sleep, 1d]
      volumeMounts: [{ name: shared, mountPath: /shared }]
  volumes: [{ name: shared, persistentVolumeClaim: { claimName: shared } }]
`,
  )
  .join('---\n')}`;
    await atlas.apply(manifest);
    await readyPods(atlas, 'app=share', 2);
    await atlas.ok('exec', 'writer', '--', 'sh', '-c', 'echo kept > /shared/file');
    expect((await atlas.ok('exec', 'reader', '--', 'cat', '/shared/file')).trim()).toBe('kept');
    const file = path.join(dormice.directory, 'share.yaml');
    await writeFile(file, manifest);
    await atlas.ok('delete', '-f', file, '--timeout=60s');
    await until('the host claim to go', async () => {
      const { items } = await host.json<Listed>('get', 'pvc', '-n', namespace);
      return !items.some(({ metadata }) => metadata.name.startsWith('shared'));
    });
  });

  it('installs, upgrades and removes a Helm chart', async () => {
    const chart = path.join(import.meta.dirname, 'charts', 'hello');
    await atlas.helm(
      'install',
      'hello',
      chart,
      '--set',
      `image=${settings.busybox}`,
      '--wait',
      '--timeout',
      '90s',
    );
    await until('the page', async () =>
      (await atlas.ok('logs', 'deployment/hello')).includes('hello from hello'),
    );
    await atlas.helm(
      'upgrade',
      'hello',
      chart,
      '--set',
      `image=${settings.busybox}`,
      '--set',
      'replicas=2',
      '--wait',
      '--timeout',
      '90s',
    );
    expect(await readyPods(atlas, 'app.kubernetes.io/instance=hello', 2)).toHaveLength(2);
    expect(JSON.parse(await atlas.helm('list', '-o', 'json'))).toMatchObject([
      { name: 'hello', revision: '2', status: 'deployed' },
    ]);
    await atlas.helm('uninstall', 'hello', '--wait');
  });

  it('copies host Secrets into default by the mapping, and nothing of the control plane', async () => {
    await host.ok('create', 'secret', 'generic', 'team-key', '-n', namespace, '--from-literal=a=1');
    await host.ok(
      'patch',
      'vc',
      'atlas',
      '-n',
      namespace,
      '--type=merge',
      '-p',
      JSON.stringify({
        spec: {
          sync: {
            fromHost: { secrets: { enabled: true, mappings: { byName: { '': 'default' } } } },
          },
        },
      }),
    );
    // The mapping is read when the cluster is joined with the host.
    await dormice.cli('sleep', 'atlas');
    await dormice.cli('wake', 'atlas');
    const value = await until('the Secret', async () =>
      atlas.ok('get', 'secret', 'team-key', '-o', 'jsonpath={.data.a}'),
    );
    expect(Buffer.from(value, 'base64').toString()).toBe('1');
    const { items } = await atlas.json<Listed>('get', 'secrets', '-n', 'default');
    expect(items.map(({ metadata }) => metadata.name)).toEqual(['team-key']);
    await atlas.ok('delete', 'secret', 'team-key');
    await until('the Secret to come back', async () => atlas.ok('get', 'secret', 'team-key'));
  });

  it('shows events of the host pods with the names put back', async () => {
    await until('events', async () => {
      const text = await atlas.ok('get', 'events', '-o', 'wide');
      return text.includes('pod/web-') && !text.includes('-default-');
    });
  });

  it('keeps a second virtual cluster apart, at the API and on the host', async () => {
    const mine = await other.json<Listed>('get', 'pods', '-A');
    expect(mine.items).toEqual([]);
    const services = await other.json<Listed>('get', 'services', '-A');
    expect(services.items.map(({ metadata }) => metadata.name).sort()).toEqual([
      'kube-dns',
      'kubernetes',
    ]);
    const [pod] = await hostPods();
    for (const name of [pod?.metadata.name ?? '', 'web']) {
      const { status, stderr } = await other.result('get', 'pod', name, '-n', namespace);
      expect(status).toBe(1);
      expect(stderr).toContain('NotFound');
      const logs = await other.result('logs', name);
      expect(logs.stderr).toContain('not found');
    }
    // A name made to look like the neighbour's host name leads to an object of its own.
    await other.ok('create', 'configmap', pod?.metadata.name ?? 'x');
    expect(await hostPods()).not.toHaveLength(0);
    const foreign = await other.result('get', '--raw', `/api/v1/namespaces/${namespace}/pods`);
    expect(foreign.stdout).not.toContain('web-');
  });

  it('refuses what would reach the nodes, at once and with the reason', async () => {
    const { status, stderr } = await atlas.result(
      'run',
      'bad',
      `--image=${settings.busybox}`,
      '--overrides',
      JSON.stringify({ spec: { hostNetwork: true } }),
    );
    expect(status).toBe(1);
    expect(stderr).toContain('hostNetwork');
  });
});

describe('sleep and wake', () => {
  it('stops the pods when it sleeps, keeps the volumes, and a connection brings the work back', async () => {
    await readyPods(atlas, 'app=db', 2);
    await atlas.ok('exec', 'db-0', '--', 'sh', '-c', 'echo precious > /data/kept');
    await dormice.cli('sleep', 'atlas');
    await until('the pods to go', async () => (await hostPods()).length === 0, 60_000);
    const claims = await host.json<Listed>('get', 'pvc', '-n', namespace);
    expect(claims.items.length).toBeGreaterThan(0);
    expect(await dormice.cli('get', 'atlas')).toContain('Sleeping');

    await atlas.ok('get', 'pods');
    expect(await readyPods(atlas, 'app=web', 2)).toHaveLength(2);
    await readyPods(atlas, 'app=db', 2);
    expect((await atlas.ok('exec', 'db-0', '--', 'cat', '/data/kept')).trim()).toBe('precious');
    expect(await dormice.cli('get', 'atlas')).toContain('Running');
  });

  it('sleeps and wakes by kubectl scale, and refuses to wake when it is stopped', async () => {
    await host.ok('scale', 'vc', 'borea', '-n', 'vc-borea', '--replicas=0');
    await until('borea to sleep', async () =>
      (await dormice.cli('get', 'borea')).includes('Sleeping'),
    );
    await host.ok(
      'patch',
      'vc',
      'borea',
      '-n',
      'vc-borea',
      '--type=merge',
      '-p',
      '{"spec":{"runPolicy":"Stopped"}}',
    );
    await until('borea to be stopped', async () =>
      (await dormice.cli('get', 'borea')).includes('Stopped'),
    );
    const { status } = await other.result('get', 'ns', '--request-timeout=5s');
    expect(status).toBe(1);
    expect(await dormice.cli('get', 'borea')).toContain('Stopped');
    await host.ok(
      'patch',
      'vc',
      'borea',
      '-n',
      'vc-borea',
      '--type=merge',
      '-p',
      '{"spec":{"runPolicy":"OnDemand"}}',
    );
    await until('borea to wake', async () => other.ok('get', 'ns', '--request-timeout=5s'));
    await host.ok('wait', '--for=condition=Ready', 'vc/borea', '-n', 'vc-borea', '--timeout=20s');
  });

  it('goes on after Dormice was killed, without touching running pods', async () => {
    const before = (await hostPods()).map(({ metadata }) => metadata.uid).sort();
    await dormice.stop('SIGKILL');
    await dormice.start();
    atlas = await dormice.tenant('atlas');
    other = await dormice.tenant('borea');
    expect(await readyPods(atlas, 'app=web', 2)).toHaveLength(2);
    expect((await hostPods()).map(({ metadata }) => metadata.uid).sort()).toEqual(before);
  });

  it('discards API state of an ephemeral cluster and mounts its declared volume again', async () => {
    await host.apply(`
apiVersion: v1
kind: Namespace
metadata: { name: vc-dream, labels: { dormice.dev/made-for: dream } }
---
apiVersion: dormice.dev/v1alpha1
kind: VirtualCluster
metadata: { name: dream, namespace: vc-dream }
spec:
  mode: Dynamic
  controlPlane: { persistence: { type: Ephemeral } }
  storage: { volumes: [{ name: home, size: 1Mi, accessModes: [ReadWriteMany] }] }
`);
    await host.ok('wait', '--for=condition=Ready', 'vc/dream', '-n', 'vc-dream', '--timeout=30s');
    const dream = await dormice.tenant('dream');
    const pod = `
apiVersion: v1
kind: Pod
metadata: { name: shell, labels: { app: shell } }
spec:
  terminationGracePeriodSeconds: 1
  containers: [{ name: main, image: "${settings.busybox}", command: [sleep, 1d], volumeMounts: [{ name: home, mountPath: /home/me }] }]
  volumes: [{ name: home, persistentVolumeClaim: { claimName: home } }]
`;
    await dream.apply(pod);
    await readyPods(dream, 'app=shell', 1);
    await dream.ok('exec', 'shell', '--', 'sh', '-c', 'echo mine > /home/me/file');
    await dream.ok('create', 'configmap', 'gone', '--from-literal=a=1');
    await dormice.cli('sleep', 'dream');
    await until(
      'the host to be empty of it',
      async () => {
        const { items } = await host.json<Listed>('get', 'pods', '-n', 'vc-dream');
        return items.length === 0;
      },
      60_000,
    );

    const { stderr } = await dream.result('get', 'configmap', 'gone');
    expect(stderr).toContain('NotFound');
    await dream.apply(pod);
    await readyPods(dream, 'app=shell', 1);
    expect((await dream.ok('exec', 'shell', '--', 'cat', '/home/me/file')).trim()).toBe('mine');
    await dormice.cli('delete', 'dream');
  });

  it('leaves nothing behind when it is deleted', async () => {
    await dormice.cli('delete', 'atlas', '--timeout', '120s');
    await until(
      'the namespace to go',
      async () => {
        const { status } = await host.result('get', 'namespace', namespace);
        return status !== 0;
      },
      120_000,
    );
    const { items } = await host.json<Listed>('get', 'secrets', '-n', 'dormice-system');
    expect(items.some(({ metadata }) => metadata.name.includes('atlas'))).toBe(false);
  });
});
