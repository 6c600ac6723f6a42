import { createHash } from 'node:crypto';
import { apiVersionOf } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import { isCustom } from '../registry/body.ts';
import { connectPathsOf } from './connect-paths.ts';
import { definitionsOf } from './definitions.ts';
import { groupPathsOf, versionPathsOf } from './discovery-paths.ts';
import { pathsOf } from './paths.ts';
import type { OpenApiNode } from './v3-schema.ts';
import { watchPathsOf } from './watch-paths.ts';

const info = { title: 'Kubernetes', version: '1.35' };
const bearer = { description: 'Bearer Token authentication', type: 'apiKey' };
const token = { BearerToken: { ...bearer, name: 'authorization', in: 'header' } };

type Paths = Record<string, OpenApiNode>;

const sorted = (paths: Paths): Paths =>
  Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

/** Custom resources have neither discovery nor the old watch paths in upstream's documents. */
const builtin = (kinds: readonly Kind[]): Kind[] => kinds.filter((kind) => !isCustom(kind));

const ownPaths = (kinds: readonly Kind[], v2: boolean): Paths => ({
  ...versionPathsOf(builtin(kinds), v2),
  ...watchPathsOf(builtin(kinds), v2),
  ...connectPathsOf(builtin(kinds), v2),
  ...pathsOf(kinds, v2),
});

/** The OpenAPI v3 document of one group version. */
export function v3Document(kinds: readonly Kind[]): Record<string, unknown> {
  return {
    openapi: '3.0.0',
    info,
    paths: sorted(ownPaths(kinds, false)),
    components: {
      schemas: definitionsOf(kinds, '#/components/schemas/', false),
      securitySchemes: token,
    },
  };
}

/** The OpenAPI v2 document of all kinds. */
export function v2Document(kinds: readonly Kind[]): Record<string, unknown> {
  return {
    swagger: '2.0',
    info,
    paths: sorted({ ...groupPathsOf(builtin(kinds)), ...ownPaths(kinds, true) }),
    definitions: definitionsOf(kinds, '#/definitions/', true),
    securityDefinitions: token,
    security: [{ BearerToken: [] }],
  };
}

export const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(value));

export const hashOf = (bytes: Uint8Array): string =>
  createHash('sha512').update(bytes).digest('hex').toUpperCase();

/** `api/v1`, `apis/apps/v1`: how the v3 index names a group version. */
export function indexName(group: string, version: string): string {
  return `${group === '' ? 'api' : 'apis'}/${apiVersionOf(group, version)}`;
}
