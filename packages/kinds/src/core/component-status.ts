import { kind } from '../kind-module.ts';

const healthy = (
  conditions: { type: string; status: string; message?: string; error?: string }[],
) => conditions?.find(({ type }) => type === 'Healthy');

export const componentStatus = kind({
  group: '',
  resource: 'componentstatuses',
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  generation: false,
  cells: {
    Status: (object) => {
      const status = healthy(object['conditions'])?.status;
      return status === 'True' ? 'Healthy' : status === 'False' ? 'Unhealthy' : 'Unknown';
    },
    Message: (object) => healthy(object['conditions'])?.message ?? '',
    Error: (object) => healthy(object['conditions'])?.error ?? '',
  },
});
