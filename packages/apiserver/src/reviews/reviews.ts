import { errors, formatTime, type KubeObject } from '@dormice/apimachinery';
import type { UserInfo } from '@dormice/client';
import { userOfIssuer } from '../authenticate/authenticate.ts';
import { defaultAudience, verifyToken } from '../authenticate/service-account-token.ts';
import { type AuthorizerAttributes, authorize } from '../authorize/authorize.ts';
import { allRules } from '../authorize/rbac.ts';
import type { ServerContext } from '../context.ts';
import { validateAccess } from './validate-access.ts';

type Review = (
  context: ServerContext,
  object: KubeObject,
  user: UserInfo,
  namespace: string,
) => Promise<KubeObject>;

interface AccessSpec {
  resourceAttributes?: {
    verb?: string;
    group?: string;
    version?: string;
    resource?: string;
    subresource?: string;
    namespace?: string;
    name?: string;
  };
  nonResourceAttributes?: { path?: string; verb?: string };
}

function attributesOf(spec: AccessSpec, user: UserInfo): AuthorizerAttributes {
  const { resourceAttributes: asked, nonResourceAttributes: path } = spec;
  return {
    user,
    isResource: asked !== undefined,
    verb: asked?.verb ?? path?.verb ?? '',
    group: asked?.group ?? '',
    version: asked?.version ?? '',
    resource: asked?.resource ?? '',
    subresource: asked?.subresource ?? '',
    namespace: asked?.namespace ?? '',
    name: asked?.name ?? '',
    path: path?.path ?? '',
  };
}

async function decided(
  context: ServerContext,
  object: KubeObject,
  attributes: AuthorizerAttributes,
): Promise<KubeObject> {
  const { allowed, reason } = await authorize(context, attributes);
  return { ...object, status: { allowed, ...(reason === '' ? {} : { reason }) } };
}

function subjectOf(spec: KubeObject['spec']): UserInfo {
  const { user = '', groups = [], uid, extra } = spec;
  return { username: user, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
}

const selfAccess: Review = (context, object, user) => {
  validateAccess(object, 'SelfSubjectAccessReview');
  return decided(context, object, attributesOf(object['spec'], user));
};

const subjectAccess: Review = (context, object) => {
  validateAccess(object, 'SubjectAccessReview');
  const { spec } = object as KubeObject[string];
  return decided(context, object, attributesOf(spec, subjectOf(spec)));
};

const localAccess: Review = (context, object, _user, namespace) => {
  object.metadata.namespace ??= namespace;
  validateAccess(object, 'LocalSubjectAccessReview');
  const { spec, metadata } = object as KubeObject[string];
  if ((metadata.namespace ?? '') !== namespace) {
    throw errors.badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
  }
  return decided(context, object, attributesOf(spec, subjectOf(spec)));
};

const selfRules: Review = async (context, object, user) => {
  const namespace: string = object['spec']?.namespace ?? '';
  if (namespace === '') throw errors.badRequest('no namespace on request');
  const rules = allRules(context, user, namespace);
  return {
    ...object,
    metadata: {},
    spec: {},
    status: {
      resourceRules: rules
        .filter(({ resources }) => (resources ?? []).length > 0)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          apiGroups,
          resources,
          ...(resourceNames ? { resourceNames } : {}),
        })),
      nonResourceRules: rules
        .filter(({ nonResourceURLs }) => (nonResourceURLs ?? []).length > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: false,
    },
  };
};

const selfSubject: Review = async (context, object, user) => ({
  ...object,
  metadata: { creationTimestamp: formatTime(context.now()) },
  status: { userInfo: userInfoOf(user) },
});

const userInfoOf = ({ username, uid, groups, extra }: UserInfo) => ({
  username,
  ...(uid ? { uid } : {}),
  groups,
  ...(extra ? { extra } : {}),
});

/** Tokens of other issuers are for the API itself, whatever audience they name. */
async function issuedToken(context: ServerContext, given: string, asked: readonly string[]) {
  const audience = defaultAudience(context);
  if (!asked.includes(audience)) return undefined;
  const user = await userOfIssuer(context, given);
  return user && { user, audiences: [audience] };
}

const token: Review = async (context, object) => {
  const given: string = object['spec']?.token ?? '';
  if (given === '') throw errors.badRequest('token is required for TokenReview in authentication');
  const asked: string[] = object['spec']?.audiences ?? [];
  const audiences = asked.length > 0 ? asked : [defaultAudience(context)];
  const verified =
    (await verifyToken(context, given, audiences)) ??
    (await issuedToken(context, given, audiences));
  const status = verified
    ? { authenticated: true, user: userInfoOf(verified.user), audiences: verified.audiences }
    : { user: {}, error: 'invalid bearer token' };
  return { ...object, status };
};

/** Kinds that are questions: created, answered, never stored. */
export const reviews: Record<string, Review> = {
  'authorization.k8s.io/selfsubjectaccessreviews': selfAccess,
  'authorization.k8s.io/subjectaccessreviews': subjectAccess,
  'authorization.k8s.io/localsubjectaccessreviews': localAccess,
  'authorization.k8s.io/selfsubjectrulesreviews': selfRules,
  'authentication.k8s.io/selfsubjectreviews': selfSubject,
  'authentication.k8s.io/tokenreviews': token,
};
