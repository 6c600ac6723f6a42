import type { KubeObject } from '@dormice/apimachinery';
import type { Pod } from '../common/pod.ts';

export interface ServicePort {
  name?: string;
  port: number;
  protocol?: string;
  targetPort?: number | string;
  appProtocol?: string;
}

export interface Service extends KubeObject {
  spec: {
    type?: string;
    clusterIP?: string;
    ipFamilies?: string[];
    selector?: Record<string, string>;
    ports?: ServicePort[];
    publishNotReadyAddresses?: boolean;
  };
}

/** Has Kubernetes to find the pods behind it? */
export const selects = ({ spec }: Service): boolean =>
  spec.type !== 'ExternalName' && Object.keys(spec.selector ?? {}).length > 0;

export const isHeadless = ({ spec }: Service): boolean =>
  spec.clusterIP === 'None' || (spec.clusterIP ?? '') === '';

/** The number of a service's port on one pod; `undefined` when the pod has no port of that name. */
export function portOn(
  pod: Pod,
  { targetPort, port, protocol = 'TCP' }: ServicePort,
): number | undefined {
  if (targetPort === undefined || targetPort === '' || targetPort === 0) return port;
  if (typeof targetPort === 'number') return targetPort;
  const sidecars = (pod.spec.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy === 'Always',
  );
  return [...pod.spec.containers, ...sidecars]
    .flatMap(({ ports }) => ports ?? [])
    .find((entry) => entry.name === targetPort && (entry.protocol ?? 'TCP') === protocol)
    ?.containerPort;
}

/** The host name by which DNS knows a pod of a headless service. */
export const hostnameFor = (pod: Pod, service: Service): string | undefined =>
  pod.spec.hostname !== undefined &&
  pod.spec.hostname !== '' &&
  pod.spec.subdomain === service.metadata.name
    ? pod.spec.hostname
    : undefined;

/** Labels that the service's own endpoints carry, without those that are the controllers'. */
export const serviceLabels = (service: Service): Record<string, string> => ({
  ...service.metadata.labels,
  ...(isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {}),
});
