import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openAuthenticationFile } from './authentication-file.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'dormice-authn-'));
});
afterAll(() => rm(directory, { recursive: true }));

const text = (anonymous: unknown): string =>
  JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    anonymous,
  });

describe('the authentication file', () => {
  it('is read anew when it changes, and what held stays when it does not', async () => {
    const file = path.join(directory, 'authentication.yaml');
    await writeFile(file, text({ enabled: true }));
    const said: string[] = [];
    const opened = openAuthenticationFile(file, (level) => void said.push(level));
    expect(opened.current().anonymous).toEqual({ enabled: true });
    await writeFile(file, text({ enabled: false }));
    await vi.waitFor(() => expect(opened.current().anonymous).toEqual({ enabled: false }), 15_000);
    await writeFile(file, text({ odd: 1 }));
    await vi.waitFor(() => expect(said).toContain('error'), 15_000);
    expect(opened.current().anonymous).toEqual({ enabled: false });
    await opened.close();
  });

  it('must hold from the start', async () => {
    const file = path.join(directory, 'wrong.yaml');
    await writeFile(file, 'kind: Policy');
    expect(() => openAuthenticationFile(file, () => undefined)).toThrow(
      'AuthenticationConfiguration',
    );
  });
});
