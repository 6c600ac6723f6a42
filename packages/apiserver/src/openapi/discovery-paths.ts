import type { Kind } from '@dormice/kinds';
import { groupPart, tagOf } from './paths.ts';
import type { OpenApiNode } from './v3-schema.ts';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const produced = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** What a path says about the API, and the definition of the answer. */
interface Page {
  tag: string;
  description: string;
  operationId: string;
  definition?: string;
  types?: readonly string[];
  /** Named in v2, where a request without a body has none else. */
  consumes?: readonly string[];
}

/** The list of resources of each version of the kinds. */
export function versionPathsOf(kinds: readonly Kind[], v2: boolean): Record<string, OpenApiNode> {
  const paths: Record<string, OpenApiNode> = {};
  for (const { group, version } of kinds) {
    const path = group === '' ? `/api/${version}/` : `/apis/${group}/${version}/`;
    paths[path] ??= pageNode(
      {
        tag: tagOf(group, version),
        description: 'get available resources',
        operationId: `get${groupPart(group, version)}APIResources`,
        definition: `${meta}APIResourceList`,
      },
      v2,
    );
  }
  return paths;
}

/** What v2 says of groups, and of the paths that are no resources; v3 has no document of these. */
export function groupPathsOf(kinds: readonly Kind[]): Record<string, OpenApiNode> {
  const pages: Record<string, Page> = { ...fixed };
  for (const { group } of kinds) {
    if (group === '') continue;
    pages[`/apis/${group}/`] = {
      tag: tagOf(group, 'v1').replace(/_v1$/, ''),
      description: 'get information of a group',
      operationId: `get${groupPart(group, '')}APIGroup`,
      definition: `${meta}APIGroup`,
    };
  }
  return Object.fromEntries(
    Object.entries(pages).map(([path, page]) => [path, pageNode(page, true)]),
  );
}

const json = ['application/json'];

const fixed: Record<string, Page> = {
  '/api/': {
    tag: 'core',
    description: 'get available API versions',
    operationId: 'getCoreAPIVersions',
    definition: `${meta}APIVersions`,
  },
  '/apis/': {
    tag: 'apis',
    description: 'get available API versions',
    operationId: 'getAPIVersions',
    definition: `${meta}APIGroupList`,
  },
  '/version/': {
    tag: 'version',
    description: 'get the version of this server',
    operationId: 'getCodeVersion',
    definition: 'io.k8s.apimachinery.pkg.version.Info',
    types: json,
    consumes: json,
  },
  '/.well-known/openid-configuration/': {
    tag: 'WellKnown',
    description: 'get the discovery document of the issuer of service account tokens',
    operationId: 'getServiceAccountIssuerOpenIDConfiguration',
    types: json,
    consumes: [],
  },
  '/openid/v1/jwks/': {
    tag: 'openid',
    description: 'get the keys that service account tokens are checked with',
    operationId: 'getServiceAccountIssuerOpenIDKeyset',
    types: ['application/jwk-set+json'],
    consumes: [],
  },
};

function pageNode(page: Page, v2: boolean): OpenApiNode {
  const { tag, description, operationId, definition, types = produced } = page;
  const consumes = page.consumes ?? types;
  const prefix = v2 ? '#/definitions/' : '#/components/schemas/';
  const schema = definition === undefined ? { type: 'string' } : { $ref: `${prefix}${definition}` };
  const content = Object.fromEntries(types.map((type) => [type, { schema }]));
  return {
    get: {
      tags: [tag],
      description,
      ...(v2 ? { ...(consumes.length > 0 ? { consumes } : {}), produces: types } : {}),
      ...(v2 ? { schemes: ['https'] } : {}),
      operationId,
      responses: {
        '200': { description: 'OK', ...(v2 ? { schema } : { content }) },
        '401': { description: 'Unauthorized' },
      },
    },
  };
}
