import type { OpenApiNode } from './v3-schema.ts';

interface Parameter {
  name: string;
  in: 'query' | 'path';
  type: 'string' | 'boolean' | 'integer';
  description: string;
}

const query = (
  name: string,
  description: string,
  type: Parameter['type'] = 'string',
): Parameter => ({ name, in: 'query', type, description });

const known = {
  dryRun: query('dryRun', 'All: go through every stage of the request, and store nothing'),
  fieldManager: query('fieldManager', 'who or what makes the change; at most 128 characters'),
  fieldValidation: query(
    'fieldValidation',
    'unknown and duplicate fields: Ignore drops them, Warn (the default) warns of them, Strict refuses them',
  ),
  force: query('force', 'take over fields that others own; for apply patches only', 'boolean'),
  gracePeriodSeconds: query(
    'gracePeriodSeconds',
    'seconds until the object is removed; 0 removes it at once',
    'integer',
  ),
  orphanDependents: query(
    'orphanDependents',
    'deprecated, use propagationPolicy: leave dependents as they are',
    'boolean',
  ),
  propagationPolicy: query(
    'propagationPolicy',
    'what becomes of dependents: Orphan, Background or Foreground',
  ),
  ignoreStoreReadErrorWithClusterBreakingPotential: query(
    'ignoreStoreReadErrorWithClusterBreakingPotential',
    'remove an object that cannot be read, whatever depends on it',
    'boolean',
  ),
  allowWatchBookmarks: query(
    'allowWatchBookmarks',
    'send bookmarks, which say how far a watch is',
    'boolean',
  ),
  continue: query('continue', 'the token of the chunk before, to get the next one'),
  fieldSelector: query('fieldSelector', 'only objects with these values of fields'),
  labelSelector: query('labelSelector', 'only objects with these labels'),
  limit: query('limit', 'at most so many objects in one answer', 'integer'),
  resourceVersion: query('resourceVersion', 'how old the answer may be'),
  resourceVersionMatch: query('resourceVersionMatch', 'how resourceVersion is meant'),
  sendInitialEvents: query(
    'sendInitialEvents',
    'begin a watch with what is there, ended by a bookmark',
    'boolean',
  ),
  timeoutSeconds: query('timeoutSeconds', 'end the list or watch after so many seconds', 'integer'),
  watch: query('watch', 'watch for changes instead of listing', 'boolean'),
  pretty: query('pretty', 'true: indent the answer'),
} satisfies Record<string, Parameter>;

type Name = keyof typeof known;

/** The query parameters of each verb, in upstream's order. */
const parametersOf: Record<string, readonly Name[]> = {
  get: ['resourceVersion'],
  list: [
    'allowWatchBookmarks',
    'continue',
    'fieldSelector',
    'labelSelector',
    'limit',
    'resourceVersion',
    'resourceVersionMatch',
    'sendInitialEvents',
    'timeoutSeconds',
    'watch',
  ],
  post: ['dryRun', 'fieldManager', 'fieldValidation'],
  put: ['dryRun', 'fieldManager', 'fieldValidation'],
  patch: ['dryRun', 'fieldManager', 'fieldValidation', 'force'],
  delete: [
    'dryRun',
    'gracePeriodSeconds',
    'ignoreStoreReadErrorWithClusterBreakingPotential',
    'orphanDependents',
    'propagationPolicy',
  ],
  deletecollection: [
    'continue',
    'dryRun',
    'fieldSelector',
    'gracePeriodSeconds',
    'ignoreStoreReadErrorWithClusterBreakingPotential',
    'labelSelector',
    'limit',
    'orphanDependents',
    'propagationPolicy',
    'resourceVersion',
    'resourceVersionMatch',
    'sendInitialEvents',
    'timeoutSeconds',
  ],
  path: ['pretty'],
};

/** A parameter as v2 or v3 writes it. */
function parameterNode(
  { name, in: place, type, description }: Parameter,
  v2: boolean,
): OpenApiNode {
  const required = place === 'path' ? { required: true } : {};
  return v2
    ? { uniqueItems: true, type, description, name, in: place, ...required }
    : { name, in: place, description, ...required, schema: { type, uniqueItems: true } };
}

/** The query parameters of a verb. */
export const queryNodes = (verb: string, v2: boolean): OpenApiNode[] =>
  (parametersOf[verb] ?? []).map((name) => parameterNode(known[name], v2));

/** `{name}` and `{namespace}` of a path, and what all its verbs take. */
export function pathNodes(path: string, kind: string, v2: boolean): OpenApiNode[] {
  const places: Parameter[] = [];
  const segment = (name: string, description: string) =>
    places.push({ name, in: 'path', type: 'string', description });
  if (path.includes('{name}')) segment('name', `name of the ${kind}`);
  if (path.includes('{namespace}')) segment('namespace', 'the namespace of the objects');
  return [...places.map((place) => parameterNode(place, v2)), ...queryNodes('path', v2)];
}
