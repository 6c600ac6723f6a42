import {
  jsonPath,
  type KubeObject,
  type OpenApiSchema,
  type Schema,
  schemaFromOpenApi,
} from '@dormice/apimachinery';
import { describeColumn } from '../column-descriptions.ts';
import { ageCell, nameCell, since } from '../columns.ts';
import type { Column, Kind, ScaleSpec, Subresource } from '../kind.ts';
import { each, type Loose } from '../loose.ts';
import { dropStatus, usualUpdate } from '../strategy.ts';
import { schemaOf } from '../structure.ts';
import { validateScale } from './validate-scale.ts';

/** In the order of discovery. */
const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const subresourceVerbs = ['get', 'patch', 'update'];

const metaName = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Metadata is everybody's; a CRD may only narrow its fields. */
function metadataSchema(own: Schema | undefined): Schema {
  const meta = schemaOf(metaName);
  if (own?.fields === undefined) return meta;
  const fields = { ...meta.fields };
  for (const [name, narrow] of Object.entries(own.fields))
    if (fields[name]) fields[name] = { ...fields[name], ...narrow };
  return { ...meta, fields };
}

/** The schema of the whole object. It has no `name`: that tells custom resources from built-in kinds. */
function schemaOfVersion(version: Loose): Schema {
  const source: OpenApiSchema = version.schema?.openAPIV3Schema ?? {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
  };
  const schema = schemaFromOpenApi(source);
  const text = (known: Schema | undefined): Schema => ({ ...known, type: 'string' });
  schema.fields = {
    ...schema.fields,
    apiVersion: text(schema.fields?.['apiVersion']),
    kind: text(schema.fields?.['kind']),
    metadata: metadataSchema(schema.fields?.['metadata']),
  };
  return schema;
}

/** A value as the cell of its column's type shows it; `null` where there is none. */
function render(type: Column['type'], values: readonly unknown[]): unknown {
  const [value] = values;
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value))
        ? since(value)
        : '<invalid>';
    default:
      return values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' ');
  }
}

const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: describeColumn('Name', ''),
  priority: 0,
  cell: nameCell,
};
const ageColumn: Column = {
  name: 'Age',
  type: 'date',
  format: '',
  description: describeColumn('Age', ''),
  priority: 0,
  cell: ageCell,
};

/** A lookup that finds nothing where the path cannot be read: validation has said so when the CRD was written. */
function lookup(path: string): (object: KubeObject) => readonly unknown[] {
  try {
    return jsonPath(path);
  } catch (error) {
    if (error instanceof SyntaxError) return () => [];
    throw error;
  }
}

function columnsOf(version: Loose): Column[] {
  const printed = each(version.additionalPrinterColumns);
  if (printed.length === 0) return [nameColumn, ageColumn];
  return [
    nameColumn,
    ...printed.map((column): Column => {
      const find = lookup(column.jsonPath);
      return {
        name: column.name,
        type: column.type,
        format: column.format ?? '',
        description:
          column.description ??
          `Custom resource definition column (in JSONPath format): ${column.jsonPath}`,
        priority: column.priority ?? 0,
        cell: (object) => render(column.type, find(object)),
      };
    }),
  ];
}

function scaleOf({ scale }: Loose): ScaleSpec | undefined {
  if (!scale) return undefined;
  return {
    specReplicasPath: scale.specReplicasPath,
    statusReplicasPath: scale.statusReplicasPath,
    ...(scale.labelSelectorPath ? { labelSelectorPath: scale.labelSelectorPath } : {}),
  };
}

function subresourcesOf(version: Loose): Record<string, Subresource> {
  const result: Record<string, Subresource> = {};
  if (version.subresources?.status) result['status'] = { verbs: subresourceVerbs };
  if (version.subresources?.scale)
    result['scale'] = {
      verbs: subresourceVerbs,
      kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    };
  return result;
}

/** `.spec.color` as a field selector is `spec.color`. */
const selectableFields = (version: Loose): Kind['fieldSelectors'] =>
  Object.fromEntries(
    each(version.selectableFields).map((field) => {
      const find = lookup(field.jsonPath);
      return [
        String(field.jsonPath).replace(/^\./, ''),
        (object: KubeObject) => {
          const [value] = find(object);
          return value === undefined || value === null ? '' : String(value);
        },
      ];
    }),
  );

const withApiVersion =
  (apiVersion: string) =>
  (object: KubeObject): KubeObject =>
    object.apiVersion === apiVersion ? object : { ...object, apiVersion };

/**
 * The rows of a CRD: one for each version that is served. Objects that are stored in another version, be it one that was
 * the stored one before, are converted as the strategy `None` does, by changing `apiVersion` alone.
 */
export function kindsOfCrd(crd: KubeObject): Kind[] {
  const { spec = {} } = crd as KubeObject[string];
  const versions = each(spec.versions);
  const stored = versions.find(({ storage }) => storage) ?? versions[0];
  const names: Loose = { ...spec.names, ...crd['status']?.acceptedNames };
  return versions
    .filter(({ served }) => served)
    .map((version): Kind => {
      let schema: Schema | undefined;
      const scale = scaleOf(version.subresources ?? {});
      const hasStatus = Boolean(version.subresources?.status);
      return {
        group: spec.group,
        version: version.name,
        kind: names.kind,
        listKind: names.listKind || `${names.kind}List`,
        resource: names.plural,
        singular: names.singular || String(names.kind).toLowerCase(),
        shortNames: each(names.shortNames),
        categories: each(names.categories),
        scope: spec.scope === 'Cluster' ? 'Cluster' : 'Namespaced',
        verbs,
        get schema() {
          schema ??= schemaOfVersion(version);
          return schema;
        },
        ...(version.schema?.openAPIV3Schema ? { openApi: version.schema.openAPIV3Schema } : {}),
        subresources: subresourcesOf(version),
        ...(scale
          ? {
              scale,
              validate: (object, context) => validateScale(scale, object, context),
              validateUpdate: (next, _old, context) => validateScale(scale, next, context),
            }
          : {}),
        columns: columnsOf(version),
        fieldSelectors: selectableFields(version) ?? {},
        generation: true,
        allowUnconditionalUpdate: false,
        ...(hasStatus ? { prepareForCreate: dropStatus, prepareForUpdate: usualUpdate } : {}),
        // With one version there is nothing that could be stored in another.
        ...(versions.length === 1
          ? {}
          : {
              storage: {
                group: spec.group,
                resource: names.plural,
                version: stored.name,
                toStorage: withApiVersion(`${spec.group}/${stored.name}`),
                fromStorage: withApiVersion(`${spec.group}/${version.name}`),
              },
            }),
      };
    });
}
