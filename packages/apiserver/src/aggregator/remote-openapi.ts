import type { ServerContext } from '../context.ts';
import { documentsOf, remoteApis } from './remote-apis.ts';

/** The v3 documents of aggregated servers, as the index lists them. */
export function remoteOpenApiPaths(
  context: ServerContext,
): Record<string, { serverRelativeURL: string }> {
  return Object.fromEntries(
    remoteApis(context).flatMap((api) => {
      const { openApiHash } = documentsOf(context, api);
      if (openApiHash === undefined) return [];
      const name = `apis/${api.group}/${api.version}`;
      return [[name, { serverRelativeURL: `/openapi/v3/${name}?hash=${openApiHash}` }] as const];
    }),
  );
}

/** Adds what aggregated servers publish to a v2 document. What is there already stays: shared types are the same. */
export function withRemoteOpenApi(
  context: ServerContext,
  document: Record<string, unknown>,
): Record<string, unknown> {
  const parts = remoteApis(context).flatMap((api) => {
    const { openApiV2 } = documentsOf(context, api);
    return openApiV2 ? [{ of: `/apis/${api.group}/`, ...openApiV2 }] : [];
  });
  if (parts.length === 0) return document;
  const paths: Record<string, unknown> = {};
  const definitions: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [path, item] of Object.entries(part.paths ?? {})) {
      if (path.startsWith(part.of)) paths[path] = item;
    }
    Object.assign(definitions, part.definitions);
  }
  return {
    ...document,
    paths: { ...paths, ...(document['paths'] as object) },
    definitions: { ...definitions, ...(document['definitions'] as object) },
  };
}
