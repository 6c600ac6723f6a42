import type { KubeObject } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import { podTemplateWarnings, podWarnings } from './pod-warnings.ts';
import { adoptAppArmor, adoptionWarnings } from './profile-annotations.ts';

const key = 'container.apparmor.security.beta.kubernetes.io/a';
const pod = (note: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', annotations: { [key]: note } },
  spec: { containers: [{ name: 'a' }], ...more },
});
const deprecated = (path: string) => [
  `${path}metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`,
];

// What a kube-apiserver 1.35 makes of the same pods.
describe('annotations of AppArmor', () => {
  it.each([
    ['unconfined', { type: 'Unconfined' }],
    ['runtime/default', { type: 'RuntimeDefault' }],
    ['localhost/x', { type: 'Localhost', localhostProfile: 'x' }],
  ])('%s becomes a field, and a warning', (note, profile) => {
    const made = pod(note);
    adoptAppArmor(made);
    expect(made['spec'].containers[0].securityContext).toEqual({ appArmorProfile: profile });
    expect(adoptionWarnings(made)).toEqual(deprecated(''));
    expect(podWarnings(made)).toEqual([]);
  });

  it('say nothing where the pod or the container says the same', () => {
    const appArmorProfile = { type: 'Unconfined' };
    const made = pod('unconfined', { securityContext: { appArmorProfile } });
    adoptAppArmor(made);
    expect(made['spec'].containers).toEqual([{ name: 'a' }]);
    expect(adoptionWarnings(made)).toEqual([]);
  });

  it('of templates stay, with a warning', () => {
    const { metadata, spec } = pod('unconfined');
    const object = {
      apiVersion: 'v1',
      kind: 'PodTemplate',
      metadata: {},
      template: { metadata, spec },
    };
    expect(podTemplateWarnings(object)).toEqual(deprecated('template.'));
  });
});

describe('annotations of seccomp', () => {
  it('do nothing, and that is said', () => {
    const name = 'seccomp.security.alpha.kubernetes.io/pod';
    const object = { ...pod('x'), metadata: { annotations: { [name]: 'unconfined' } } };
    expect(podWarnings(object)).toEqual([
      `metadata.annotations[${name}]: non-functional in v1.27+; use the "seccompProfile" field instead`,
    ]);
  });
});
