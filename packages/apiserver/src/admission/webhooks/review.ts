import { apiVersionOf, type KubeObject } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';

const gvk = ({ group, version, kind }: Kind) => ({ group, version, kind });
const gvr = ({ group, version, resource }: Kind) => ({ group, version, resource });

/** The `AdmissionReview` that a webhook gets: the request as `kind` sees it, which the client asked for as `asked`. */
export function reviewOf(
  uid: string,
  attributes: AdmissionAttributes,
  asked: Kind,
  kind: Kind,
  objects: { object: KubeObject | undefined; oldObject: KubeObject | undefined },
) {
  const { subresource, user, operation, name, namespace, dryRun, options } = attributes;
  const sub = subresource === '' ? {} : { subResource: subresource };
  const requestSub = subresource === '' ? {} : { requestSubResource: subresource };
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind: gvk(kind),
      resource: gvr(kind),
      ...sub,
      requestKind: gvk(asked),
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
  patchType?: string;
  auditAnnotations?: Record<string, string>;
  warnings?: string[];
}

/** Reads the answer to the review `uid`. @throws Error with upstream's words */
export function responseOf(text: string, uid: string): ReviewResponse {
  const value = JSON.parse(text) as {
    kind?: string;
    apiVersion?: string;
    response?: ReviewResponse;
  };
  const wanted = apiVersionOf('admission.k8s.io', 'v1');
  if (value.kind !== 'AdmissionReview' || value.apiVersion !== wanted) {
    const [group = '', version = ''] = (value.apiVersion ?? '').split('/');
    const got = `${group}/${version}, Kind=${value.kind ?? ''}`;
    throw new Error(`expected webhook response of ${wanted}, Kind=AdmissionReview, got ${got}`);
  }
  const { response } = value;
  if (!response) throw new Error('webhook response was absent');
  if (response.uid !== uid) {
    throw new Error(
      `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`,
    );
  }
  const patched = (response.patch ?? '') !== '';
  if (patched && !response.patchType) {
    throw new Error('webhook returned response.patch but not response.patchType');
  }
  if (!patched && response.patchType) {
    throw new Error('webhook returned response.patchType but not response.patch');
  }
  if (patched && response.patchType !== 'JSONPatch') {
    throw new Error(
      `webhook returned invalid response.patchType of ${JSON.stringify(response.patchType)}`,
    );
  }
  return response;
}
