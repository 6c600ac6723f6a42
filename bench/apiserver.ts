import { type Measured, measure } from './lib/api-load.ts';
import { ApiProcess } from './lib/api-process.ts';
import { mib, ms, perSecond, type Result, type Row } from './lib/stats.ts';
import { Upstream } from './lib/upstream.ts';

/** What is compared: how it is shown, whether more is better, and what is aimed at. */
const lines: {
  what: string;
  key: keyof Measured;
  show: (value: number) => string;
  more?: boolean;
  aim: string;
  /** Is only our own value aimed at? */
  alone?: boolean;
}[] = [
  { what: 'start: process begin → first answer', key: 'startMs', show: ms, aim: '≥ 5 ×' },
  { what: 'memory, idle', key: 'idleRss', show: mib, aim: '≥ 3 ×' },
  {
    what: 'creates of a 2 KiB ConfigMap, 32 in parallel, durable',
    key: 'createRate',
    show: (v) => perSecond(v, 1),
    more: true,
    aim: '≥ 2 ×',
  },
  { what: 'p99 of those', key: 'createP99', show: ms, aim: '≥ 1 ×' },
  {
    what: 'GET of a Pod, 32 in parallel',
    key: 'getRate',
    show: (v) => perSecond(v, 1),
    more: true,
    aim: '≥ 2 ×',
  },
  { what: 'LIST of 5,000 Pods as JSON, p50', key: 'listMs', show: ms, aim: '≥ 3 ×' },
  { what: 'the same as Table, p50', key: 'tableMs', show: ms, aim: '≥ 3 ×' },
  {
    what: 'longest wait of another client meanwhile',
    key: 'waitMs',
    show: ms,
    aim: '≤ 20 ms',
    alone: true,
  },
  { what: '1,000 watches, 100 writes/s: lag p99', key: 'lagP99', show: ms, aim: '≥ 1 ×' },
  {
    what: 'events delivered',
    key: 'delivered',
    show: (v) => `${(v * 100).toFixed(1)} %`,
    more: true,
    aim: '100 %',
    alone: true,
  },
  {
    what: 'server-side apply of a 200-line Deployment, 8 in parallel',
    key: 'applyRate',
    show: (v) => perSecond(v, 1),
    more: true,
    aim: '≥ 1 ×',
  },
  { what: 'CRD of 1 MiB (30 versions): create', key: 'crdMs', show: ms, aim: '≥ 1 ×' },
  { what: 'its first object accepted after', key: 'firstObjectMs', show: ms, aim: '≥ 1 ×' },
  {
    what: 'its objects (120 fields) created, 32 in parallel',
    key: 'objectRate',
    show: (v) => perSecond(v, 1),
    more: true,
    aim: '≥ 1 ×, 1,000/s',
  },
  { what: 'memory after all that, with 10,000 Pods', key: 'loadedRss', show: mib, aim: '≥ 3 ×' },
];

const say = (side: string) => (text: string) => process.stderr.write(`  ${side}: ${text}\n`);

/** Our API server alone against kube-apiserver and etcd: same client, same machine, one after the other. */
export async function apiserver(bin: string | undefined): Promise<Result> {
  const ours = await measureOwn();
  const theirs = bin === undefined ? undefined : await measureUpstream(bin);
  const rows = lines.map(({ what, key, show, more = false, aim, alone = false }): Row => {
    if (!theirs) {
      return { what, value: `${show(ours[key])} (upstream not measured: no --upstream-bin)`, aim };
    }
    const ratio = more ? ours[key] / theirs[key] : theirs[key] / ours[key];
    const times = alone ? '' : `: ${ratio.toFixed(2)} ×`;
    return { what, value: `${show(ours[key])}, upstream ${show(theirs[key])}${times}`, aim };
  });
  return { title: 'One API server against kube-apiserver and etcd', rows };
}

async function measureOwn(): Promise<Measured> {
  const own = await ApiProcess.start();
  try {
    return await measure(own, say('ours'));
  } finally {
    await own.stop();
  }
}

async function measureUpstream(bin: string): Promise<Measured> {
  const upstream = await Upstream.start(bin);
  try {
    return await measure(upstream, say('upstream'));
  } finally {
    await upstream.stop();
  }
}
