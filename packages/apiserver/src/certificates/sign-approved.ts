import { formatTime, type KubeObject } from '@dormice/apimachinery';
import type { Resource } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import { keyPrefix } from '../registry/keys.ts';
import { signers } from './signers.ts';

const requests: Resource = {
  group: 'certificates.k8s.io',
  version: 'v1',
  resource: 'certificatesigningrequests',
  kind: 'CertificateSigningRequest',
  namespaced: false,
};
const prefix = keyPrefix(requests);
/** How long a certificate lives that says nothing else, seconds: a year. */
const usualLife = 365 * 24 * 3600;

const has = ({ status }: KubeObject, type: string): boolean =>
  ((status?.conditions ?? []) as { type: string; status: string }[]).some(
    (condition) => condition.type === type && condition.status === 'True',
  );

/** Signs what was approved for a built-in signer, or says why it does not. */
export async function signApproved(context: ServerContext): Promise<void> {
  for (const request of context.objects.list(prefix)) {
    if (!has(request, 'Approved') || has(request, 'Denied') || has(request, 'Failed')) continue;
    if (request['status'].certificate || !signers[request['spec'].signerName]) continue;
    try {
      await sign(context, request);
    } catch (error) {
      // Somebody else was quicker, or the cluster closes: the next change of one tries again.
      context.log('warn', 'certificate request not signed', {
        request: request.metadata.name,
        error: (error as Error).message,
      });
    }
  }
}

async function sign(context: ServerContext, request: KubeObject): Promise<void> {
  const { spec, status } = request;
  const text = Buffer.from(spec.request, 'base64').toString('utf8');
  const { CertificateRequest } = await import('../pki/sign-request.ts');
  const parsed = new CertificateRequest(text);
  const usages: string[] = spec.usages;
  const problem = signers[spec.signerName]?.({ ...parsed.requested, usages });
  const next =
    problem === undefined
      ? {
          ...status,
          certificate: Buffer.from(
            await parsed.sign(context.pki.ca, {
              usages,
              now: context.now(),
              seconds: Math.min(spec.expirationSeconds ?? usualLife, usualLife),
            }),
          ).toString('base64'),
        }
      : { ...status, conditions: [...status.conditions, failed(context, problem)] };
  await context.client.update(requests, { ...request, status: next }, { subresource: 'status' });
}

function failed(context: ServerContext, message: string): object {
  const now = formatTime(context.now());
  return {
    type: 'Failed',
    status: 'True',
    reason: 'SignerValidationFailure',
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
}
