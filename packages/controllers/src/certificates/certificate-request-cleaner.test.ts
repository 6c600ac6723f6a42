import type { KubeObject } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import type { ReconcileContext } from '../controller.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { certificateRequestCleaner, certificateRequests } from './certificate-request-cleaner.ts';

const start = new Date('2026-11-24T00:00:00Z');
const after = (minutes: number): Date => new Date(start.getTime() + minutes * 60_000);
const key = { namespace: '', name: 'r' };

async function clean(status: object | undefined, minutes: number) {
  const cluster = new MemoryCluster(() => start);
  const request = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'r' },
  } as KubeObject;
  const { client } = cluster;
  const made = await client.create(certificateRequests, request);
  if (status) {
    const next = { ...made, status };
    await client.update(certificateRequests, next, { subresource: 'status' });
  }
  const context = { client, now: () => after(minutes) } as unknown as ReconcileContext;
  const requeue = await certificateRequestCleaner.reconcile(key, context);
  const { items } = await client.list(certificateRequests);
  return { there: items.length === 1, requeue };
}

const lastUpdateTime = after(60).toISOString();
const condition = (type: string) => ({ conditions: [{ type, status: 'True', lastUpdateTime }] });

describe('a certificate request', () => {
  it.each([
    ['that nobody answered', undefined, 24 * 60],
    ['that was denied', condition('Denied'), 120],
    ['that failed', condition('Failed'), 120],
    ['that was approved and signed', { ...condition('Approved'), certificate: 'eA==' }, 120],
    ['that was approved and never signed', condition('Approved'), 25 * 60],
  ])('%s is deleted after its time, and looked at then', async (_, status, minutes) => {
    const before = await clean(status, minutes - 1);
    expect(before).toEqual({ there: true, requeue: { after: 61_000 } });
    expect(await clean(status, minutes + 1)).toEqual({ there: false, requeue: undefined });
  });

  it('with a condition that says nothing of it stays', async () => {
    const odd = await clean(condition('Odd'), 100_000);
    expect(odd).toEqual({ there: true, requeue: undefined });
  });
});
