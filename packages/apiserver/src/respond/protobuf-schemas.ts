import { parseApiVersion, type Schema } from '@dormice/apimachinery';
import { kindOf, schemaOf } from '@dormice/kinds';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Kinds that are answered but are no resources, by apiVersion and kind, and the definition each has. */
const definitions: Record<string, string> = {
  'v1 Status': `${meta}.Status`,
  ' APIVersions': `${meta}.APIVersions`,
  'v1 APIVersions': `${meta}.APIVersions`,
  'v1 APIGroup': `${meta}.APIGroup`,
  'v1 APIGroupList': `${meta}.APIGroupList`,
  ' APIResourceList': `${meta}.APIResourceList`,
  'v1 APIResourceList': `${meta}.APIResourceList`,
  'autoscaling/v1 Scale': 'io.k8s.api.autoscaling.v1.Scale',
  'policy/v1 Eviction': 'io.k8s.api.policy.v1.Eviction',
  'authentication.k8s.io/v1 TokenRequest': 'io.k8s.api.authentication.v1.TokenRequest',
};

const known = new Map<string, Schema | undefined>();

/** The structure of an answer, with protobuf numbers; `undefined` when it has no protobuf form. */
export function protobufSchemaOf(apiVersion: string, kind: string): Schema | undefined {
  const key = `${apiVersion} ${kind}`;
  if (!known.has(key)) known.set(key, find(key, apiVersion, kind));
  return known.get(key);
}

function find(key: string, apiVersion: string, kind: string): Schema | undefined {
  const definition = definitions[key];
  if (definition !== undefined) return schemaOf(definition);
  const { group, version } = parseApiVersion(apiVersion);
  if (group === 'meta.k8s.io') return partial[kind]?.();
  const direct = kindOf(group, version, kind);
  if (direct) return direct.schema;
  const item = kind.endsWith('List') ? kindOf(group, version, kind.slice(0, -4)) : undefined;
  return item && listOf(item.schema);
}

const partialMetadata = (): Schema => ({
  type: 'object',
  fields: { metadata: { ...schemaOf(`${meta}.ObjectMeta`), proto: 1 } },
});

const partial: Record<string, () => Schema> = {
  PartialObjectMetadata: partialMetadata,
  PartialObjectMetadataList: () => listOf(partialMetadata()),
};

function listOf(items: Schema): Schema {
  return {
    type: 'object',
    fields: {
      metadata: { ...schemaOf(`${meta}.ListMeta`), proto: 1 },
      items: { type: 'array', items, proto: 2 },
    },
  };
}
