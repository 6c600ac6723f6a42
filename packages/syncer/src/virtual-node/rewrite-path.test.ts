import { describe, expect, it } from 'vitest';
import { hostPath, parseObjectPath } from './rewrite-path.ts';

const rewrite = (url: string) => {
  const path = parseObjectPath(url);
  return path && hostPath(path, 'pods', 'ws', 'web-x') + path.query;
};

describe('a path to a pod', () => {
  it('keeps everything but namespace and name', () => {
    expect(rewrite('/api/v1/namespaces/shop/pods/web/exec?command=a%20b&stdin=true')).toBe(
      '/api/v1/namespaces/ws/pods/web-x/exec?command=a%20b&stdin=true',
    );
    expect(rewrite('/api/v1/namespaces/shop/pods/https:web:8443/proxy/a%20b/c..d')).toBe(
      '/api/v1/namespaces/ws/pods/https%3Aweb-x%3A8443/proxy/a%20b/c..d',
    );
  });

  it('that would climb out of the pod is not taken', () => {
    for (const rest of ['..', '../../x', 'a/%2e%2E/b', './x']) {
      expect(parseObjectPath(`/api/v1/namespaces/shop/pods/web/proxy/${rest}`)).toBeUndefined();
    }
  });

  it('that is another one is not taken', () => {
    expect(parseObjectPath('/api/v1/nodes/node-1/proxy')).toBeUndefined();
    expect(parseObjectPath('/apis/apps/v1/namespaces/a/deployments/b')).toBeUndefined();
  });
});
