import {
  deepEqual,
  fieldErrors,
  isDns1035Label,
  isDns1123Subdomain,
  jsonPath,
  type KubeObject,
} from '@dormice/apimachinery';
import { type Check, follows, immutable, isEmpty, neededName, onEach, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import { each, type Loose } from '../loose.ts';
import { validateRuleForms, validateRuleTexts } from './rules/validate-rule-texts.ts';
import { validateStructuralSchema } from './structural-schema.ts';
import { validateConversion } from './validate-conversion.ts';

const { invalid, required } = fieldErrors;

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];

function validateNames(names: Loose, path: string): Check {
  const errors = [
    ...neededName(`${path}.plural`, names.plural, isDns1035Label),
    ...(isEmpty(names.singular) ? [] : follows(`${path}.singular`, names.singular, isDns1035Label)),
  ];
  for (const field of ['kind', 'listKind'])
    if (isEmpty(names[field])) errors.push(required(`${path}.${field}`));
    else
      errors.push(
        ...isDns1035Label(String(names[field]).toLowerCase()).map((why) =>
          invalid(
            `${path}.${field}`,
            names[field],
            `may have mixed case, but should otherwise match: ${why}`,
          ),
        ),
      );
  for (const field of ['shortNames', 'categories'])
    errors.push(
      ...onEach(names[field], `${path}.${field}`, (name, at) => follows(at, name, isDns1035Label)),
    );
  if (!isEmpty(names.kind) && names.kind === names.listKind)
    errors.push(
      invalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same'),
    );
  return errors;
}

function validatePath(path: string, expression: Loose, below?: string): Check {
  if (isEmpty(expression)) return [required(path)];
  try {
    jsonPath(expression);
  } catch {
    return [invalid(path, expression, 'is an invalid JSONPath expression')];
  }
  if (!String(expression).startsWith('.'))
    return [invalid(path, expression, 'must be a simple json path starting with .')];
  if (below !== undefined && !String(expression).startsWith(`${below}.`))
    return [invalid(path, expression, `should be a json path under ${below}`)];
  return [];
}

const validateColumns = (columns: Loose, path: string): Check =>
  onEach(columns, path, (column, at) => [
    ...(isEmpty(column.name) ? [required(`${at}.name`)] : []),
    ...(isEmpty(column.type)
      ? [required(`${at}.type`)]
      : columnTypes.includes(column.type)
        ? []
        : [invalid(`${at}.type`, column.type, `must be one of ${columnTypes.join(',')}`)]),
    ...validatePath(`${at}.JSONPath`, column.jsonPath),
  ]);

function validateScale(scale: Loose, path: string): Check {
  if (!scale) return [];
  return [
    ...validatePath(`${path}.specReplicasPath`, scale.specReplicasPath, '.spec'),
    ...validatePath(`${path}.statusReplicasPath`, scale.statusReplicasPath, '.status'),
    ...(isEmpty(scale.labelSelectorPath)
      ? []
      : validatePath(`${path}.labelSelectorPath`, scale.labelSelectorPath)),
  ];
}

/**
 * Upstream reports what all versions have in common once, under the spec: schemas as `spec.validation`, columns and
 * subresources under their own names.
 */
function placeOf(
  versions: Loose[],
  field: string,
  index: number,
  common: string,
  own: string,
): string | undefined {
  const shared = versions.every((version) => deepEqual(version[field], versions[0][field]));
  if (!shared) return `spec.versions[${index}].${own}`;
  return index === 0 ? `spec.${common}` : undefined;
}

/** The schema's form; its expressions are read when nothing else is wrong. */
function validateSchemaOf(schema: Loose, path: string): Check {
  const errors = [...validateStructuralSchema(schema, path), ...validateRuleForms(schema, path)];
  return errors.length > 0 ? errors : validateRuleTexts(schema, path);
}

function validateVersion(version: Loose, at: string, index: number, versions: Loose[]): Check {
  const schema = version.schema?.openAPIV3Schema;
  const errors = [
    ...neededName(`${at}.name`, version.name, isDns1035Label),
    ...(schema ? [] : [required(`${at}.schema.openAPIV3Schema`)]),
  ];
  const schemaPath = placeOf(versions, 'schema', index, 'validation', 'schema');
  if (schema && schemaPath !== undefined)
    errors.push(...validateSchemaOf(schema, `${schemaPath}.openAPIV3Schema`));
  const columns = 'additionalPrinterColumns';
  const columnPath = placeOf(versions, columns, index, columns, columns);
  if (columnPath !== undefined) errors.push(...validateColumns(version[columns], columnPath));
  const subresources = placeOf(versions, 'subresources', index, 'subresources', 'subresources');
  if (subresources !== undefined)
    errors.push(...validateScale(version.subresources?.scale, `${subresources}.scale`));
  const selectable = placeOf(
    versions,
    'selectableFields',
    index,
    'selectableFields',
    'selectableFields',
  );
  if (selectable !== undefined)
    errors.push(
      ...onEach(version.selectableFields, selectable, (field, where) =>
        validatePath(`${where}.jsonPath`, field.jsonPath),
      ),
    );
  return errors;
}

function validateVersions(spec: Loose): Check {
  const versions = each(spec.versions);
  const names = versions.map(({ name }) => name);
  const errors = onEach(versions, 'spec.versions', (version, at, index) =>
    validateVersion(version, at, index, versions),
  );
  if (new Set(names).size < names.length)
    errors.push(invalid('spec.versions', names, 'must contain unique version names'));
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(
      invalid('spec.versions', versions, 'must have exactly one version marked as storage version'),
    );
  return errors;
}

/** A CRD as clients write it: names, scope, versions, schemas. Wording of upstream's apiextensions. */
export function validateCrd(crd: KubeObject): Check {
  const { spec = {} } = crd as KubeObject[string];
  const { group } = spec;
  const expected = `${spec.names?.plural ?? ''}.${group ?? ''}`;
  const errors: Check = [];
  if (crd.metadata.name !== expected)
    errors.push(
      invalid('metadata.name', crd.metadata.name, 'must be spec.names.plural+"."+spec.group'),
    );
  if (isEmpty(group)) errors.push(required('spec.group'));
  else {
    errors.push(...follows('spec.group', group, isDns1123Subdomain));
    if (!group.includes('.'))
      errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'));
  }
  if (spec.preserveUnknownFields === true)
    errors.push(
      invalid(
        'spec.preserveUnknownFields',
        true,
        'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ),
    );
  return [
    ...errors,
    ...oneOf('spec.scope', spec.scope, ['Cluster', 'Namespaced'], true),
    ...validateVersions(spec),
    ...(each(crd['status']?.storedVersions).length === 0
      ? [invalid('status.storedVersions', null, 'must have at least one stored version')]
      : []),
    ...validateNames(spec.names ?? {}, 'spec.names'),
    ...validateConversion(spec.conversion),
  ];
}

const isEstablished = (crd: KubeObject): boolean =>
  each(crd['status']?.conditions).some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );

/** What stays as it is once objects may exist; stored versions must go on being known. */
export function validateCrdUpdate(
  next: KubeObject,
  old: KubeObject,
  { subresource }: KindContext,
): Check {
  const names = new Set(each(next['spec']?.versions).map(({ name }) => name));
  const errors = onEach(next['status']?.storedVersions, 'status.storedVersions', (name, at) =>
    names.has(name) ? [] : [invalid(at, name, 'must appear in spec.versions')],
  );
  if (subresource === 'status') return errors;
  errors.push(...validateCrd(next));
  if (!isEstablished(old)) return errors;
  const [spec, before] = [next['spec'] ?? {}, old['spec'] ?? {}];
  errors.push(
    ...immutable('spec.scope', spec.scope, before.scope),
    ...immutable('spec.names.kind', spec.names?.kind, before.names?.kind),
    ...immutable('spec.names.plural', spec.names?.plural, before.names?.plural),
    ...immutable('spec.group', spec.group, before.group),
  );
  return errors;
}
