/**
 * Asks for one path again and again until its standard input ends, then prints the longest wait in milliseconds:
 * `node wait-probe.ts PATH`, the target on stdin. A process of its own: reading long lists would delay its clock.
 */
import { LoadClient, type Target } from './load-client.ts';
import { sleep } from './stats.ts';

const [path = '/'] = process.argv.slice(2);
let text = '';
let ended = false;
const target = new Promise<Target>((resolve) => {
  process.stdin.on('data', (piece) => {
    text += String(piece);
    if (text.endsWith('\n')) resolve(JSON.parse(text) as Target);
  });
});
process.stdin.on('end', () => {
  ended = true;
});
const client = new LoadClient(await target);
await client.ok('GET', path);
process.stdout.write('ready\n');
let longest = 0;
while (!ended) {
  const began = performance.now();
  await client.ok('GET', path);
  longest = Math.max(longest, performance.now() - began);
  await sleep(2);
}
client.close();
process.stdout.write(`${longest}\n`);
