import { kind } from '../kind-module.ts';
import { podNameWarnings } from './name-warnings.ts';
import { podCells } from './pod-cells.ts';
import { podDefaults } from './pod-defaults.ts';
import { podGracePeriod, preparePod, preparePodUpdate } from './pod-strategy.ts';
import { validatePodUpdate } from './pod-update.ts';
import { podWarnings } from './pod-warnings.ts';
import { adoptionWarnings } from './profile-annotations.ts';
import { validatePod } from './validate-pod.ts';

export const pod = kind({
  group: '',
  resource: 'pods',
  warningsOnCreate: (object) => [...adoptionWarnings(object), ...podNameWarnings(object)],
  cells: podCells,
  defaults: podDefaults,
  prepareForCreate: preparePod,
  prepareForUpdate: preparePodUpdate,
  warnings: podWarnings,
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  gracePeriod: podGracePeriod,
  fieldSelectors: {
    'spec.nodeName': (object) => object['spec']?.nodeName ?? '',
    'spec.restartPolicy': (object) => object['spec']?.restartPolicy ?? '',
    'spec.schedulerName': (object) => object['spec']?.schedulerName ?? '',
    'spec.serviceAccountName': (object) => object['spec']?.serviceAccountName ?? '',
    'spec.hostNetwork': (object) => String(object['spec']?.hostNetwork ?? false),
    'status.phase': (object) => object['status']?.phase ?? '',
    'status.podIP': (object) => object['status']?.podIPs?.[0]?.ip ?? object['status']?.podIP ?? '',
    'status.nominatedNodeName': (object) => object['status']?.nominatedNodeName ?? '',
  },
});
