import { certificateRequestCleaner } from './certificates/certificate-request-cleaner.ts';
import { pvcProtection, pvProtection } from './claims/protection.ts';
import type { Controller } from './controller.ts';
import { cronJobController } from './cron-job/cron-job-controller.ts';
import { daemonSetController } from './daemon-set/daemon-set-controller.ts';
import { deploymentController } from './deployment/deployment-controller.ts';
import { disruptionController } from './disruption/disruption-controller.ts';
import { endpointsController } from './endpoints/endpoints-controller.ts';
import { garbageCollector } from './garbage-collector/garbage-collector.ts';
import { jobController } from './job/job-controller.ts';
import { namespaceController } from './namespace/namespace-controller.ts';
import { podGarbageCollector } from './pod-gc/pod-gc-controller.ts';
import { replicaSetController, replicationController } from './replica-set/replica-controller.ts';
import { resourceQuotaController } from './resource-quota/resource-quota-controller.ts';
import { rootCaPublisher } from './root-ca/root-ca-publisher.ts';
import { serviceAccountController } from './service-account/service-account-controller.ts';
import { tokenSecretController } from './service-account/token-secret-controller.ts';
import { statefulSetController } from './stateful-set/stateful-set-controller.ts';

/** The controllers of every embedded control plane, in the order in which a new cluster needs them. */
const all: readonly Controller[] = [
  namespaceController,
  serviceAccountController,
  tokenSecretController,
  rootCaPublisher,
  deploymentController,
  replicaSetController,
  replicationController,
  statefulSetController,
  daemonSetController,
  jobController,
  cronJobController,
  endpointsController,
  pvcProtection,
  pvProtection,
  disruptionController,
  resourceQuotaController,
  podGarbageCollector,
  certificateRequestCleaner,
  garbageCollector,
];

export const builtinControllers = (): Controller[] => [...all];
