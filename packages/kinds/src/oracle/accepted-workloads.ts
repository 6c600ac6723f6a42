import {
  container,
  cronJob,
  deployment,
  job,
  labels,
  type OracleCase,
  object,
  pod,
  selector,
  service,
  template,
  withContainer,
} from './builders.ts';

/** Pods, what makes pods, and services that are accepted: the answer shows the defaults. */
export const acceptedWorkloads: readonly OracleCase[] = [
  { name: 'a small pod', object: pod({}) },
  {
    name: 'a pod with much in it',
    object: pod({
      initContainers: [{ name: 'side', image: 'x@sha256:abc', restartPolicy: 'Always' }],
      containers: [
        {
          name: 'main',
          image: 'x:latest',
          ports: [{ containerPort: 80 }],
          env: [
            { name: 'A', value: '' },
            { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
            { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          ],
          resources: { limits: { cpu: '1', memory: '1024Mi' }, requests: { cpu: '0.5' } },
          livenessProbe: { httpGet: { port: 80 } },
          readinessProbe: { grpc: { port: 81 }, periodSeconds: 3 },
          startupProbe: { tcpSocket: { port: 'web' } },
          lifecycle: { preStop: { httpGet: { port: 80 } } },
          volumeMounts: [{ name: 'a', mountPath: '/a' }],
          securityContext: { privileged: true },
        },
        { name: 'second', image: 'x' },
      ],
      volumes: [
        { name: 'a' },
        { name: 'b', configMap: { name: 'c' } },
        { name: 'c', secret: { secretName: 'c' } },
        { name: 'd', hostPath: { path: '/x' } },
        {
          name: 'e',
          projected: {
            sources: [
              { serviceAccountToken: { path: 't' } },
              {
                downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] },
              },
            ],
          },
        },
        {
          name: 'f',
          downwardAPI: {
            items: [
              { path: 'c', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu' } },
            ],
          },
        },
        {
          name: 'g',
          ephemeral: {
            volumeClaimTemplate: {
              spec: {
                accessModes: ['ReadWriteOnce'],
                resources: { requests: { storage: '1Gi' } },
              },
            },
          },
        },
      ],
    }),
  },
  {
    name: 'a pod on the host network',
    object: pod({
      hostNetwork: true,
      containers: [{ ...container, ports: [{ containerPort: 8080 }] }],
    }),
  },
  { name: 'a pod with scheduling gates', object: pod({ schedulingGates: [{ name: 'a/b' }] }) },
  {
    name: 'a guaranteed pod',
    object: withContainer({ resources: { limits: { cpu: '100m', memory: '1Gi' } } }),
  },
  { name: 'a deployment', object: deployment({}) },
  {
    name: 'a deployment that recreates',
    object: deployment({ replicas: 0, strategy: { type: 'Recreate' } }),
  },
  {
    name: 'a replica set',
    object: object('apps/v1', 'ReplicaSet', { spec: { selector, template } }),
  },
  {
    name: 'a stateful set',
    object: object('apps/v1', 'StatefulSet', {
      spec: {
        selector,
        template,
        serviceName: 'x',
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
    }),
  },
  {
    name: 'a daemon set',
    object: object('apps/v1', 'DaemonSet', { spec: { selector, template } }),
  },
  { name: 'a job', object: job({}) },
  { name: 'an indexed job', object: job({ completionMode: 'Indexed', completions: 3 }) },
  { name: 'a cron job', object: cronJob({}) },
  {
    name: 'a replication controller',
    object: object('v1', 'ReplicationController', { spec: { template } }),
  },
  { name: 'a service', object: service({ selector: labels, ports: [{ port: 80 }] }) },
  {
    name: 'a node port service with affinity',
    object: service({
      type: 'NodePort',
      sessionAffinity: 'ClientIP',
      ports: [{ port: 80, targetPort: 'web', name: 'a' }],
    }),
  },
  { name: 'a load balancer', object: service({ type: 'LoadBalancer', ports: [{ port: 80 }] }) },
  {
    name: 'an external name',
    object: service({ type: 'ExternalName', externalName: 'a.example' }),
  },
];
