import { fieldErrors } from '@dormice/apimachinery';
import type { Check } from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { checksOfPods, checksOfVolumes, type SourceCheck } from './source-checks.ts';
import { sourcesOfPods, sourcesOfVolumes, spelled } from './source-order.ts';

const { forbidden, required } = fieldErrors;

interface Rules {
  /** All sources, as upstream looks for them: of several the first is judged. */
  order: readonly string[];
  checks: Readonly<Record<string, SourceCheck>>;
  /** Sources that are judged also when they are one too many. */
  always: readonly string[];
}

function validateSource(
  holder: Loose,
  path: string,
  { order, checks, always }: Rules,
  volume?: string,
): Check {
  const named = order.filter((name) => holder[name]);
  if (named.length === 0) return [required(path, 'must specify a volume type')];
  return named.flatMap((name, index) => {
    const { own = name, spare = name } = spelled[name] ?? {};
    return index > 0 && !always.includes(name)
      ? [forbidden(`${path}.${spare}`, 'may not specify more than 1 volume type')]
      : (checks[name]?.(holder[name], `${path}.${own}`, volume) ?? []);
  });
}

const ofPods: Rules = { order: sourcesOfPods, checks: checksOfPods, always: [] };
const ofVolumes: Rules = {
  order: sourcesOfVolumes,
  checks: checksOfVolumes,
  always: ['flexVolume'],
};

/** The one source of a volume of a pod. */
export const validatePodSource = (volume: Loose, path: string): Check =>
  validateSource(volume, path, ofPods);

/** The one source of a persistent volume. */
export const validateVolumeSource = (spec: Loose, path: string, name: string): Check =>
  validateSource(spec, path, ofVolumes, name);
