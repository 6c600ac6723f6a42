import type { Kind } from '@dormice/kinds';
import { pathNodes, queryNodes } from './parameters.ts';
import { groupPart, tagOf } from './paths.ts';
import type { OpenApiNode } from './v3-schema.ts';

const event = 'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent';
const protobufType = 'application/vnd.kubernetes.protobuf';
const produced = [
  'application/json',
  'application/yaml',
  protobufType,
  'application/json;stream=watch',
  `${protobufType};stream=watch`,
];

/** The paths below `/watch/` of built-in kinds: from before lists could watch, and still served. */
export function watchPathsOf(kinds: readonly Kind[], v2: boolean): Record<string, OpenApiNode> {
  const paths: Record<string, OpenApiNode> = {};
  for (const kind of kinds) {
    if (!kind.verbs.includes('watch')) continue;
    const { group, version, resource } = kind;
    const root = `${group === '' ? '/api' : `/apis/${group}`}/${version}/watch`;
    const namespaced = kind.scope === 'Namespaced';
    const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${resource}`;
    const add = (path: string, action: string, name: string): void => {
      paths[path] = watchNode(kind, path, { action, name }, v2);
    };
    const scope = namespaced ? 'Namespaced' : '';
    add(collection, 'watchlist', `${scope}${kind.kind}List`);
    add(`${collection}/{name}`, 'watch', `${scope}${kind.kind}`);
    if (namespaced) add(`${root}/${resource}`, 'watchlist', `${kind.kind}ListForAllNamespaces`);
  }
  return paths;
}

function watchNode(
  kind: Kind,
  path: string,
  { action, name }: { action: string; name: string },
  v2: boolean,
): OpenApiNode {
  const { group, version } = kind;
  const what = action === 'watch' ? `one ${kind.kind}` : `objects of kind ${kind.kind}`;
  const schema = { $ref: `${v2 ? '#/definitions/' : '#/components/schemas/'}${event}` };
  const content = Object.fromEntries(produced.map((type) => [type, { schema }]));
  return {
    get: {
      tags: [tagOf(group, version)],
      description: `watch ${what}; deprecated, list with the parameter watch`,
      ...(v2 ? { consumes: ['*/*'], produces: produced, schemes: ['https'] } : {}),
      operationId: `watch${groupPart(group, version)}${name}`,
      responses: {
        '200': { description: 'OK', ...(v2 ? { schema } : { content }) },
        '401': { description: 'Unauthorized' },
      },
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': { group, version, kind: kind.kind },
    },
    parameters: [...pathNodes(path, kind.kind, v2), ...queryNodes('list', v2)].sort((a, b) =>
      String(a['name']) < String(b['name']) ? -1 : 1,
    ),
  };
}
