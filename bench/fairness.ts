import { spawn } from 'node:child_process';
import path from 'node:path';
import { create, ensureNamespace, kubeconfigOf, untilCount } from './lib/clusters.ts';
import { DormiceProcess } from './lib/dormice-process.ts';
import { LoadClient, type Target } from './lib/load-client.ts';
import { inParallel, ms, percentile, type Result, sleep } from './lib/stats.ts';
import { targetOf } from './lib/target-of.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const objects = 10_000;
const rounds = 5;
/** Of the modest tenant, a round: so many requests, so many a second. */
const requests = 500;
const rate = 100;
/** Lists that the greedy tenant has under way at a time. */
const lists = 4;

const configMap = (name: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { a: 'x'.repeat(1024) },
  });

/** The greedy tenant, in a process of its own so that its reading does not hold up the one who measures. */
function listInLoop(target: Target): { stop: () => Promise<number> } {
  const main = path.join(import.meta.dirname, 'lib', 'list-loop.ts');
  const child = spawn(process.execPath, [main, configMaps, String(lists)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let done = 0;
  child.stdout.on('data', (piece: Buffer) => {
    done += piece.toString().split('\n').length - 1;
  });
  child.stdin.write(`${JSON.stringify(target)}\n`);
  return {
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve(done));
        child.kill('SIGKILL');
      }),
  };
}

/** Requests at a steady pace; how long each took, counted from when it should have been sent, milliseconds. */
async function paced(work: (index: number) => Promise<unknown>): Promise<number[]> {
  const each: number[] = [];
  const began = performance.now();
  const all: Promise<void>[] = [];
  for (let index = 0; index < requests; index += 1) {
    const due = began + (index * 1000) / rate;
    await sleep(Math.max(0, due - performance.now()));
    const at = performance.now();
    all.push(work(index).then(() => void each.push(performance.now() - at)));
  }
  await Promise.all(all);
  return each;
}

/** One tenant lists 10,000 objects in a tight loop; what another tenant's requests take then, and otherwise. */
export async function fairness(): Promise<Result> {
  const dormice = await DormiceProcess.create();
  try {
    const host = await dormice.start();
    await ensureNamespace(host);
    await create(host, 'greedy');
    await create(host, 'modest');
    await untilCount(host, 'Running', 2);
    const greedy = targetOf(await kubeconfigOf(host, 'greedy'));
    const filler = new LoadClient(greedy);
    await inParallel(objects, 32, (index) =>
      filler.ok('POST', configMaps, configMap(`c-${index}`)),
    );
    filler.close();
    const modest = new LoadClient(targetOf(await kubeconfigOf(host, 'modest')));
    await modest.ok('POST', configMaps, configMap('mine'));
    const get = () => modest.ok('GET', `${configMaps}/mine`);
    let created = 0;
    const post = () => {
      created += 1;
      return modest.ok('POST', configMaps, configMap(`m-${created}`));
    };
    await paced(get);
    const alone: { get: number[]; post: number[] } = { get: [], post: [] };
    const beside: typeof alone = { get: [], post: [] };
    let listed = 0;
    for (let round = 0; round < rounds; round += 1) {
      alone.get.push(...(await paced(get)));
      alone.post.push(...(await paced(post)));
      const loop = listInLoop(greedy);
      await sleep(1_500);
      beside.get.push(...(await paced(get)));
      beside.post.push(...(await paced(post)));
      listed += await loop.stop();
      await sleep(500);
    }
    modest.close();
    const rows = (['get', 'post'] as const).flatMap((what) =>
      [0.5, 0.99].map((share) => {
        const [before, during] = [percentile(alone[what], share), percentile(beside[what], share)];
        return {
          what: `${what === 'get' ? 'GET' : 'durable create'} of another tenant, p${share * 100}`,
          value: `${ms(during)}, alone ${ms(before)}: ${(during / before).toFixed(2)} ×`,
          ...(share === 0.99 ? { aim: '< 2 ×' } : {}),
        };
      }),
    );
    const what = `lists of ${objects} objects meanwhile, ${lists} at a time`;
    return {
      title: 'A tenant in a tight loop of lists, and its neighbour',
      rows: [...rows, { what, value: String(listed) }],
    };
  } finally {
    await dormice.remove();
  }
}
