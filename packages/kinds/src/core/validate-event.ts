import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import type { Check } from '../checks.ts';

const { invalid } = fieldErrors;

/** Events about objects without a namespace live here. */
const clusterEventNamespaces = ['', 'default', 'kube-system'];

function sameNamespace(event: KubeObject, field: string): Check {
  const about = event[field]?.namespace ?? '';
  const own = event.metadata.namespace ?? '';
  const fits = about === '' ? clusterEventNamespaces.includes(own) : about === own;
  return fits ? [] : [invalid(`${field}.namespace`, about, 'does not match event.namespace')];
}

/** An event is kept beside the object that it is about. */
export const validateEvent = (event: KubeObject): Check => sameNamespace(event, 'involvedObject');

/** The same for the form of `events.k8s.io`. */
export const validateNewEvent = (event: KubeObject): Check => sameNamespace(event, 'regarding');
