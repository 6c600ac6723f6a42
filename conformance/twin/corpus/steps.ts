import type { Script, Step } from '../script.ts';

/** Names of what a script makes begin with its theme, so that themes may run side by side. */
export const inNamespace = (resource: string, group = '', version = 'v1'): string =>
  `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}/namespaces/twin/${resource}`;

export const configMaps = inNamespace('configmaps');
export const deployments = inNamespace('deployments', 'apps');

export const get = (path: string, more: Partial<Step> = {}): Step => ({
  method: 'GET',
  path,
  ...more,
});
export const post = (path: string, body: unknown, more: Partial<Step> = {}): Step => ({
  method: 'POST',
  path,
  body,
  ...more,
});
export const put = (path: string, body: unknown, more: Partial<Step> = {}): Step => ({
  method: 'PUT',
  path,
  body,
  ...more,
});
export const remove = (path: string, more: Partial<Step> = {}): Step => ({
  method: 'DELETE',
  path,
  ...more,
});

const patch =
  (type: string) =>
  (path: string, body: unknown, more: Partial<Step> = {}): Step => ({
    method: 'PATCH',
    path,
    body,
    type,
    ...more,
  });
export const mergePatch = patch('application/merge-patch+json');
export const strategicPatch = patch('application/strategic-merge-patch+json');
export const jsonPatch = patch('application/json-patch+json');
export const apply = patch('application/apply-patch+yaml');

export const quiet = { quiet: true } as const;

export const configMap = (name: string, more: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});

export const deployment = (name: string, spec: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'registry.example/app:1.0' }] },
    },
    ...spec,
  },
});

/** The scripts of one theme: name → steps. */
export const theme = (name: string, scripts: Readonly<Record<string, readonly Step[]>>): Script[] =>
  Object.entries(scripts).map(([script, steps]) => ({
    kind: `· ${name}`,
    theme: 'corpus',
    name: script,
    steps,
  }));
