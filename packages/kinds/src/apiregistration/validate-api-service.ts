import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { between, type Check, needed } from '../checks.ts';

const { invalid, required } = fieldErrors;

export function validateApiService(object: KubeObject): Check {
  const { spec = {} } = object as KubeObject[string];
  const wanted = `${spec.version ?? ''}.${spec.group ?? ''}`;
  return [
    ...(object.metadata.name === wanted
      ? []
      : [
          invalid(
            'metadata.name',
            object.metadata.name,
            `must be \`spec.version+"."+spec.group\`: "${wanted}"`,
          ),
        ]),
    ...needed('spec.version', spec.version),
    ...between('spec.groupPriorityMinimum', spec.groupPriorityMinimum ?? 0, 1, 20_000),
    ...between('spec.versionPriority', spec.versionPriority ?? 0, 1, 1000),
    ...(spec.service
      ? [
          ...needed('spec.service.namespace', spec.service.namespace),
          ...needed('spec.service.name', spec.service.name),
          ...(spec.insecureSkipTLSVerify && spec.caBundle
            ? [
                invalid(
                  'spec.insecureSkipTLSVerify',
                  true,
                  'may not be true if caBundle is present',
                ),
              ]
            : []),
        ]
      : spec.caBundle
        ? [required('spec.service', 'caBundle has no meaning for a local API service')]
        : []),
  ];
}
