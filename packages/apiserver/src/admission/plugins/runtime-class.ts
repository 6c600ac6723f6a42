import { isReason, type KubeObject, quantityCompare } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { AdmissionAttributes, AdmissionPlugin } from '../../api-server.ts';
import { forbid } from './forbid.ts';
import { mergeTolerations } from './merge-tolerations.ts';

type Amounts = Record<string, string>;

const isNewPod = ({ group, resource, subresource, operation }: AdmissionAttributes): boolean =>
  group === '' && resource === 'pods' && subresource === '' && operation === 'CREATE';

const mismatch = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

/** A pod's runtime class must exist, and says what the pod takes besides its containers and where it may run. */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  async admit(attributes, client) {
    const { object } = attributes;
    if (!isNewPod(attributes) || !object) return;
    const found = await classOf(attributes, object, client);
    if (!found) return;
    const { spec } = object;
    if (found['overhead'] !== undefined) {
      const overhead: Amounts = found['overhead'].podFixed ?? {};
      const own: Amounts = spec.overhead ?? {};
      if (Object.keys(own).length > 0 && !sameAmounts(own, overhead))
        throw forbid(attributes, mismatch);
      if (Object.keys(overhead).length > 0) spec.overhead = overhead;
      else delete spec.overhead;
    }
    if (found['scheduling'] !== undefined) schedule(attributes, spec, found['scheduling']);
  },
  async validate(attributes, client) {
    const { object } = attributes;
    if (!isNewPod(attributes) || !object) return;
    const found = await classOf(attributes, object, client);
    const own: Amounts | undefined = object['spec'].overhead;
    if (found?.['overhead'] !== undefined) {
      if (!sameAmounts(own ?? {}, found['overhead'].podFixed ?? {}))
        throw forbid(attributes, mismatch);
    } else if (own !== undefined) {
      throw forbid(
        attributes,
        'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
      );
    }
  },
};

async function classOf(
  attributes: AdmissionAttributes,
  pod: KubeObject,
  client: Client,
): Promise<KubeObject | undefined> {
  const name: string | undefined = pod['spec']?.runtimeClassName;
  if (name === undefined) return undefined;
  try {
    return await client.get(resources.runtimeclasses, name);
  } catch (error) {
    if (!isReason(error, 'NotFound')) throw error;
    throw forbid(attributes, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
  }
}

function schedule(
  attributes: AdmissionAttributes,
  spec: KubeObject['spec'],
  scheduling: KubeObject['spec'],
): void {
  const selector = { ...spec.nodeSelector };
  for (const [key, value] of Object.entries((scheduling.nodeSelector ?? {}) as Amounts)) {
    const own = selector[key];
    if (own !== undefined && own !== value) {
      throw forbid(
        attributes,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      );
    }
    selector[key] = value;
  }
  if (Object.keys(selector).length > 0) spec.nodeSelector = selector;
  const tolerations = mergeTolerations(spec.tolerations ?? [], scheduling.tolerations ?? []);
  if (tolerations.length > 0) spec.tolerations = tolerations;
}

function sameAmounts(a: Amounts, b: Amounts): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => b[name] !== undefined && quantityCompare(a[name] ?? '0', b[name]) === 0)
  );
}
