import {
  authorizerType,
  bool,
  type CelType,
  compile,
  dyn,
  formatType,
  listOf,
  mapOf,
  type ObjectType,
  type Program,
  resourceCheckType,
  string,
} from '@dormice/cel';

const object = (name: string, fields: Record<string, CelType>): ObjectType => ({
  kind: 'object',
  name,
  fields: new Map(Object.entries(fields).map(([field, type]) => [field, { name: field, type }])),
});

const kindType = object('kubernetes.GroupVersionKind', {
  group: string,
  version: string,
  kind: string,
});
const resourceType = object('kubernetes.GroupVersionResource', {
  group: string,
  version: string,
  resource: string,
});

/** `request`: who asks for what. */
const requestType = object('kubernetes.AdmissionRequest', {
  kind: kindType,
  resource: resourceType,
  subResource: string,
  requestKind: kindType,
  requestResource: resourceType,
  requestSubResource: string,
  name: string,
  namespace: string,
  operation: string,
  userInfo: object('kubernetes.UserInfo', {
    username: string,
    uid: string,
    groups: listOf(string),
    extra: mapOf(string, listOf(string)),
  }),
  dryRun: bool,
  options: dyn,
});

const metadata = object('kubernetes.NamespaceMetadata', {
  name: string,
  generateName: string,
  namespace: string,
  labels: mapOf(string, string),
  annotations: mapOf(string, string),
  UID: string,
  creationTimestamp: { kind: 'timestamp' },
  deletionGracePeriodSeconds: { kind: 'int' },
  deletionTimestamp: { kind: 'timestamp' },
  generation: { kind: 'int' },
  resourceVersion: string,
  finalizers: listOf(string),
});

/** `namespaceObject`: the namespace of the object. */
const namespaceType = object('kubernetes.Namespace', {
  metadata,
  spec: object('kubernetes.NamespaceSpec', { finalizers: listOf(string) }),
  status: object('kubernetes.NamespaceStatus', { phase: string }),
});

/** What expressions of a place may use besides the object and the request. */
export interface Uses {
  params?: boolean;
  authorizer?: boolean;
  namespace?: boolean;
  /** Types of `variables.NAME`. */
  variables?: Readonly<Record<string, CelType>>;
  /** May it make patches? */
  patches?: boolean;
}

function variablesFor({ params, authorizer, namespace, variables }: Uses): Record<string, CelType> {
  return {
    object: dyn,
    oldObject: dyn,
    request: requestType,
    ...(namespace ? { namespaceObject: namespaceType } : {}),
    ...(params ? { params: dyn } : {}),
    ...(authorizer
      ? { authorizer: authorizerType, 'authorizer.requestResource': resourceCheckType }
      : {}),
    ...(variables ? { variables: object('kubernetes.variables', { ...variables }) } : {}),
  };
}

/**
 * Reads an expression of a policy or of a webhook's match conditions.
 *
 * @param result names of the types that it may have, absent: any
 * @returns the program, or what is wrong in upstream's words
 */
export function admissionExpression(
  source: string,
  uses: Uses,
  result?: readonly string[],
): { program: Program } | { problem: string } {
  const compiled = compile(source, {
    variables: variablesFor(uses),
    patches: uses.patches ?? false,
  });
  if ('error' in compiled) return { problem: `compilation failed: ${compiled.error}` };
  const type = formatType(compiled.program.type);
  if (result && !result.includes(type)) {
    const wanted = result.length === 1 ? result[0] : `one of [${result.map(goName).join(' ')}]`;
    return { problem: `must evaluate to ${wanted} but got ${type}` };
  }
  return compiled;
}

const goName = (type: string): string => (type === 'null' ? 'null_type' : type);
