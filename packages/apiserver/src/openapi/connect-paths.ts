import type { Kind } from '@dormice/kinds';
import { groupPart, tagOf } from './paths.ts';
import type { OpenApiNode } from './v3-schema.ts';

type Parameter = [name: string, place: 'query' | 'path', type: string, description: string];

const proxyMethods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];
const streamMethods = ['get', 'post'];

const name = (kind: string): Parameter => ['name', 'path', 'string', `name of the ${kind}`];
const namespace: Parameter = ['namespace', 'path', 'string', 'the namespace of the objects'];
const streams: Parameter[] = [
  ['stderr', 'query', 'boolean', 'bring what is written to standard error'],
  ['stdin', 'query', 'boolean', 'take what is sent as standard input'],
  ['stdout', 'query', 'boolean', 'bring what is written to standard output'],
  ['tty', 'query', 'boolean', 'with a terminal'],
];
const container: Parameter = [
  'container',
  'query',
  'string',
  'which container; the only one if there is one',
];

/** Ways to what runs, by resource and subresource: the kind of the options and what else they take. */
const connections: Record<string, { kind: string; methods: string[]; query: Parameter[] }> = {
  'pods/attach': {
    kind: 'PodAttachOptions',
    methods: streamMethods,
    query: [container, ...streams],
  },
  'pods/exec': {
    kind: 'PodExecOptions',
    methods: streamMethods,
    query: [
      ['command', 'query', 'string', 'the command and its words; no shell reads them'],
      container,
      ...streams,
    ],
  },
  'pods/portforward': {
    kind: 'PodPortForwardOptions',
    methods: streamMethods,
    query: [['ports', 'query', 'integer', 'ports, needed by WebSockets']],
  },
  'pods/proxy': { kind: 'PodProxyOptions', methods: proxyMethods, query: [] },
  'services/proxy': { kind: 'ServiceProxyOptions', methods: proxyMethods, query: [] },
  'nodes/proxy': { kind: 'NodeProxyOptions', methods: proxyMethods, query: [] },
};

/** The paths that lead to what runs. */
export function connectPathsOf(kinds: readonly Kind[], v2: boolean): Record<string, OpenApiNode> {
  const paths: Record<string, OpenApiNode> = {};
  for (const kind of kinds) {
    if (kind.group !== '') continue;
    for (const [key, { kind: options, methods, query }] of Object.entries(connections)) {
      const [resource, subresource = ''] = key.split('/');
      if (resource !== kind.resource) continue;
      const namespaced = kind.scope === 'Namespaced';
      const places = [name(options), ...(namespaced ? [namespace] : [])];
      const root = `/api/${kind.version}${namespaced ? '/namespaces/{namespace}' : ''}`;
      const path = `${root}/${resource}/{name}/${subresource}`;
      const target = { kind, subresource, options, methods };
      if (subresource !== 'proxy') {
        paths[path] = connectNode(target, '', [...query, ...places], v2);
        continue;
      }
      const asked: Parameter = [
        'path',
        'query',
        'string',
        'the path of the request that is passed on',
      ];
      const rest: Parameter = [
        'path',
        'path',
        'string',
        'the path of the request that is passed on',
      ];
      paths[path] = connectNode(target, '', [...places, asked], v2);
      paths[`${path}/{path}`] = connectNode(target, 'WithPath', [...places, rest, asked], v2);
    }
  }
  return paths;
}

interface Target {
  kind: Kind;
  subresource: string;
  options: string;
  methods: readonly string[];
}

const upper = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function connectNode(
  { kind, subresource, options, methods }: Target,
  end: string,
  parameters: Parameter[],
  v2: boolean,
): OpenApiNode {
  const { group, version } = kind;
  const scope = kind.scope === 'Namespaced' ? 'Namespaced' : '';
  const schema = { type: 'string' };
  const operation = (method: string): OpenApiNode => ({
    tags: [tagOf(group, version)],
    description: `connect ${method.toUpperCase()} requests to ${subresource} of ${kind.kind}`,
    ...(v2 ? { consumes: ['*/*'], produces: ['*/*'], schemes: ['https'] } : {}),
    operationId: `connect${groupPart(group, version)}${upper(method)}${scope}${kind.kind}${upper(subresource)}${end}`,
    responses: {
      '200': { description: 'OK', ...(v2 ? { schema } : { content: { '*/*': { schema } } }) },
      '401': { description: 'Unauthorized' },
    },
    'x-kubernetes-action': 'connect',
    'x-kubernetes-group-version-kind': { group, version, kind: options },
  });
  return {
    ...Object.fromEntries(methods.map((method) => [method, operation(method)])),
    // As written where names are the same: the place in the path comes first.
    parameters: parameters
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map((parameter) => parameterNode(parameter, v2)),
  };
}

function parameterNode([name, place, type, description]: Parameter, v2: boolean): OpenApiNode {
  const required = place === 'path' ? { required: true } : {};
  return v2
    ? { uniqueItems: true, type, description, name, in: place, ...required }
    : { name, in: place, description, ...required, schema: { type, uniqueItems: true } };
}
