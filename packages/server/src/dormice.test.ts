import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient, loadKubeconfig, resources, transportFromKubeconfig } from '@dormice/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataDirInUse, layoutOf, lockDataDir } from './data-dir.ts';
import { type Dormice, startDormice } from './dormice.ts';
import { defaultOptions } from './options.ts';
import { loadToken } from './token.ts';

const free = { host: '127.0.0.1', port: 0 };
let directory: string;

const start = (): Promise<Dormice> =>
  startDormice({
    ...defaultOptions,
    dataDir: directory,
    listen: free,
    dashboard: free,
    logLevel: 'error',
  });

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'dormice-server-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function namespaces(file: string): Promise<string[]> {
  const config = await loadKubeconfig({ file });
  const transport = await transportFromKubeconfig(config);
  try {
    const { items } = await createClient(transport).list(resources.namespaces);
    return items.map(({ metadata }) => metadata.name ?? '');
  } finally {
    await transport.close();
  }
}

describe('Dormice as one process', () => {
  it('makes a demo cluster that answers by server name, and finds it again', async () => {
    const first = await start();
    const file = (await first.ensureDemo()) ?? '';
    expect(await namespaces(file)).toContain('kube-system');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await first.close();
    await expect(stat(first.layout.lock)).rejects.toThrow('ENOENT');

    const second = await start();
    const again = (await second.ensureDemo()) ?? '';
    expect(await namespaces(again)).toContain('kube-system');
    const { items } = await second.host.list(resources.virtualclusters);
    expect(items).toHaveLength(1);
    await second.close();
  });

  it('says which file of a host is wrong, and lets the data directory go', async () => {
    const file = path.join(directory, 'host.yaml');
    await writeFile(file, 'apiVersion: v1\nkind: Config\n');
    const options = { ...defaultOptions, dataDir: directory, listen: free, dashboard: free };
    await expect(startDormice({ ...options, hostKubeconfig: file })).rejects.toThrow(
      `kubeconfig ${file}: no context`,
    );
    await writeFile(
      file,
      JSON.stringify({
        clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
        contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
        'current-context': 'a',
      }),
    );
    await expect(startDormice({ ...options, hostKubeconfig: file })).rejects.toThrow(
      /the host at https:\/\/127\.0\.0\.1:1 .* cannot be used/,
    );
    await expect(stat(layoutOf(directory).lock)).rejects.toThrow('ENOENT');
  });
});

describe('the data directory', () => {
  it('is held by one process, and taken over from one that died', async () => {
    const layout = layoutOf(path.join(directory, 'lock'));
    const release = await lockDataDir(layout);
    await writeFile(layout.lock, `${process.ppid}\n`);
    const held = (await readFile(`/proc/${process.ppid}/cmdline`, 'utf8')).includes('node');
    if (held) await expect(lockDataDir(layout)).rejects.toThrow(DataDirInUse);
    await writeFile(layout.lock, '4194304\n');
    (await lockDataDir(layout))();
    release();
  });

  it('keeps one login token, for nobody else to read', async () => {
    const file = path.join(directory, 'token');
    const token = await loadToken(file);
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    expect(await loadToken(file)).toBe(token);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
