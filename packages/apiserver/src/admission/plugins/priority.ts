import { isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { AdmissionAttributes, AdmissionPlugin } from '../../api-server.ts';
import { forbid } from './forbid.ts';

/** Turns a pod's class into its number; without a class the default one counts, or 0. There is one default class. */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  async admit(attributes, client) {
    const { group, resource, subresource, operation, object, oldObject } = attributes;
    if (group !== '' || resource !== 'pods' || subresource !== '' || !object) return;
    if (operation === 'CREATE') await setPriority(attributes, object['spec'], client);
    if (operation === 'UPDATE' && oldObject) {
      object['spec'].priority ??= oldObject['spec'].priority;
      object['spec'].preemptionPolicy ??= oldObject['spec'].preemptionPolicy;
    }
  },
  async validate(attributes, client) {
    const { group, resource, subresource, operation, object } = attributes;
    if (group !== 'scheduling.k8s.io' || resource !== 'priorityclasses' || subresource !== '')
      return;
    if ((operation !== 'CREATE' && operation !== 'UPDATE') || !object?.['globalDefault']) return;
    const name = (await defaultClass(client))?.metadata.name;
    if (name === undefined || (operation === 'UPDATE' && name === object.metadata.name)) return;
    throw forbid(
      attributes,
      `PriorityClass ${name} is already marked as default. Only one default can exist`,
    );
  },
};

async function setPriority(
  attributes: AdmissionAttributes,
  spec: KubeObject['spec'],
  client: Client,
): Promise<void> {
  const name: string = spec.priorityClassName ?? '';
  const found = name === '' ? await defaultClass(client) : await classOf(attributes, name, client);
  if (found && name === '') spec.priorityClassName = found.metadata.name;
  const value: number = found?.['value'] ?? 0;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw forbid(
      attributes,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  spec.priority = value;
  const policy: string = found?.['preemptionPolicy'] ?? 'PreemptLowerPriority';
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw forbid(
      attributes,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  spec.preemptionPolicy = policy;
}

async function classOf(
  attributes: AdmissionAttributes,
  name: string,
  client: Client,
): Promise<KubeObject> {
  try {
    return await client.get(resources.priorityclasses, name);
  } catch (error) {
    if (!isReason(error, 'NotFound')) throw error;
    throw forbid(attributes, `no PriorityClass with name ${name} was found`);
  }
}

async function defaultClass(client: Client): Promise<KubeObject | undefined> {
  const { items } = await client.list(resources.priorityclasses);
  return items
    .filter((entry) => entry['globalDefault'] === true)
    .sort((a, b) => a['value'] - b['value'])[0];
}
