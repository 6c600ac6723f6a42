import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Dormice, defaultOptions, startDormice } from '@dormice/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostPointer } from './host.ts';
import { runCli } from './testing.ts';

let directory: string;
let dormice: Dormice;
const dormiceCli = (...args: string[]) =>
  runCli(args, { cwd: directory, env: { DORMICE_DATA_DIR: directory } });

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'dormice-cli-'));
  const free = { host: '127.0.0.1', port: 0 };
  dormice = await startDormice({
    ...defaultOptions,
    dataDir: directory,
    listen: free,
    dashboard: free,
    logLevel: 'error',
  });
  await writeFile(path.join(directory, hostPointer), dormice.hostKubeconfig);
});

afterAll(async () => {
  await dormice.close();
  await rm(directory, { recursive: true, force: true });
});

describe('dormice', () => {
  it('says what to do when there is nothing yet', async () => {
    const { stdout, stderr, status } = await dormiceCli('list');
    expect([stdout, status]).toEqual(['', 0]);
    expect(stderr).toContain('dormice create NAME');
  });

  it('creates, waits until the API answers, and says what comes next', async () => {
    const { stdout, stderr, status } = await dormiceCli('create', 'atlas');
    expect(stdout).toBe('virtualcluster.dormice.dev/atlas created\n');
    expect(stderr).toContain('next: dormice connect atlas');
    expect(status).toBe(0);
  });

  it('prints the object without creating it with --dry-run', async () => {
    const { stdout } = await dormiceCli('create', 'never', '--dry-run', '--mode', 'Dynamic');
    expect(stdout).toContain('mode: Dynamic');
    expect((await dormiceCli('get', 'never')).status).toBe(1);
  });

  it('prints tables, objects and names', async () => {
    expect((await dormiceCli('get', 'atlas')).stdout).toMatch(
      /^NAMESPACE +NAME +STATUS +MODE +LAST ACTIVITY +AGE\nvc-atlas +atlas +Running +Static/,
    );
    expect((await dormiceCli('list', '-o', 'wide')).stdout).toContain(
      'atlas.vc-atlas.dormice.internal',
    );
    expect((await dormiceCli('list', '--noHeaders')).stdout).not.toContain('NAMESPACE');
    expect((await dormiceCli('get', 'atlas', '-o', 'name')).stdout).toBe(
      'virtualcluster.dormice.dev/atlas\n',
    );
    expect(JSON.parse((await dormiceCli('get', 'atlas', '-o', 'json')).stdout)).toMatchObject({
      kind: 'VirtualCluster',
      metadata: { name: 'atlas' },
    });
    expect(JSON.parse((await dormiceCli('list', '-o', 'json')).stdout)).toMatchObject({
      kind: 'List',
    });
  });

  it("refuses in kubectl's words", async () => {
    const missing = await dormiceCli('get', 'nobody');
    expect(missing.stderr).toContain(
      'Error from server (NotFound): virtualclusters.dormice.dev "nobody" not found',
    );
    expect(missing.status).toBe(1);
    const format = await dormiceCli('get', '-o', 'xml');
    expect(format.stderr).toContain(
      'unable to match a printer suitable for the output format "xml"',
    );
    expect(format.status).toBe(2);
    const twice = await dormiceCli('create', 'atlas');
    expect(twice.stderr).toContain('(AlreadyExists)');
  });

  it('takes vCluster values, and names what it cannot honour before anything is made', async () => {
    const good = path.join(directory, 'good.yaml');
    await writeFile(good, 'controlPlane: { proxy: { extraSANs: [b.example.org] } }\n');
    expect((await dormiceCli('create', 'borea', '--values', good)).status).toBe(0);
    const borea = JSON.parse((await dormiceCli('get', 'borea', '-o', 'json')).stdout) as {
      spec: { controlPlane: { proxy: unknown } };
    };
    expect(borea.spec.controlPlane.proxy).toEqual({ extraSANs: ['b.example.org'] });
    const bad = path.join(directory, 'bad.yaml');
    await writeFile(bad, 'controlPlane: { distro: { k0s: { enabled: true } } }\n');
    const refused = await dormiceCli('create', 'celia', '--values', bad);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('controlPlane.distro.k0s.enabled is true');
    expect((await dormiceCli('get', 'celia')).status).toBe(1);
  });

  it('adds a context without switching, keeps comments, and nobody else may read the file', async () => {
    const file = path.join(directory, 'kubeconfig');
    await writeFile(file, '# mine\napiVersion: v1\nkind: Config\ncurrent-context: work\n', {
      mode: 0o644,
    });
    const { stdout } = await dormiceCli('connect', 'atlas', '--kubeconfig', file);
    expect(stdout).toBe('context "dormice_atlas_vc-atlas" added\n');
    const text = await readFile(file, 'utf8');
    expect(text).toContain('# mine');
    expect(text).toContain('current-context: work');
    expect(text).toContain('dormice_atlas_vc-atlas');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await dormiceCli('connect', 'atlas', '--kubeconfig', file, '--switch');
    expect(await readFile(file, 'utf8')).toContain('current-context: dormice_atlas_vc-atlas');
  });

  it('puts to sleep, wakes and deletes, and waits for it', async () => {
    expect((await dormiceCli('sleep', 'atlas')).stdout).toBe(
      'virtualcluster.dormice.dev/atlas slept\n',
    );
    expect((await dormiceCli('get', 'atlas')).stdout).toContain('Sleeping');
    expect((await dormiceCli('wake', 'atlas')).stdout).toBe(
      'virtualcluster.dormice.dev/atlas woken\n',
    );
    expect((await dormiceCli('delete', 'atlas')).stdout).toBe(
      'virtualcluster.dormice.dev/atlas deleted\n',
    );
    expect((await dormiceCli('get', 'atlas')).status).toBe(1);
  });

  it('never picks up a host by itself', async () => {
    const { stderr, status } = await runCli(['list'], { cwd: tmpdir(), env: {} });
    expect(status).toBe(2);
    expect(stderr).toContain('--host-kubeconfig FILE');
    const wrong = await dormiceCli('list', '--hostKubeconfig', path.join(directory, 'nothing'));
    expect(wrong.stderr).toContain('does not exist');
  });

  it('tells its version, and the log of one cluster', async () => {
    expect(
      JSON.parse((await dormiceCli('version', '--client', '-o', 'json')).stdout),
    ).toMatchObject({
      client: { dormice: '0.1.0' },
    });
    expect((await dormiceCli('logs', 'borea')).stdout).toContain('virtual cluster runs');
  });
});
