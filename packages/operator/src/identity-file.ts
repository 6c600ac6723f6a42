import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { ClusterPki } from '@dormice/apiserver';

const fileName = 'identity.json';
const format = 1;

/** Where the keys of a cluster lie. */
export function identityPath(directory: string): string {
  return path.join(directory, fileName);
}

export function hasIdentity(directory: string): boolean {
  return existsSync(identityPath(directory));
}

/** SHA-256 of the CA certificate, as `status.identity` records it. */
export function fingerprint(pki: ClusterPki): string {
  return createHash('sha256').update(pki.ca.certificate).digest('hex');
}

/** Throws with the file's name when it is not one of ours. */
export async function readIdentity(directory: string): Promise<ClusterPki> {
  const file = identityPath(directory);
  const text = await readFile(file, 'utf8');
  let parsed: { format?: number; pki?: ClusterPki };
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch (cause) {
    throw new Error(`${file} is not JSON; restore it from a backup`, { cause });
  }
  if (parsed.format !== format || parsed.pki === undefined) {
    throw new Error(
      `${file} has format ${String(parsed.format)}, this Dormice reads ${format}; use the version that wrote it`,
    );
  }
  return parsed.pki;
}

/** Atomically, mode 0600, on disk when it returns. */
export async function writeIdentity(directory: string, pki: ClusterPki): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = identityPath(directory);
  const draft = `${file}.${process.pid}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify({ format, pki }));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(draft, 0o600);
  await rename(draft, file);
}
