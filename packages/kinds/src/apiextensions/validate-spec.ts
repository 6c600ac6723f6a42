import { fieldErrors, isDns1123Subdomain } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty, needed, onEach, oneOf } from '../checks.ts';
import type { Loose } from '../loose.ts';
import { type InternalSpec, internalSpec } from './internal-spec.ts';
import { notStructural } from './schema/unsupported.ts';
import { validateSchemaOf } from './schema/validate-schema.ts';
import { someSchema } from './schema/walk.ts';
import { type ConversionOptions, validateConversion } from './validate-conversion.ts';
import { followsLabel, validateNames } from './validate-names.ts';
import { validateSelectableFields } from './validate-selectable-fields.ts';
import { validateColumns, validateDeprecation, validateSubresources } from './validate-version.ts';

const { invalid, required } = fieldErrors;

export interface SpecOptions extends ConversionOptions {
  /** Names of versions whose schema is stored as it is. */
  unchanged: ReadonlySet<string>;
}

function validateGroup(group: Loose): Check {
  if (isEmpty(group)) return [required('spec.group')];
  const why = isDns1123Subdomain(group).join(',');
  if (why !== '') return [invalid('spec.group', group, why)];
  if (group.includes('.')) return [];
  return [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

const schemaIn = (holder: Loose): Loose => holder?.openAPIV3Schema;

function validateDefaultsUse(spec: Loose): Check {
  if (spec.preserveUnknownFields !== true) return [];
  const isUsed = (spec.versions ?? []).some(({ schema }: Loose) =>
    someSchema(schemaIn(schema), ({ default: value }) => !isAbsent(value)),
  );
  const why = 'must be false in order to use defaults in the schema';
  return isUsed ? [invalid('spec.preserveUnknownFields', true, why)] : [];
}

function validateSelectable(fields: Loose, schema: Loose, at: string, missing: string): Check {
  if (!Array.isArray(fields) || fields.length === 0) return [];
  const path = `${at}.selectableFields`;
  if (isAbsent(schema)) return [invalid(path, '', missing)];
  const why = notStructural(schema);
  return [
    ...(why === undefined ? [] : [invalid(`${at}.schema.openAPIV3Schema`, '', why)]),
    ...validateSelectableFields(fields, why === undefined ? schema : {}, path),
  ];
}

/** What a version says for itself. */
function validateVersion(
  version: Loose,
  at: string,
  internal: InternalSpec,
  { status, unchanged }: { status: boolean; unchanged: boolean },
): Check {
  const own = internal.versions.some(({ subresources }) => !isAbsent(subresources));
  const hasStatus = own ? !isAbsent(version.subresources?.status) : status;
  return [
    ...followsLabel(`${at}.name`, version.name),
    ...validateDeprecation(version, at),
    ...validateSchemaOf(version.schema, `${at}.schema`, { status: hasStatus, unchanged }),
    ...validateSubresources(version.subresources, `${at}.subresources`),
    ...validateColumns(version.additionalPrinterColumns, `${at}.additionalPrinterColumns`),
    ...validateSelectable(
      version.selectableFields,
      schemaIn(version.schema),
      at,
      'may only be set when `version.schema.openAPIV3Schema` is not included',
    ),
  ];
}

function validateVersions(spec: Loose, internal: InternalSpec, { unchanged }: SpecOptions): Check {
  const { versions, version } = internal;
  const names = new Set(versions.map(({ name }) => name));
  const common = !isAbsent(internal.subresources?.status);
  const given = spec.versions ?? null;
  const stored = versions.filter(({ storage }) => storage === true).length;
  const one = 'must have exactly one version marked as storage version';
  return [
    ...onEach(versions, 'spec.versions', (each, at) =>
      validateVersion(each, at, internal, { status: common, unchanged: unchanged.has(each.name) }),
    ),
    ...(names.size < versions.length
      ? [invalid('spec.versions', given, 'must contain unique version names')]
      : []),
    ...(stored === 1 ? [] : [invalid('spec.versions', given, one)]),
    ...(isEmpty(version) ? [] : followsLabel('spec.version', version)),
  ];
}

/** What all versions have in common. */
function validateCommon(internal: InternalSpec, { unchanged }: SpecOptions): Check {
  const { versions, version = '', subresources } = internal;
  const status = [internal, ...versions].some((one) => !isAbsent(one.subresources?.status));
  return [
    ...validateSchemaOf(internal.validation, 'spec.validation', {
      status,
      unchanged: unchanged.has(version),
    }),
    ...validateSubresources(subresources, 'spec.subresources'),
    ...validateColumns(internal.additionalPrinterColumns, 'spec.additionalPrinterColumns'),
    ...validateSelectable(
      internal.selectableFields,
      schemaIn(internal.validation),
      'spec',
      'may only be set when validations.schema is included',
    ),
  ];
}

/** The spec of a CRD, as upstream's apiextensions words it and in its order. */
export function validateSpec(spec: Loose, options: SpecOptions): Check {
  const internal = internalSpec(spec);
  const { names = {}, conversion } = spec;
  const withoutSchema = isAbsent(schemaIn(internal.validation))
    ? onEach(internal.versions, 'spec.versions', ({ schema }, at) =>
        isAbsent(schemaIn(schema)) ? [required(`${at}.schema.openAPIV3Schema`)] : [],
      )
    : [];
  const strategy = conversion?.strategy ?? '';
  const keepsUnknown = spec.preserveUnknownFields === true && conversion && strategy !== 'None';
  return [
    ...validateGroup(spec.group),
    ...oneOf('spec.scope', spec.scope, ['Cluster', 'Namespaced'], true),
    ...withoutSchema,
    ...validateDefaultsUse(spec),
    ...validateVersions(spec, internal, options),
    ...['plural', 'singular', 'kind', 'listKind'].flatMap((name) =>
      needed(`spec.names.${name}`, names[name]),
    ),
    ...validateNames(names, 'spec.names'),
    ...validateCommon(internal, options),
    ...(keepsUnknown
      ? [
          invalid(
            'spec.conversion.strategy',
            strategy,
            'must be None if spec.preserveUnknownFields is true',
          ),
        ]
      : []),
    ...validateConversion(conversion, options),
  ];
}
