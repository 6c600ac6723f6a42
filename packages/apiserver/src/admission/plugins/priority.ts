import { errors, isReason } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import type { AdmissionPlugin } from '../../api-server.ts';

/** Turns a pod's class into its number; without a class the default one counts, or 0. */
export const priority: AdmissionPlugin = {
  name: 'Priority',
  async admit({ group, resource, subresource, operation, object }, client) {
    if (group !== '' || resource !== 'pods' || subresource !== '' || !object) return;
    if (operation !== 'CREATE') return;
    const spec = object['spec'];
    const name: string = spec.priorityClassName ?? '';
    const found =
      name === ''
        ? await defaultClass(client)
        : await classOf(name, client, object.metadata.name ?? '');
    const value: number = found?.['value'] ?? 0;
    if (spec.priority !== undefined && spec.priority !== value) {
      throw errors.forbidden(
        { group: '', resource: 'pods' },
        object.metadata.name ?? '',
        `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
      );
    }
    if (found && name === '') spec.priorityClassName = found.metadata.name;
    spec.priority = value;
    const policy: string = found?.['preemptionPolicy'] ?? 'PreemptLowerPriority';
    if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
      throw errors.forbidden(
        { group: '', resource: 'pods' },
        object.metadata.name ?? '',
        `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
      );
    }
    spec.preemptionPolicy = policy;
  },
};

async function classOf(
  name: string,
  client: Parameters<NonNullable<AdmissionPlugin['admit']>>[1],
  pod: string,
) {
  try {
    return await client.get(resources.priorityclasses, name);
  } catch (error) {
    if (!isReason(error, 'NotFound')) throw error;
    throw errors.forbidden(
      { group: '', resource: 'pods' },
      pod,
      `no PriorityClass with name ${name} was found`,
    );
  }
}

async function defaultClass(client: Parameters<NonNullable<AdmissionPlugin['admit']>>[1]) {
  const { items } = await client.list(resources.priorityclasses);
  return items
    .filter((entry) => entry['globalDefault'] === true)
    .sort((a, b) => a['value'] - b['value'])[0];
}
