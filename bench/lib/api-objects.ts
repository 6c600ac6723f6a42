/** A Pod as a Deployment's controller makes it, about 2 KiB stored. */
export const pod = (name: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'web', 'pod-template-hash': '5d4f8c7b9' } },
    spec: {
      containers: [
        {
          name: 'web',
          image: 'registry.example/web:1.2.3',
          ports: [{ containerPort: 8080, name: 'http' }],
          env: [
            { name: 'A', value: 'a' },
            { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          ],
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
        },
      ],
    },
  });

/** A Deployment of about two hundred lines of YAML; `version` makes each apply a change. */
export function deployment(name: string, version: number): string {
  const container = (index: number) => ({
    name: `c-${index}`,
    image: `registry.example/c-${index}:${version}`,
    env: Array.from({ length: 8 }, (_, at) => ({ name: `E${at}`, value: `value ${at}` })),
    ports: [{ containerPort: 8000 + index, name: `p-${index}` }],
    resources: { requests: { cpu: '100m', memory: '64Mi' } },
    readinessProbe: { httpGet: { path: '/ready', port: `p-${index}` }, periodSeconds: 5 },
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  });
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [0, 1, 2, 3].map(container),
          volumes: [{ name: 'data', emptyDir: {} }],
        },
      },
    },
  });
}

const versions = 30;
/** Fields of each version's schema: thirty versions of them make a CRD of about 1 MiB. */
const fields = 120;

function schema() {
  const property = (at: number) => ({
    type: 'object',
    description: `Field number ${at}, described with as many words as an author of CRDs would use.`,
    properties: {
      name: { type: 'string', maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
      size: { type: 'integer', minimum: 0, maximum: 1000 },
      tags: { type: 'array', items: { type: 'string' }, maxItems: 10 },
    },
  });
  const properties = Object.fromEntries(
    Array.from({ length: fields }, (_, at) => [`field${at}`, property(at)]),
  );
  return {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties } },
    },
  };
}

/** A CRD of about 1 MiB. */
export function largeCrd(): string {
  const one = schema();
  return JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'larges.bench.example' },
    spec: {
      group: 'bench.example',
      names: { plural: 'larges', kind: 'Large' },
      scope: 'Namespaced',
      versions: Array.from({ length: versions }, (_, at) => ({
        name: `v${at + 1}`,
        served: true,
        storage: at === 0,
        schema: one,
      })),
    },
  });
}

/** A custom resource that uses all fields. */
export function largeObject(name: string): string {
  const spec = Object.fromEntries(
    Array.from({ length: fields }, (_, at) => [
      `field${at}`,
      { name: `name-${at}`, size: at, tags: ['a', 'b'] },
    ]),
  );
  return JSON.stringify({
    apiVersion: 'bench.example/v1',
    kind: 'Large',
    metadata: { name },
    spec,
  });
}
