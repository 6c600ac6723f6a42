import { inNamespace, post, theme } from './steps.ts';

const authorization = '/apis/authorization.k8s.io/v1';
const review = (kind: string, spec: object, group = 'authorization') => ({
  apiVersion: `${group}.k8s.io/v1`,
  kind,
  spec,
});
const attributes = { namespace: 'twin', verb: 'get', resource: 'pods' };

/** Who may what, asked of the server. */
export const reviews = theme('reviews', {
  access: [
    post(
      `${authorization}/selfsubjectaccessreviews`,
      review('SelfSubjectAccessReview', { resourceAttributes: attributes }),
    ),
    post(`${authorization}/selfsubjectaccessreviews`, review('SelfSubjectAccessReview', {})),
    post(
      `${authorization}/selfsubjectaccessreviews`,
      review('SelfSubjectAccessReview', {
        resourceAttributes: attributes,
        nonResourceAttributes: { path: '/x', verb: 'get' },
      }),
    ),
    post(
      `${authorization}/subjectaccessreviews`,
      review('SubjectAccessReview', { user: 'nobody', resourceAttributes: attributes }),
    ),
    post(
      `${authorization}/subjectaccessreviews`,
      review('SubjectAccessReview', { resourceAttributes: attributes }),
    ),
    post(
      `${authorization}/subjectaccessreviews`,
      review('SubjectAccessReview', {
        user: 'x',
        groups: ['system:masters'],
        nonResourceAttributes: { path: '/x', verb: 'get' },
      }),
    ),
    post(
      inNamespace('localsubjectaccessreviews', 'authorization.k8s.io'),
      review('LocalSubjectAccessReview', { user: 'x', resourceAttributes: { namespace: 'other' } }),
    ),
    post(
      `${authorization}/selfsubjectrulesreviews`,
      review('SelfSubjectRulesReview', { namespace: 'twin' }),
    ),
    post(`${authorization}/selfsubjectrulesreviews`, review('SelfSubjectRulesReview', {})),
  ],
  identity: [
    post(
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      review('SelfSubjectReview', {}, 'authentication'),
    ),
    post(
      '/apis/authentication.k8s.io/v1/tokenreviews',
      review('TokenReview', { token: 'odd' }, 'authentication'),
    ),
    post(
      '/apis/authentication.k8s.io/v1/tokenreviews',
      review('TokenReview', {}, 'authentication'),
    ),
  ],
});
