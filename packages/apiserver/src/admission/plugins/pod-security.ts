import { errors, isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { AdmissionAttributes, AdmissionPlugin } from '../../api-server.ts';
import { warningsAboutPods } from '../pod-security/existing-pods.ts';
import { viewOf } from '../pod-security/pod-view.ts';
import {
  compareLevels,
  isPrivileged,
  isSameLevel,
  type LevelVersion,
  securityPolicyOf,
  showLevel,
} from '../pod-security/security-policy.ts';
import { violationsOf } from '../pod-security/standards.ts';

type Template = KubeObject['spec'];

/** Where the template of pods is in kinds that make some. */
const templates: Record<string, (object: KubeObject) => Template> = {
  '/pods': (pod) => pod,
  '/podtemplates': (object) => object['template'],
  '/replicationcontrollers': ({ spec }) => spec?.template,
  'apps/daemonsets': ({ spec }) => spec?.template,
  'apps/deployments': ({ spec }) => spec?.template,
  'apps/replicasets': ({ spec }) => spec?.template,
  'apps/statefulsets': ({ spec }) => spec?.template,
  'batch/cronjobs': ({ spec }) => spec?.jobTemplate?.spec?.template,
  'batch/jobs': ({ spec }) => spec?.template,
};

/** Subresources of pods that change what runs. */
const checkedSubresources = new Set(['', 'ephemeralcontainers', 'resize']);

/** Pod Security Standards as a namespace's labels ask for them. */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  async validate(attributes, client) {
    const { group, resource, subresource, operation, object } = attributes;
    if ((operation !== 'CREATE' && operation !== 'UPDATE') || !object) return;
    const key = `${group}/${resource}`;
    if (key === '/namespaces') return checkNamespace(attributes, object, client);
    const template = templates[key];
    if (!template) return;
    const isPod = key === '/pods';
    if (isPod ? !checkedSubresources.has(subresource) : subresource !== '') return;
    const found = template(object);
    if (found) await checkTemplate(attributes, found, isPod, client);
  },
};

async function checkNamespace(
  attributes: AdmissionAttributes,
  { metadata }: KubeObject,
  client: Client,
): Promise<void> {
  if (attributes.subresource !== '') return;
  const { policy, problems } = securityPolicyOf(metadata.labels);
  const old = attributes.oldObject && securityPolicyOf(attributes.oldObject.metadata.labels);
  const { name = '' } = metadata;
  if (problems.length > 0 && JSON.stringify(problems) !== JSON.stringify(old?.problems)) {
    throw errors.invalid({ group: '', kind: 'Namespace' }, name, problems);
  }
  if (!old || isSameLevel(policy.enforce, old.policy.enforce)) return;
  const { enforce } = policy;
  if (isPrivileged(enforce)) return;
  const before = old.policy.enforce;
  if (enforce.version === before.version && compareLevels(enforce.level, before.level) <= 0) return;
  const { items } = await client.list(resources.pods, { namespace: name });
  for (const warning of warningsAboutPods(items, name, enforce)) attributes.warn(warning);
}

const prefix = 'pod-security.kubernetes.io/';

async function checkTemplate(
  attributes: AdmissionAttributes,
  template: Template,
  isPod: boolean,
  client: Client,
): Promise<void> {
  const labels = await namespaceLabels(client, attributes.namespace);
  const { policy, problems } = securityPolicyOf(labels);
  const modes = [policy.warn, policy.audit, ...(isPod ? [policy.enforce] : [])];
  if (problems.length === 0 && modes.every(isPrivileged)) return;
  const { oldObject } = attributes;
  if (isPod && oldObject && !runsOther(template.spec, oldObject['spec'])) return;
  const pod = viewOf(template);
  const judge = (mode: LevelVersion): string | undefined => {
    const found = violationsOf(pod, mode.level, mode.version);
    if (found.length === 0) return undefined;
    const texts = found.map(({ reason, detail }) => `${reason} (${detail})`);
    return `PodSecurity ${JSON.stringify(showLevel(mode))}: ${texts.join(', ')}`;
  };
  if (problems.length > 0) {
    const texts = problems.map(
      ({ field, detail, badValue }) =>
        `${field}: Invalid value: ${JSON.stringify(badValue)}: ${detail}`,
    );
    const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
    attributes.annotate?.(`${prefix}error`, `Failed to parse policy: ${text}`);
  }
  if (isPod) attributes.annotate?.(`${prefix}enforce-policy`, showLevel(policy.enforce));
  const audited = judge(policy.audit);
  if (audited !== undefined)
    attributes.annotate?.(`${prefix}audit-violations`, `would violate ${audited}`);
  const refused = isPod ? judge(policy.enforce) : undefined;
  if (refused !== undefined) {
    const pods = { group: '', resource: 'pods' };
    throw errors.forbidden(pods, attributes.name, `violates ${refused}`);
  }
  const warned = judge(policy.warn);
  if (warned !== undefined) attributes.warn(`would violate ${warned}`);
}

async function namespaceLabels(
  client: Client,
  name: string,
): Promise<Record<string, string> | undefined> {
  try {
    return (await client.get(resources.namespaces, name)).metadata.labels;
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error;
  }
}

interface Container {
  name: string;
  image?: string;
}

/** Does an update run something else? Only new containers and images count. */
function runsOther(next: Template, old: Template): boolean {
  const differs = (a: Container[] = [], b: Container[] = []): boolean =>
    a.length !== b.length || a.some(({ image }, at) => image !== b[at]?.image);
  const known = new Map(
    ((old.ephemeralContainers ?? []) as Container[]).map(({ name, image }) => [name, image]),
  );
  return (
    differs(next.containers, old.containers) ||
    differs(next.initContainers, old.initContainers) ||
    ((next.ephemeralContainers ?? []) as Container[]).some(
      ({ name, image }) => !known.has(name) || known.get(name) !== image,
    )
  );
}
