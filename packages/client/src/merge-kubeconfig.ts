import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import type { KubeconfigFile } from './kubeconfig.ts';

const sections = ['clusters', 'users', 'contexts'] as const;

/**
 * Adds the stanzas of one kubeconfig to another file, replacing those of the same name and leaving everything else,
 * comments included. The file is replaced in one step with mode 0600, under kubectl's own lock file.
 */
export async function mergeKubeconfig(
  file: string,
  added: KubeconfigFile,
  options: { switch?: boolean } = {},
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const target = await realpath(file).catch(() => file);
  const unlock = await lock(`${target}.lock`);
  try {
    const before = await readFile(target, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    await replace(target, mergeText(before, added, options.switch === true, target));
  } finally {
    await unlock();
  }
}

/** Pure part: text of the merged file. */
export function mergeText(
  before: string,
  added: KubeconfigFile,
  switchTo: boolean,
  file = 'kubeconfig',
): string {
  const document: Document = parseDocument(before);
  const [problem] = document.errors;
  if (problem)
    throw new Error(`${file} is not valid YAML, nothing was changed: ${problem.message}`);
  if (document.contents === null) {
    document.contents = document.createNode({ apiVersion: 'v1', kind: 'Config' });
  }
  if (!isMap(document.contents))
    throw new Error(`${file} is not a kubeconfig, nothing was changed`);
  const root = document.contents as YAMLMap;
  for (const section of sections) {
    const list = sequence(document, root, section, file);
    for (const stanza of added[section] ?? []) put(document, list, stanza);
  }
  const context = added['current-context'];
  if (root.get('current-context') === undefined) root.set('current-context', '');
  if (switchTo && context !== undefined) root.set('current-context', context);
  if (root.get('preferences') === undefined) root.set('preferences', document.createNode({}));
  return document.toString();
}

function sequence(document: Document, root: YAMLMap, key: string, file: string): YAMLSeq {
  const found = root.get(key, true);
  if (isSeq(found)) return found;
  if (found !== undefined && root.get(key) !== null) {
    throw new Error(`${file}: ${key} is not a list, nothing was changed`);
  }
  const made = document.createNode([]) as YAMLSeq;
  root.set(key, made);
  return made;
}

function put(document: Document, list: YAMLSeq, stanza: { name: string }): void {
  const node = document.createNode(stanza);
  const at = list.items.findIndex((item) => isMap(item) && item.get('name') === stanza.name);
  list.flow = false;
  if (at < 0) list.items.push(node);
  else list.items[at] = node;
}

async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(draft, 0o600);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** kubectl's lock: a file that exists while somebody writes. Waits 5 s at most. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (let tries = 0; ; tries += 1) {
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (tries >= 50) {
        throw new Error(`${file} exists: another program is writing; remove it if none is`, {
          cause: error,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
