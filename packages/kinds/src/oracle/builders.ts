import type { KubeObject } from '@dormice/apimachinery';

/** An object that is sent to a real kube-apiserver, once, when the answers are recorded. */
export interface OracleCase {
  /** What it shows; the key of the recorded answer. */
  name: string;
  object: KubeObject;
}

type Body = Omit<Partial<KubeObject>, 'metadata'> & { metadata?: KubeObject['metadata'] };

export function object(apiVersion: string, kind: string, body: Body): KubeObject {
  return { apiVersion, kind, ...body, metadata: { name: 'sample', ...body.metadata } };
}

export const container = { name: 'main', image: 'registry.example/app:1.0' };
export const labels = { app: 'sample' };
export const template = { metadata: { labels }, spec: { containers: [container] } };
export const selector = { matchLabels: labels };
export const pod = (spec: object): KubeObject =>
  object('v1', 'Pod', {
    spec: { automountServiceAccountToken: false, containers: [container], ...spec },
  });
export const withContainer = (more: object): KubeObject =>
  pod({ containers: [{ ...container, ...more }] });
export const deployment = (spec: object): KubeObject =>
  object('apps/v1', 'Deployment', { spec: { selector, template, ...spec } });
export const service = (spec: object): KubeObject => object('v1', 'Service', { spec });
export const job = (spec: object): KubeObject =>
  object('batch/v1', 'Job', {
    spec: { template: { spec: { containers: [container], restartPolicy: 'Never' } }, ...spec },
  });
export const cronJob = (spec: object): KubeObject =>
  object('batch/v1', 'CronJob', {
    spec: {
      schedule: '*/5 * * * *',
      jobTemplate: {
        spec: { template: { spec: { containers: [container], restartPolicy: 'OnFailure' } } },
      },
      ...spec,
    },
  });
export const claim = (spec: object): KubeObject =>
  object('v1', 'PersistentVolumeClaim', {
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'x',
      resources: { requests: { storage: '1Gi' } },
      ...spec,
    },
  });
export const crd = (spec: object): KubeObject =>
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    metadata: { name: 'widgets.shop.example' },
    spec: {
      group: 'shop.example',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object' } },
        },
      ],
      ...spec,
    },
  });
