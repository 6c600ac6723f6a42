import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadKubeconfig, parseKubeconfig } from './kubeconfig.ts';
import { mergeKubeconfig } from './merge-kubeconfig.ts';

const added = (name: string, server = 'https://one') => ({
  clusters: [{ name, cluster: { server } }],
  users: [{ name, user: { token: 't' } }],
  contexts: [{ name, context: { cluster: name, user: name } }],
  'current-context': name,
});

describe('mergeKubeconfig', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
    file = path.join(folder, 'config');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('makes a file that only its owner can read', async () => {
    await mergeKubeconfig(file, added('atlas'), { switch: true });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const context = await loadKubeconfig({ file });
    expect(context).toMatchObject({ context: 'atlas', server: 'https://one', token: 't' });
  });

  it('keeps what others wrote, comments included, and the context in use', async () => {
    await writeFile(
      file,
      '# mine\nclusters:\n- name: other # dear\n  cluster: {server: x}\ncurrent-context: other\n',
    );
    await mergeKubeconfig(file, added('atlas'));
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^# mine/);
    expect(text).toContain('# dear');
    const merged = parseKubeconfig(text);
    expect(merged['current-context']).toBe('other');
    expect(merged.clusters?.map(({ name }) => name)).toEqual(['other', 'atlas']);
  });

  it('replaces stanzas of the same name', async () => {
    await mergeKubeconfig(file, added('atlas', 'https://old'));
    await mergeKubeconfig(file, added('atlas', 'https://new'));
    const { clusters } = parseKubeconfig(await readFile(file, 'utf8'));
    expect(clusters).toEqual([{ name: 'atlas', cluster: { server: 'https://new' } }]);
  });

  it('leaves a file that is not a kubeconfig alone', async () => {
    await writeFile(file, 'a: [1\n');
    await expect(mergeKubeconfig(file, added('atlas'))).rejects.toThrow(/nothing was changed/);
    expect(await readFile(file, 'utf8')).toBe('a: [1\n');
    expect(await readdir(folder)).toEqual(['config']);
  });

  it('writes through a symbolic link', async () => {
    const target = path.join(folder, 'target');
    await writeFile(target, '');
    await symlink(target, file);
    await mergeKubeconfig(file, added('atlas'));
    expect(await readFile(target, 'utf8')).toContain('atlas');
  });

  it('loses nothing when several write at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(names.map((name) => mergeKubeconfig(file, added(name))));
    const { contexts } = parseKubeconfig(await readFile(file, 'utf8'));
    expect(contexts?.map(({ name }) => name).sort()).toEqual(names);
  });
});

describe('loadKubeconfig', () => {
  it('says which contexts there are when the asked one is not', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
    const file = path.join(folder, 'config');
    await mergeKubeconfig(file, added('atlas'));
    await expect(loadKubeconfig({ file, context: 'nope' })).rejects.toThrow(
      'no context "nope"; it has atlas',
    );
    await rm(folder, { recursive: true });
  });
});
