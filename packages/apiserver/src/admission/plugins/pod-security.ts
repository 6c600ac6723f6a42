import { errors, isReason, type KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import type { AdmissionPlugin } from '../../api-server.ts';
import { podSecurityViolations, type SecurityLevel } from './pod-security-checks.ts';

const label = (mode: string): string => `pod-security.kubernetes.io/${mode}`;

const levels = new Set(['privileged', 'baseline', 'restricted']);

function levelOf(namespace: KubeObject, mode: string): SecurityLevel {
  const value = namespace.metadata.labels?.[label(mode)] ?? 'privileged';
  return levels.has(value) ? (value as SecurityLevel) : 'restricted';
}

const versionOf = (namespace: KubeObject, mode: string): string =>
  namespace.metadata.labels?.[label(`${mode}-version`)] ?? 'latest';

/** Pod Security Standards as a namespace's labels ask for them. */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  async validate(attributes, client) {
    const { group, resource, subresource, operation, namespace, object } = attributes;
    if (group !== '' || resource !== 'pods' || subresource !== '' || !object) return;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return;
    const found = await client.get(resources.namespaces, namespace).catch((error: unknown) => {
      if (isReason(error, 'NotFound')) return undefined;
      throw error;
    });
    if (!found) return;
    const text = (mode: string): string | undefined => {
      const level = levelOf(found, mode);
      const violations = podSecurityViolations(object, level);
      if (violations.length === 0) return undefined;
      return `violates PodSecurity ${JSON.stringify(`${level}:${versionOf(found, mode)}`)}: ${violations.join(', ')}`;
    };
    const refused = text('enforce');
    if (refused !== undefined) {
      throw errors.forbidden({ group: '', resource: 'pods' }, object.metadata.name ?? '', refused);
    }
    const warned = text('warn');
    if (warned !== undefined) attributes.warn(`would ${warned.replace('violates', 'violate')}`);
  },
};
