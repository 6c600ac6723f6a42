import { fieldErrors, isDns1123Label } from '@dormice/apimachinery';
import { type Check, follows, isEmpty, onEach } from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { validatePodSource } from './validate-source.ts';

const { duplicate, required } = fieldErrors;

/** `volumes` of a pod spec: each with one source, and a name of its own. */
export function validateVolumes(volumes: Loose, path: string): Check {
  const names = new Set<string>();
  return onEach(volumes, path, (volume, at) => {
    const errors: Check = [
      ...validatePodSource(volume, at),
      ...(isEmpty(volume.name)
        ? [required(`${at}.name`)]
        : follows(`${at}.name`, volume.name, isDns1123Label)),
    ];
    if (names.has(volume.name)) errors.push(duplicate(`${at}.name`, volume.name));
    if (errors.length === 0) names.add(volume.name);
    return errors;
  });
}
