import { bool, type CelType, dyn, listOf, mapOf, type ObjectType, string } from '@dormice/cel';

function object(name: string, fields: Record<string, CelType>): ObjectType {
  return {
    kind: 'object',
    name: `kubernetes.${name}`,
    fields: new Map(Object.entries(fields).map(([field, type]) => [field, { name: field, type }])),
  };
}

const kindType = object('GroupVersionKind', { group: string, version: string, kind: string });
const resourceType = object('GroupVersionResource', {
  group: string,
  version: string,
  resource: string,
});

/** The variable `request` of admission expressions. */
export const requestType = object('AdmissionRequest', {
  kind: kindType,
  resource: resourceType,
  subResource: string,
  requestKind: kindType,
  requestResource: resourceType,
  requestSubResource: string,
  name: string,
  namespace: string,
  operation: string,
  userInfo: object('UserInfo', {
    username: string,
    uid: string,
    groups: listOf(string),
    extra: mapOf(string, listOf(string)),
  }),
  dryRun: bool,
  options: dyn,
});
