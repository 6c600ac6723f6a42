import type { Template } from '../templates.ts';
import type { ClusterView } from '../view.ts';

/** What the server said when it refused. */
export class ApiError extends Error {}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const value: unknown = text === '' ? {} : JSON.parse(text);
  if (!response.ok) {
    throw new ApiError(
      (value as { message?: string }).message ?? `the server answered ${response.status}`,
    );
  }
  return value as T;
}

const pathOf = ({ namespace, name }: ClusterView): string => `/api/clusters/${namespace}/${name}`;

export const api = {
  templates: () => call<Omit<Template, 'spec'>[]>('GET', '/api/templates'),
  create: (name: string, template: string) => call('POST', '/api/clusters', { name, template }),
  wake: (cluster: ClusterView) => call('POST', `${pathOf(cluster)}/wake`),
  sleep: (cluster: ClusterView) => call('POST', `${pathOf(cluster)}/sleep`),
  remove: (cluster: ClusterView) => call('DELETE', pathOf(cluster)),
  kubeconfigUrl: (cluster: ClusterView) => `${pathOf(cluster)}/kubeconfig`,
};
