import { fieldErrors } from '@dormice/apimachinery';
import { type Check, needed, onEach } from '../../checks.ts';
import { each, type Loose } from '../../loose.ts';
import { downwardFields, validateFieldRef, validateResourceFieldRef } from '../validate-env.ts';
import { validateFreePath, validateMode } from './paths.ts';

const { invalid, required } = fieldErrors;

/** Keys of a Secret or ConfigMap as files. */
export const validateKeys = (items: Loose, path: string): Check =>
  onEach(items, path, ({ key, path: file = '', mode }, at) => [
    ...needed(`${at}.key`, key),
    ...needed(`${at}.path`, file),
    ...validateFreePath(`${at}.path`, file),
    ...validateMode(`${at}.mode`, mode),
  ]);

const both = 'fieldRef and resourceFieldRef can not be specified simultaneously';

function validateSource({ fieldRef, resourceFieldRef }: Loose, path: string): Check {
  if (fieldRef)
    return [
      ...validateFieldRef(fieldRef, `${path}.fieldRef`, downwardFields),
      ...(resourceFieldRef ? [invalid(path, 'resource', both)] : []),
    ];
  return resourceFieldRef
    ? validateResourceFieldRef(resourceFieldRef, `${path}.resourceFieldRef`, true)
    : [required(path, 'one of fieldRef and resourceFieldRef is required')];
}

/** What a pod knows of itself as files. Upstream names the volume, not the file. */
export const validateDownward = (items: Loose, path: string): Check =>
  each(items).flatMap((item) => [
    ...needed(`${path}.path`, item.path),
    ...validateFreePath(`${path}.path`, item.path ?? ''),
    ...validateSource(item, path),
    ...validateMode(`${path}.mode`, item.mode),
  ]);
