import { errors, formatTime, type KubeObject } from '@dormice/apimachinery';
import { kindByResource } from '@dormice/kinds';
import type { ServerContext } from '../context.ts';
import { entryOf } from '../registry/read.ts';
import { present } from '../registry/stored.ts';
import { defaultAudience, signToken } from './service-account-token.ts';

/** Seconds. */
const limits = { byDefault: 3600, least: 600, most: 2 ** 32 };

const boundKinds: Record<string, { resource: string; claim: 'pod' | 'secret' | 'node' }> = {
  Pod: { resource: 'pods', claim: 'pod' },
  Secret: { resource: 'secrets', claim: 'secret' },
  Node: { resource: 'nodes', claim: 'node' },
};

/** POST `serviceaccounts/NAME/token`: a signed token, bound to the account and perhaps to a pod, secret or node. */
export async function createToken(
  context: ServerContext,
  namespace: string,
  name: string,
  request: KubeObject,
): Promise<KubeObject> {
  const spec = request['spec'] ?? {};
  const lifetime: number = spec.expirationSeconds ?? limits.byDefault;
  if (lifetime < limits.least || lifetime > limits.most) {
    throw errors.invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
      {
        type: 'FieldValueInvalid',
        field: 'spec.expirationSeconds',
        badValue: lifetime,
        detail:
          lifetime < limits.least
            ? 'may not specify a duration less than 10 minutes'
            : 'may not specify a duration larger than 2^32 seconds',
      },
    ]);
  }
  const account = objectOf(context, 'serviceaccounts', namespace, name);
  const bound = boundTo(context, namespace, name, spec.boundObjectRef);
  const audiences: string[] =
    (spec.audiences ?? []).length > 0 ? spec.audiences : [defaultAudience(context)];
  const { token, expires } = await signToken(context, {
    audiences,
    lifetime,
    kubernetes: { namespace, serviceaccount: { name, uid: account.metadata.uid ?? '' }, ...bound },
  });
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {
      name,
      namespace,
      uid: context.uuid(),
      creationTimestamp: formatTime(context.now()),
    },
    spec: {
      audiences,
      expirationSeconds: lifetime,
      boundObjectRef: spec.boundObjectRef ?? null,
    },
    status: { token, expirationTimestamp: formatTime(expires) },
  };
}

function objectOf(
  context: ServerContext,
  resource: string,
  namespace: string,
  name: string,
): KubeObject {
  const kind = kindByResource('', 'v1', resource);
  if (!kind) throw errors.unknownPath();
  return present(kind, entryOf(context, kind, namespace, name).value);
}

/** As Go prints it: with the slash, group or not. */
const groupVersionOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;

/** What a token hangs on: it ends with it. */
function boundTo(
  context: ServerContext,
  namespace: string,
  account: string,
  reference: { kind: string; apiVersion: string; name: string; uid?: string } | undefined,
) {
  if (!reference) return {};
  const known = boundKinds[reference.kind];
  if (!known || reference.apiVersion !== 'v1') {
    throw errors.badRequest(
      `cannot bind token to object of type ${groupVersionOf(reference.apiVersion)}, Kind=${reference.kind}`,
    );
  }
  const { resource, claim } = known;
  const object = objectOf(context, resource, claim === 'node' ? '' : namespace, reference.name);
  if (
    reference.uid !== undefined &&
    reference.uid !== '' &&
    reference.uid !== object.metadata.uid
  ) {
    throw errors.conflict(
      { group: '', resource },
      reference.name,
      `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  const bound = { [claim]: { name: reference.name, uid: object.metadata.uid ?? '' } };
  if (claim !== 'pod') return bound;
  const runsAs: string = object['spec']?.serviceAccountName ?? '';
  if (runsAs !== account) {
    throw errors.badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
    );
  }
  const nodeName: string | undefined = object['spec']?.nodeName;
  return nodeName ? { ...bound, node: { name: nodeName, uid: '' } } : bound;
}
