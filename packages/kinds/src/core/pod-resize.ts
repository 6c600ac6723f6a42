import { deepClone, deepEqual, fieldErrors, type KubeObject } from '@dormice/apimachinery';
import type { Check } from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import { podQosClass } from './pod-qos.ts';
import { validateAnyPod } from './validate-pod.ts';

const { forbidden, invalid } = fieldErrors;

const mirror = 'kubernetes.io/config.mirror';
const resizable = ['cpu', 'memory'];

/** A running container whose node tells nothing of its resources cannot be resized. */
function isSupported({ status = {} }: Loose): boolean {
  const running = each(status.containerStatuses).find(({ state }) => state?.running);
  return running === undefined || running.resources !== undefined;
}

const hasOwnResources = ({ spec }: Loose): boolean =>
  ['requests', 'limits'].some((part) => Object.keys(spec.resources?.[part] ?? {}).length > 0);

/** Amounts may change, but not go. */
function validateKept(next: Loose, old: Loose, path: string): Check {
  return ['requests', 'limits'].flatMap((part) => {
    const names = Object.keys(old?.[part] ?? {});
    const gone = names.some((name) => next?.[part]?.[name] === undefined);
    return gone ? [forbidden(`${path}.${part}`, `resource ${part} cannot be removed`)] : [];
  });
}

/** Resources with the amounts that a resize may change put back. */
function withOld(resources: Loose, old: Loose): Loose {
  const part = (name: string): Loose => {
    const amounts = { ...resources?.[name] };
    for (const key of resizable) {
      delete amounts[key];
      if (old?.[name]?.[key] !== undefined) amounts[key] = old[name][key];
    }
    return Object.keys(amounts).length > 0 ? { [name]: amounts } : {};
  };
  return { ...part('limits'), ...part('requests') };
}

const isSidecar = ({ restartPolicy }: Loose): boolean => restartPolicy === 'Always';

/** What is left of a container's change when CPU and memory are as they were. */
const changesElse = (next: Loose, old: Loose): boolean =>
  !deepEqual(
    { ...next, resources: withOld(next.resources, old.resources) },
    { ...old, resources: withOld(old.resources, old.resources) },
  );

function validateContainers(next: Loose, old: Loose): Check {
  const errors: Check = [];
  const init = each(old.initContainers);
  for (const [index, before] of init.entries()) {
    const path = `spec.initContainers[${index}].resources`;
    const now = each(next.initContainers)[index] ?? {};
    if (isSidecar(before)) errors.push(...validateKept(now.resources, before.resources, path));
  }
  for (const [index, before] of each(old.containers).entries()) {
    const path = `spec.containers[${index}].resources`;
    const now = each(next.containers)[index] ?? {};
    errors.push(...validateKept(now.resources, before.resources, path));
  }
  for (const [index, before] of each(old.containers).entries()) {
    if (changesElse(each(next.containers)[index] ?? {}, before))
      errors.push(forbidden('spec', 'only cpu and memory resources are mutable'));
  }
  for (const [index, before] of init.entries()) {
    const now = each(next.initContainers)[index] ?? {};
    if (isSidecar(now) && changesElse(now, before)) {
      const why = 'only cpu and memory resources for sidecar containers are mutable';
      errors.push(forbidden('spec', why));
    } else if (!isSidecar(now) && !deepEqual(now, before)) {
      const why = 'resources for non-sidecar init containers are immutable';
      errors.push(forbidden('spec', why));
    }
  }
  return errors;
}

/** `pods/resize`: CPU and memory of containers change, nothing else, and the class of service stays. */
export function validateResize(next: KubeObject, old: KubeObject): Check {
  if (old.metadata.annotations?.[mirror] !== undefined) {
    return [forbidden('<nil>', 'static pods cannot be resized')];
  }
  if (old['spec']?.os?.name === 'windows') {
    return [forbidden('<nil>', 'windows pods cannot be resized')];
  }
  const errors = validateAnyPod(next);
  const qos = old['status']?.qosClass ?? podQosClass(old);
  if (qos !== podQosClass(next)) {
    const why = 'Pod QOS Class may not change as a result of resizing';
    errors.push(invalid('spec', next['status']?.qosClass ?? '', why));
  }
  if (!isSupported(old)) {
    errors.push(forbidden('spec', 'Pod running on node without support for resize'));
  }
  if (hasOwnResources(next) || hasOwnResources(old)) {
    const why =
      'resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled';
    return [...errors, forbidden('<nil>', why)];
  }
  return [...errors, ...validateContainers(deepClone(next['spec']), old['spec'])];
}
