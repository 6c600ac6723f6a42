import * as admissionregistration from './admissionregistration/admission-registration.ts';
import { customResourceDefinition } from './apiextensions/custom-resource-definition.ts';
import { apiService } from './apiregistration/api-service.ts';
import { controllerRevision } from './apps/controller-revision.ts';
import { daemonSet } from './apps/daemon-set.ts';
import { deployment } from './apps/deployment.ts';
import { replicaSet } from './apps/replica-set.ts';
import { statefulSet } from './apps/stateful-set.ts';
import * as autoscaling from './autoscaling/horizontal-pod-autoscaler.ts';
import { cronJob } from './batch/cron-job.ts';
import { job } from './batch/job.ts';
import { certificateSigningRequest } from './certificates/certificate-signing-request.ts';
import { lease } from './coordination/lease.ts';
import { componentStatus } from './core/component-status.ts';
import { configMap } from './core/config-map.ts';
import { event } from './core/event.ts';
import { namespace } from './core/namespace.ts';
import { node } from './core/node.ts';
import { persistentVolume } from './core/persistent-volume.ts';
import { persistentVolumeClaim } from './core/persistent-volume-claim.ts';
import { pod } from './core/pod.ts';
import { replicationController } from './core/replication-controller.ts';
import { secret } from './core/secret.ts';
import { service } from './core/service.ts';
import * as core from './core/small-kinds.ts';
import { endpointSlice } from './discovery/endpoint-slice.ts';
import { event as eventsEvent } from './events/event.ts';
import * as flowcontrol from './flowcontrol/flow-control.ts';
import type { KindModule } from './kind-module.ts';
import * as networking from './networking/networking.ts';
import { runtimeClass } from './node/runtime-class.ts';
import { podDisruptionBudget } from './policy/pod-disruption-budget.ts';
import * as rbac from './rbac/rbac.ts';
import * as resource from './resource/dynamic-resources.ts';
import { priorityClass } from './scheduling/priority-class.ts';
import * as storage from './storage/storage.ts';

/** The kinds that have behaviour. A new one is a module in the folder of its group, and a word here. */
export const modules: readonly KindModule[] = [
  ...[componentStatus, configMap, event, namespace, node, persistentVolume, persistentVolumeClaim],
  ...[pod, replicationController, secret, service],
  ...Object.values(core),
  ...[controllerRevision, daemonSet, deployment, replicaSet, statefulSet],
  ...[cronJob, job],
  ...Object.values(autoscaling),
  ...Object.values(rbac),
  ...Object.values(storage),
  ...Object.values(networking),
  ...Object.values(admissionregistration),
  ...Object.values(flowcontrol),
  ...Object.values(resource),
  ...[apiService, certificateSigningRequest, customResourceDefinition, endpointSlice, eventsEvent],
  ...[lease, podDisruptionBudget, priorityClass, runtimeClass],
];
