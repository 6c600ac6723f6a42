import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Target } from './load-client.ts';

/** How long another client, in a process of its own, waits at most for one object while `work` is under way, ms. */
export async function longestWait(
  target: Target,
  asked: string,
  work: () => Promise<void>,
): Promise<number> {
  const probe = path.join(import.meta.dirname, 'wait-probe.ts');
  const child = spawn(process.execPath, [probe, asked], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(`${JSON.stringify(target)}\n`);
  await once(child.stdout, 'data');
  let said = '';
  child.stdout.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  await work();
  child.stdin.end();
  await once(child, 'close');
  return Number(said);
}
