import { X509Certificate } from 'node:crypto';
import type { KubeObject } from '@dormice/apimachinery';
import type { Resource } from '@dormice/client';
import { watchItself } from '../common/keys.ts';
import { find, ignoreNotFound } from '../common/read.ts';
import type { Controller } from '../controller.ts';

export const certificateRequests: Resource = {
  group: 'certificates.k8s.io',
  version: 'v1',
  resource: 'certificatesigningrequests',
  kind: 'CertificateSigningRequest',
  namespaced: false,
};

const hour = 3_600_000;

/** How long requests stay, milliseconds; upstream's. */
const kept = {
  decided: hour,
  waiting: 24 * hour,
};

/** Deletes certificate requests that nobody needs any more: answered, or never answered. */
export const certificateRequestCleaner: Controller = {
  name: 'certificatesigningrequest-cleaner-controller',
  watches: [watchItself(certificateRequests)],
  async reconcile({ name }, { client, now }) {
    const request = await find(client, certificateRequests, '', name);
    if (!request || request.metadata.deletionTimestamp !== undefined) return undefined;
    const end = Math.min(...endsOf(request));
    if (end === Number.POSITIVE_INFINITY) return undefined;
    const left = end - now().getTime();
    if (left >= 0) return { after: left + 1000 };
    await ignoreNotFound(client.delete(certificateRequests, name));
    return undefined;
  },
};

/** When it may go, one for each reason, milliseconds since 1970. */
function endsOf({ metadata, status }: KubeObject): number[] {
  const conditions: { type: string; lastUpdateTime?: string }[] = status?.conditions ?? [];
  if (conditions.length === 0) {
    return [Date.parse(metadata.creationTimestamp ?? '') + kept.waiting].filter(isTime);
  }
  const certificate: string = status.certificate ?? '';
  return conditions
    .flatMap(({ type, lastUpdateTime = '' }) => {
      const since = Date.parse(lastUpdateTime);
      if (type === 'Denied' || type === 'Failed') return [since + kept.decided];
      if (type !== 'Approved') return [];
      return certificate === ''
        ? [since + kept.waiting]
        : [since + kept.decided, notAfter(certificate)];
    })
    .filter(isTime);
}

const isTime = (value: number): boolean => !Number.isNaN(value);

/** When a certificate ends; `NaN` for what is none: signers of others may write anything. */
function notAfter(certificate: string): number {
  try {
    return new X509Certificate(Buffer.from(certificate, 'base64')).validToDate.getTime();
  } catch {
    return Number.NaN;
  }
}
