import { errors, formatTime, type KubeObject } from '@dormice/apimachinery';
import type { ServerContext } from '../context.ts';
import { boundTo, objectOf } from './bound-object.ts';
import { defaultAudience, signToken } from './service-account-token.ts';

/** Seconds. */
const limits = { byDefault: 3600, least: 600, most: 2 ** 32 };

/**
 * Kubelets ask for this odd number of seconds for a pod's usual token; like upstream's, such tokens hold for a year and
 * say from when on their use is late, for programs that read theirs only once.
 */
const extended = { asked: 3607, lifetime: 365 * 24 * 3600 };

const tokenRequest = { group: 'authentication.k8s.io', kind: 'TokenRequest' };

const invalid = (name: string, field: string, badValue: unknown, detail: string) =>
  errors.invalid(tokenRequest, name, [{ type: 'FieldValueInvalid', field, badValue, detail }]);

/**
 * POST `serviceaccounts/NAME/token`: a signed token, bound to the account and perhaps to a pod, secret or node. Fills in
 * the request and answers with it; `admit` sees it before anything is signed. @throws StatusError
 */
export async function createToken(
  context: ServerContext,
  { namespace, name }: { namespace: string; name: string },
  request: KubeObject,
  admit: (request: KubeObject) => Promise<void>,
): Promise<KubeObject> {
  const asked = request.metadata;
  if (asked.name && asked.name !== name) {
    const why = 'must match the service account name if specified';
    throw invalid(name, 'metadata.name', asked.name, why);
  }
  const account = objectOf(context, 'serviceaccounts', namespace, name);
  const uid = account.metadata.uid ?? '';
  if (asked.uid && asked.uid !== uid) {
    throw errors.conflict(
      { group: tokenRequest.group, resource: tokenRequest.kind },
      name,
      `the UID in the token request (${asked.uid}) does not match the UID of the service account (${uid})`,
    );
  }
  const spec = filledIn(context, request['spec']);
  const creationTimestamp = formatTime(context.now());
  request.metadata = { ...asked, name, namespace, uid, creationTimestamp };
  request['spec'] = spec;
  delete request['status'];
  checkLifetime(spec.expirationSeconds);
  await admit(request);
  const bound = boundTo(context, namespace, name, spec.boundObjectRef);
  const { audiences, expirationSeconds } = request['spec'];
  const extend =
    bound.pod !== undefined &&
    expirationSeconds === extended.asked &&
    audiences.every((audience: string) => audience === defaultAudience(context));
  const { token, issued } = await signToken(context, {
    audiences,
    lifetime: extend ? extended.lifetime : expirationSeconds,
    ...(extend ? { warnAfter: expirationSeconds } : {}),
    kubernetes: { namespace, serviceaccount: { name, uid }, ...bound },
  });
  const expires = new Date((issued + expirationSeconds) * 1000);
  return { ...request, status: { token, expirationTimestamp: formatTime(expires) } };
}

/** An hour, where the request does not say. */
export function defaultLifetime(request: KubeObject): void {
  request['spec'] ??= {};
  request['spec'].expirationSeconds ??= limits.byDefault;
}

function filledIn(context: ServerContext, spec: KubeObject['spec']) {
  return {
    ...spec,
    audiences: (spec.audiences ?? []).length > 0 ? spec.audiences : [defaultAudience(context)],
    boundObjectRef: spec.boundObjectRef ?? null,
  };
}

function checkLifetime(seconds: number): void {
  const problem =
    seconds < limits.least
      ? 'may not specify a duration less than 10 minutes'
      : seconds > limits.most
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined;
  if (problem !== undefined) throw invalid('', 'spec.expirationSeconds', seconds, problem);
}
