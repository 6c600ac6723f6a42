import { readFileSync, statSync, unwatchFile, watchFile } from 'node:fs';
import { type CompiledAuthentication, readAuthentication } from '@dormice/apiserver';
import type { Log } from './log.ts';

const lookEveryMs = 5_000;

/** The authentication configuration of all virtual clusters, read anew when its file changes. */
export interface AuthenticationFile {
  current: () => CompiledAuthentication;
  close(): Promise<void>;
}

/** @throws Error when the file cannot be read or does not hold; later faults are logged, and what held goes on */
export function openAuthenticationFile(file: string, log: Log): AuthenticationFile {
  let current = readAuthentication(readFileSync(file, 'utf8'));
  const changed = (): void => {
    if (!statSync(file, { throwIfNoEntry: false })) return;
    try {
      current = readAuthentication(readFileSync(file, 'utf8'));
      log('info', 'authentication configuration read anew', { file });
    } catch (error) {
      log('error', 'the new authentication configuration does not hold; the old one stays', {
        file,
        error: String(error),
      });
    }
  };
  watchFile(file, { interval: lookEveryMs, persistent: false }, changed);
  return {
    current: () => current,
    close: () => {
      unwatchFile(file, changed);
      return Promise.resolve();
    },
  };
}
