import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bundleOf } from './lib/bundle.mjs';

const root = path.dirname(import.meta.dirname);
const data = mkdtempSync(path.join(tmpdir(), 'dormice-bundle-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));
const said: string[] = [];
const bundle = () => bundleOf(root, process.execPath, (text: string) => said.push(text));

it('the bundle of the same sources is made once', () => {
  const first = bundle();
  said.length = 0;
  expect(first).toBeDefined();
  expect(bundle()).toBe(first);
  expect(said).toEqual([]);
});

it('the bundled command knows its version, so finds files beside its sources', () => {
  const main = path.join(bundle() ?? '', 'dormice.js');
  const text = execFileSync(process.execPath, [main, 'version', '--client'], { encoding: 'utf8' });
  expect(text).toMatch(/\d+\.\d+\.\d+/);
});

it('the bundled API server starts, with a writer thread that is bundled too', async () => {
  const main = path.join(bundle() ?? '', 'api-only.js');
  const child = spawn(process.execPath, [main, data], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const said = await Promise.race([once(child.stdout, 'data'), ended]);
  child.kill();
  await ended;
  // It says so once the cluster is bootstrapped, which is when the writer thread has made it durable.
  expect(String(said[0])).toMatch(/^\{"url":"https:/);
});
