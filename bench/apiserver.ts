import { parseKubeconfig } from '@dormice/client';
import { create, ensureNamespace, kubeconfigOf, untilCount } from './lib/clusters.ts';
import { DormiceProcess } from './lib/dormice-process.ts';
import { LoadClient, type Target } from './lib/load-client.ts';
import { inParallel, mib, ms, percentile, perSecond, type Result, type Row } from './lib/stats.ts';
import { Upstream } from './lib/upstream.ts';

interface Measured {
  createRate: number;
  createP99: number;
  getRate: number;
  listMs: number;
  tableMs: number;
  lagP99: number;
  delivered: number;
  rss: number;
  startMs: number;
}

const base = '/api/v1/namespaces/default/configmaps';
const parallel = 32;
const sizes = { creates: 3_000, gets: 20_000, objects: 5_000, watches: 100, writes: 200 };
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

const configMap = (name: string, size = 2048): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { a: 'x'.repeat(size) },
  });

/** The same load for either side. */
async function measure(target: Target): Promise<Omit<Measured, 'rss' | 'startMs'>> {
  const client = new LoadClient(target);
  await inParallel(200, parallel, (index) => client.ok('POST', base, configMap(`warm-${index}`)));
  const creates = await inParallel(sizes.creates, parallel, (index) =>
    client.ok('POST', base, configMap(`c-${index}`)),
  );
  const gets = await inParallel(sizes.gets, parallel, (index) =>
    client.ok('GET', `${base}/c-${index % sizes.creates}`),
  );
  await inParallel(sizes.objects - sizes.creates - 200, parallel, (index) =>
    client.ok('POST', base, configMap(`d-${index}`)),
  );
  const list = await inParallel(10, 1, () => client.ok('GET', base));
  const asTable = await inParallel(10, 1, () =>
    client.ok('GET', base, undefined, { accept: table }),
  );
  const { lags, delivered } = await fanOut(target);
  client.close();
  return {
    createRate: sizes.creates / creates.seconds,
    createP99: percentile(creates.each, 0.99),
    getRate: sizes.gets / gets.seconds,
    listMs: percentile(list.each, 0.5),
    tableMs: percentile(asTable.each, 0.5),
    lagP99: percentile(lags, 0.99),
    delivered,
  };
}

/** Many watches of one resource, a hundred writes a second; from the write's start to each watcher's line. */
async function fanOut(target: Target): Promise<{ lags: number[]; delivered: number }> {
  const writer = new LoadClient(target);
  const watchers = new LoadClient(target);
  const path = '/api/v1/namespaces/kube-public/configmaps';
  const sent = new Map<string, number>();
  const lags: number[] = [];
  for (let index = 0; index < sizes.watches; index += 1) {
    watchers.watch(`${path}?watch=true`, (line) => {
      const name = /"name":"(w-\d+)"/.exec(line)?.[1];
      const at = name === undefined ? undefined : sent.get(name);
      if (at !== undefined) lags.push(performance.now() - at);
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (let index = 0; index < sizes.writes; index += 1) {
    sent.set(`w-${index}`, performance.now());
    void writer.ok('POST', path, configMap(`w-${index}`, 256));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  writer.close();
  watchers.close();
  return { lags, delivered: lags.length / (sizes.watches * sizes.writes) };
}

async function measureDormice(): Promise<Measured> {
  const dormice = await DormiceProcess.create();
  try {
    const host = await dormice.start();
    const { readyMs } = dormice;
    await ensureNamespace(host);
    await create(host, 'load');
    await untilCount(host, 'Running', 1);
    const measured = await measure(targetOf(await kubeconfigOf(host, 'load')));
    return { ...measured, rss: dormice.rss(), startMs: readyMs };
  } finally {
    await dormice.remove();
  }
}

function targetOf(kubeconfig: string): Target {
  const { clusters, users } = parseKubeconfig(kubeconfig);
  const cluster = clusters?.[0]?.cluster ?? {};
  const user = users?.[0]?.user ?? {};
  const data = (from: Record<string, unknown>, key: string) =>
    Buffer.from(String(from[key]), 'base64').toString('utf8');
  return {
    url: String(cluster['server']),
    servername: String(cluster['tls-server-name']),
    ca: data(cluster, 'certificate-authority-data'),
    cert: data(user, 'client-certificate-data'),
    key: data(user, 'client-key-data'),
  };
}

async function measureUpstream(bin: string): Promise<Measured> {
  const upstream = await Upstream.start(bin);
  try {
    const measured = await measure(upstream.target);
    return { ...measured, rss: upstream.rss(), startMs: upstream.startMs };
  } finally {
    await upstream.stop();
  }
}

/** What is compared: how it is shown, and whether more is better. */
const lines: {
  what: string;
  key: keyof Measured;
  show: (value: number) => string;
  more: boolean;
  aim: string;
}[] = [
  {
    what: 'creates of a 2 KiB ConfigMap, 32 in parallel, durable',
    key: 'createRate',
    show: (v) => perSecond(v, 1),
    more: true,
    aim: '≥ 2 ×',
  },
  { what: 'p99 of those', key: 'createP99', show: ms, more: false, aim: '≥ 1 ×' },
  {
    what: 'GET of a ConfigMap, 32 in parallel',
    key: 'getRate',
    show: (v) => perSecond(v, 1),
    more: true,
    aim: '≥ 2 ×',
  },
  {
    what: 'LIST of 5,000 as JSON (10 MiB), p50',
    key: 'listMs',
    show: ms,
    more: false,
    aim: '≥ 3 ×',
  },
  { what: 'the same as Table, p50', key: 'tableMs', show: ms, more: false, aim: '≥ 3 ×' },
  {
    what: '100 watches, 100 writes/s: lag p99',
    key: 'lagP99',
    show: ms,
    more: false,
    aim: '≥ 1 ×',
  },
  {
    what: 'events delivered',
    key: 'delivered',
    show: (v) => `${(v * 100).toFixed(1)} %`,
    more: true,
    aim: '100 %',
  },
  {
    what: 'memory after all that (host, operator and all included)',
    key: 'rss',
    show: mib,
    more: false,
    aim: '≥ 3 ×',
  },
  { what: 'start: process begin → ready', key: 'startMs', show: ms, more: false, aim: '≥ 5 ×' },
];

/** One virtual cluster's API through the gateway against kube-apiserver and etcd, same client, same run. */
export async function apiserver(bin: string | undefined): Promise<Result> {
  const ours = await measureDormice();
  const theirs = bin === undefined ? undefined : await measureUpstream(bin);
  const rows = lines.map(({ what, key, show, more, aim }): Row => {
    if (!theirs)
      return { what, value: `${show(ours[key])} (upstream not measured: no --upstream-bin)` };
    const ratio = more ? ours[key] / theirs[key] : theirs[key] / ours[key];
    return {
      what,
      value: `${show(ours[key])}, upstream ${show(theirs[key])}: ${ratio.toFixed(2)} ×`,
      aim,
    };
  });
  return { title: 'One API server against kube-apiserver and etcd', rows };
}
