import type { KubeObject } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes, GroupVersionKind } from '../../api-server.ts';

const group = 'admission.k8s.io';
const known = ['v1', 'v1beta1'];

/** The version of the review that a webhook takes, in its order of preference; nothing when we speak none of them. */
export function reviewVersion(accepted: readonly string[]): string | undefined {
  return accepted.find((version) => known.includes(version));
}

const gvk = ({ group, version, kind }: GroupVersionKind) => ({ group, version, kind });
const gvr = ({ group, version, resource }: Kind) => ({ group, version, resource });

/** The `AdmissionReview` that a webhook gets: the request as `kind` sees it, which the client asked for as `asked`. */
export function reviewOf(
  uid: string,
  attributes: AdmissionAttributes,
  asked: Kind,
  kind: Kind,
  objects: { object: KubeObject | undefined; oldObject: KubeObject | undefined },
  version: string,
) {
  const { subresource, user, operation, name, namespace, dryRun, options } = attributes;
  const sub = subresource === '' ? {} : { subResource: subresource };
  const requestSub = subresource === '' ? {} : { requestSubResource: subresource };
  return {
    kind: 'AdmissionReview',
    apiVersion: `${group}/${version}`,
    request: {
      uid,
      // Scale, Binding and the like are the same whatever version of the resource they belong to.
      kind: gvk(attributes.kind.kind === asked.kind ? kind : attributes.kind),
      resource: gvr(kind),
      ...sub,
      requestKind: gvk(attributes.kind),
      requestResource: gvr(asked),
      ...requestSub,
      ...(name === '' ? {} : { name }),
      ...(namespace === '' ? {} : { namespace }),
      operation,
      userInfo: {
        ...(user.username === '' ? {} : { username: user.username }),
        ...(user.uid ? { uid: user.uid } : {}),
        ...(user.groups.length > 0 ? { groups: user.groups } : {}),
        ...(user.extra && Object.keys(user.extra).length > 0 ? { extra: user.extra } : {}),
      },
      object: objects.object ?? null,
      oldObject: objects.oldObject ?? null,
      dryRun,
      options: options ?? null,
    },
  };
}

/** What a webhook answers. */
export interface ReviewResponse {
  uid: string;
  allowed: boolean;
  status?: { code?: number; message?: string; reason?: string; details?: object };
  patch?: string;
  patchType?: string | null;
  auditAnnotations?: Record<string, string>;
  warnings?: string[];
}

interface ReviewAnswer {
  kind?: string;
  apiVersion?: string;
  response?: ReviewResponse | null;
}

/** Reads the answer to a review. @throws Error with upstream's words */
export function responseOf(
  answer: unknown,
  { apiVersion, request: { uid } }: ReturnType<typeof reviewOf>,
  mutating: boolean,
): ReviewResponse {
  const { kind = '', apiVersion: said = '', response } = (answer ?? {}) as ReviewAnswer;
  if (!response) throw new Error('webhook response was absent');
  // The older review was never checked.
  if (apiVersion !== `${group}/v1`) return response;
  if (response.uid !== uid) {
    throw new Error(
      `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`,
    );
  }
  if (kind !== 'AdmissionReview' || said !== apiVersion) {
    const got = `${said.includes('/') ? said : `/${said}`}, Kind=${kind}`;
    throw new Error(`expected webhook response of ${apiVersion}, Kind=AdmissionReview, got ${got}`);
  }
  const problem = mutating ? patchProblem(response) : patchForbidden(response);
  if (problem !== undefined) throw new Error(problem);
  return response;
}

function patchProblem({ patch = '', patchType = null }: ReviewResponse): string | undefined {
  if (patch !== '' && patchType === null) {
    return 'webhook returned response.patch but not response.patchType';
  }
  if (patch === '' && patchType !== null) {
    return 'webhook returned response.patchType but not response.patch';
  }
  return patchType === '' ? 'webhook returned invalid response.patchType of ""' : undefined;
}

function patchForbidden({ patch = '', patchType = null }: ReviewResponse): string | undefined {
  if (patch !== '') return 'validating webhook may not return response.patch';
  return patchType === null ? undefined : 'validating webhook may not return response.patchType';
}
