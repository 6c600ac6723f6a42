import { errors, type KubeObject } from '@dormice/apimachinery';
import { type AdmissionPlugin, harmlessCapabilities } from '@dormice/apiserver';
import { resources } from '@dormice/client';
import { containersOf } from './kinds/pod/references.ts';
import type { Loose } from './loose.ts';

/** What pods may ask of the host's nodes. */
export interface HostAccess {
  privileged: boolean;
  hostPath: boolean;
  /** hostNetwork, hostPID, hostIPC, hostPort. */
  hostNamespaces: boolean;
}

interface Rule {
  allowedBy: keyof HostAccess;
  /** Path of the offending field, if there is one. */
  find: (pod: KubeObject) => string | undefined;
  what: string;
}

const rules: readonly Rule[] = [
  {
    allowedBy: 'hostNamespaces',
    what: "the host's namespaces",
    find: ({ spec }) =>
      ['hostNetwork', 'hostPID', 'hostIPC']
        .map((f) => (spec?.[f] ? `spec.${f}` : ''))
        .find(Boolean),
  },
  {
    allowedBy: 'hostNamespaces',
    what: "ports of the host's nodes",
    find: inContainers(({ ports = [] }) => {
      const at = ports.findIndex(({ hostPort }: Loose) => hostPort > 0);
      return at < 0 ? undefined : `ports[${at}].hostPort`;
    }),
  },
  {
    allowedBy: 'hostPath',
    what: "directories of the host's nodes",
    find: ({ spec }) => {
      const at = (spec?.volumes ?? []).findIndex(({ hostPath }: Loose) => hostPath);
      return at < 0 ? undefined : `spec.volumes[${at}].hostPath`;
    },
  },
  {
    allowedBy: 'privileged',
    what: 'privileged containers',
    find: inContainers(({ securityContext }) =>
      securityContext?.privileged ? 'securityContext.privileged' : undefined,
    ),
  },
  {
    allowedBy: 'privileged',
    what: 'capabilities beyond the default ones',
    find: inContainers(({ securityContext }) =>
      (securityContext?.capabilities?.add ?? []).every((name: string) =>
        harmlessCapabilities.has(name),
      )
        ? undefined
        : 'securityContext.capabilities.add',
    ),
  },
  {
    allowedBy: 'privileged',
    what: 'an unmasked /proc',
    find: inContainers(({ securityContext }) =>
      securityContext?.procMount === 'Unmasked' ? 'securityContext.procMount' : undefined,
    ),
  },
];

function inContainers(find: (container: Loose) => string | undefined): Rule['find'] {
  return (pod) => {
    for (const container of containersOf(pod)) {
      const field = find(container);
      if (field !== undefined) return `containers[${container.name}].${field}`;
    }
    return undefined;
  };
}

/** Refuses pods that reach for the host's nodes, at the virtual API and with the reason. */
export function hostIsolation(policy: HostAccess): AdmissionPlugin {
  const active = rules.filter(({ allowedBy }) => !policy[allowedBy]);
  return {
    name: 'HostIsolation',
    validate(attributes) {
      const { group, resource, subresource, operation, object, name } = attributes;
      if (group !== '' || !object || operation === 'DELETE' || operation === 'CONNECT') return;
      if (resource === 'services' && object.spec?.externalIPs?.length > 0) {
        throw errors.forbidden(
          resources.services,
          name,
          'spec.externalIPs is not allowed in a virtual cluster: it would take traffic of the host',
        );
      }
      if (resource !== 'pods' || !['', 'ephemeralcontainers'].includes(subresource)) return;
      for (const { find, what, allowedBy } of active) {
        const field = find(object);
        if (field === undefined) continue;
        throw errors.forbidden(
          resources.pods,
          name || (object.metadata.name ?? object.metadata.generateName ?? ''),
          `${field}: ${what} are not allowed in this virtual cluster; who runs it can allow them with spec.hostAccess.${allowedBy}`,
        );
      }
    },
  };
}
