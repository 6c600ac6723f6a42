import { deepClone, formatFieldError, type KubeObject } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import { kindOf } from './builtin-kinds.ts';
import type { Loose } from './loose.ts';

const context = (subresource = '') => ({
  now: new Date('2026-01-01T00:00:00Z'),
  uuid: () => 'u',
  subresource,
});

/** What an update through one endpoint comes to: the object that would be stored, and what is wrong with it. */
function update(old: KubeObject, change: (object: Loose) => void, subresource = '') {
  const version = old.apiVersion.split('/');
  const kind = kindOf(version.length > 1 ? (version[0] ?? '') : '', 'v1', old.kind);
  const next = deepClone(old);
  change(next);
  kind?.prepareForUpdate?.(next, old, context(subresource));
  const problems = kind?.validateUpdate?.(next, old, context(subresource)) ?? [];
  return { next: next as Loose, problems: problems.map(formatFieldError) };
}

function created(object: KubeObject): KubeObject {
  const version = object.apiVersion.split('/');
  const kind = kindOf(version.length > 1 ? (version[0] ?? '') : '', 'v1', object.kind);
  const copy = deepClone(object);
  kind?.defaults?.(copy);
  kind?.prepareForCreate?.(copy, context());
  return copy;
}

const pod = created({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'a', image: 'x:1', resources: {} }], tolerations: [] },
});

describe('an update of a pod', () => {
  it('may change an image, and not the status', () => {
    const { next, problems } = update(pod, (object) => {
      object.spec.containers[0].image = 'x:2';
      object.status = { phase: 'Failed' };
    });
    expect(problems).toEqual([]);
    expect(next.spec.containers[0].image).toBe('x:2');
    expect(next.status.phase).toBe('Pending');
  });

  it('may not change the environment', () => {
    const { problems } = update(pod, (object) => {
      object.spec.containers[0].env = [{ name: 'a', value: 'b' }];
    });
    expect(problems[0]).toMatch(
      /^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/,
    );
  });

  it('may not add a container', () => {
    const { problems } = update(pod, (object) =>
      object.spec.containers.push({ ...object.spec.containers[0], name: 'b' }),
    );
    expect(problems).toEqual([
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ]);
  });

  it('may add a toleration', () => {
    const { problems } = update(pod, (object) =>
      object.spec.tolerations.push({ key: 'a', operator: 'Exists' }),
    );
    expect(problems).toEqual([]);
  });

  it('through its status changes nothing but the status and metadata', () => {
    const { next } = update(
      pod,
      (object) => {
        object.spec.containers[0].image = 'y';
        object.status.phase = 'Running';
      },
      'status',
    );
    expect(next.spec.containers[0].image).toBe('x:1');
    expect(next.status.phase).toBe('Running');
  });

  it('through ephemeralcontainers adds such containers and no more', () => {
    const { next } = update(
      pod,
      (object) => {
        object.spec.ephemeralContainers = [{ name: 'debug', image: 'b' }];
        object.spec.containers[0].image = 'y';
      },
      'ephemeralcontainers',
    );
    expect(next.spec.containers[0].image).toBe('x:1');
    expect(next.spec.ephemeralContainers).toHaveLength(1);
  });
});

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's' },
  spec: {
    type: 'NodePort',
    sessionAffinity: 'None',
    externalTrafficPolicy: 'Cluster',
    clusterIP: '10.0.0.1',
    clusterIPs: ['10.0.0.1'],
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30_001 }],
  },
};

describe('an update of a service', () => {
  it('keeps addresses and node ports that the client leaves out', () => {
    const { next, problems } = update(service, (object) => {
      delete object.spec.clusterIP;
      delete object.spec.clusterIPs;
      delete object.spec.ports[0].nodePort;
    });
    expect(problems).toEqual([]);
    expect(next.spec).toEqual(service['spec']);
  });

  it('may not change the address', () => {
    const { problems } = update(service, (object) => {
      object.spec.clusterIP = '10.0.0.2';
    });
    expect(problems).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set',
    ]);
  });

  it('to ClusterIP gives the node ports back', () => {
    const { next, problems } = update(service, (object) => {
      object.spec.type = 'ClusterIP';
    });
    expect(problems).toEqual([]);
    expect(next.spec.ports[0].nodePort).toBeUndefined();
    expect(next.spec.externalTrafficPolicy).toBeUndefined();
  });
});

describe('what stays as it was made', () => {
  const binding: KubeObject = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'b' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' },
  };

  it('the role of a binding', () => {
    const { problems } = update(binding, (object) => {
      object.roleRef.name = 'other';
    });
    expect(problems[0]).toContain('cannot change roleRef');
  });

  it('the data of an immutable config map', () => {
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'm' },
      data: { a: 'b' },
      immutable: true,
    };
    const { problems } = update(map, (object) => {
      object.data.a = 'c';
    });
    expect(problems).toEqual(['data: Forbidden: field is immutable when `immutable` is set']);
  });

  it('the finalizers of a namespace, unless through finalize', () => {
    const namespace = created({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } });
    const clear = (object: Loose) => {
      object.spec.finalizers = [];
    };
    expect(update(namespace, clear).next.spec.finalizers).toEqual(['kubernetes']);
    expect(update(namespace, clear, 'finalize').next.spec.finalizers).toEqual([]);
  });
});
