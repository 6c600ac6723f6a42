import { create, ensureNamespace, scale, untilCount } from './lib/clusters.ts';
import { DormiceProcess } from './lib/dormice-process.ts';
import { inParallel, mib, ms, type Result, sleep } from './lib/stats.ts';

/** Many virtual clusters, created and idle, in one process. */
export async function density(count = 1000): Promise<Result> {
  const dormice = await DormiceProcess.create();
  try {
    const host = await dormice.start();
    await ensureNamespace(host);
    await sleep(5_000);
    const empty = dormice.rss();
    const first = Math.max(1, Math.floor(count / 10));
    await inParallel(first, 8, (index) => create(host, `vc-${index}`));
    await untilCount(host, 'Running', first);
    await sleep(15_000);
    const low = dormice.rss();
    const watchesLow = await watchesOf(host);
    const began = performance.now();
    await inParallel(count - first, 8, (index) => create(host, `vc-${first + index}`));
    await untilCount(host, 'Running', count);
    const createSeconds = (performance.now() - began) / 1000;
    await sleep(30_000);
    const high = dormice.rss();
    const watchesHigh = await watchesOf(host);
    const cpu = dormice.cpuSeconds();
    await sleep(60_000);
    const idleCpu = (dormice.cpuSeconds() - cpu) / 60;
    const logged = dormice.logged('virtual cluster runs');
    await dormice.stop();

    const again = await dormice.start();
    const restarted = performance.now();
    // The objects said Running before; that they do again stands in the log.
    while (dormice.logged('virtual cluster runs') < logged + count) await sleep(100);
    const { readyMs } = dormice;
    const allMs = readyMs + (performance.now() - restarted);
    await inParallel(count, 8, (index) => scale(again, `vc-${index}`, 0));
    await untilCount(again, 'Sleeping', count);
    await dormice.stop();
    await dormice.start();
    await sleep(15_000);
    const asleep = dormice.rss();
    const readyAsleep = dormice.readyMs;
    const slope = (high - low) / (count - first);
    return {
      title: `${count} virtual clusters, idle, in one process`,
      rows: [
        {
          what: `memory of one more, awake (RSS from ${first} to ${count})`,
          value: mib(slope),
          aim: '≤ 1 MiB',
        },
        {
          what: `the same from none to ${count} (garbage of the start included)`,
          value: mib((high - empty) / count),
        },
        {
          what: `RSS with none / ${first} / ${count} awake`,
          value: `${mib(empty)} / ${mib(low)} / ${mib(high)}`,
        },
        {
          what: `CPU of all together over 60 s`,
          value: `${Math.round(idleCpu * 1000)} mCPU`,
          aim: '≤ 20 mCPU',
        },
        {
          what: `watches on the host at ${first} / ${count}`,
          value: `${watchesLow} / ${watchesHigh}`,
          aim: 'constant',
        },
        {
          what: 'created',
          value: `${Math.round((count - first) / createSeconds)}/s`,
          aim: '≥ 20/s',
        },
        {
          what: `start with ${count} awake on disk: ready / all running`,
          value: `${ms(readyMs)} / ${ms(allMs)}`,
        },
        { what: `start with ${count} asleep: ready`, value: ms(readyAsleep) },
        { what: `RSS with ${count} asleep`, value: mib(asleep) },
      ],
    };
  } finally {
    await dormice.remove();
  }
}

/** Open watches of the host's API, from its own metrics. */
async function watchesOf(host: Parameters<typeof create>[0]): Promise<number> {
  const response = await host.transport.request({
    method: 'GET',
    path: '/metrics',
    query: new URLSearchParams(),
    headers: {},
  });
  const pieces: Uint8Array[] = [];
  if (response.body instanceof Uint8Array) pieces.push(response.body);
  else for await (const piece of response.body) pieces.push(piece);
  const text = Buffer.concat(pieces).toString('utf8');
  const gauges = text.matchAll(/^apiserver_longrunning_requests\{[^}]*WATCH[^}]*\} (\d+)/gm);
  return [...gauges].reduce((sum, [, open]) => sum + Number(open), 0);
}
