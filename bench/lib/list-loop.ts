/** Lists one path in a tight loop until its standard input ends: `node list-loop.ts PATH PARALLEL`, the target on stdin. */
import { LoadClient, type Target } from './load-client.ts';

const [path = '/', parallel = '1'] = process.argv.slice(2);
let text = '';
for await (const piece of process.stdin) {
  text += String(piece);
  if (text.endsWith('\n')) break;
}
const client = new LoadClient(JSON.parse(text) as Target);

async function loop(): Promise<void> {
  for (;;) {
    const { bytes } = await client.request('GET', path);
    process.stdout.write(`${bytes}\n`);
  }
}

await Promise.all(Array.from({ length: Number(parallel) }, loop));
