import type { KubeObject } from '@dormice/apimachinery';
import { unset } from '../columns.ts';
import { kind } from '../kind-module.ts';
import { validateAdmissionPolicy, validateAdmissionPolicyBinding } from './validate-policies.ts';
import { validateWebhooks } from './validate-webhooks.ts';
import {
  admissionPolicyBindingDefaults,
  admissionPolicyDefaults,
  mutatingWebhookDefaults,
  validatingWebhookDefaults,
} from './webhook-defaults.ts';

const group = 'admissionregistration.k8s.io';
const webhooks = (object: KubeObject): number => (object['webhooks'] ?? []).length;

export const mutatingWebhookConfiguration = kind({
  group,
  resource: 'mutatingwebhookconfigurations',
  allowUnconditionalUpdate: false,
  cells: { Webhooks: webhooks },
  defaults: mutatingWebhookDefaults,
  generationOfEmpty: true,
  validate: validateWebhooks,
});

export const validatingWebhookConfiguration = kind({
  group,
  resource: 'validatingwebhookconfigurations',
  allowUnconditionalUpdate: false,
  cells: { Webhooks: webhooks },
  defaults: validatingWebhookDefaults,
  generationOfEmpty: true,
  validate: validateWebhooks,
});

export const validatingAdmissionPolicy = kind({
  group,
  resource: 'validatingadmissionpolicies',
  statusKeeps: 'metadata',
  allowUnconditionalUpdate: false,
  cells: {
    Validations: (object) => (object['spec']?.validations ?? []).length,
    ParamKind: (object) => {
      const param = object['spec']?.paramKind;
      return param ? `${param.apiVersion}/${param.kind}` : unset;
    },
  },
  defaults: admissionPolicyDefaults,
  validate: validateAdmissionPolicy,
});

export const validatingAdmissionPolicyBinding = kind({
  group,
  resource: 'validatingadmissionpolicybindings',
  allowUnconditionalUpdate: false,
  cells: {
    PolicyName: (object) => object['spec']?.policyName ?? '',
    ParamRef: (object) => {
      const param = object['spec']?.paramRef;
      if (!param) return unset;
      if (!param.name) return '*';
      return param.namespace ? `${param.namespace}/${param.name}` : `*/${param.name}`;
    },
  },
  defaults: admissionPolicyBindingDefaults,
  validate: validateAdmissionPolicyBinding,
});
