import { kind } from '../kind-module.ts';
import { bindingCells } from './binding-cells.ts';
import { bindingDefaults } from './binding-defaults.ts';
import { validateBinding, validateBindingUpdate, validateRole } from './validate-rbac.ts';

const group = 'rbac.authorization.k8s.io';
const shared = { group, nameRule: 'path', allowCreateOnUpdate: true } as const;

export const role = kind({ ...shared, resource: 'roles', validate: validateRole });
export const clusterRole = kind({ ...shared, resource: 'clusterroles', validate: validateRole });

const binding = {
  ...shared,
  cells: bindingCells,
  defaults: bindingDefaults,
  validate: validateBinding,
  validateUpdate: validateBindingUpdate,
};
export const roleBinding = kind({ ...binding, resource: 'rolebindings' });
export const clusterRoleBinding = kind({ ...binding, resource: 'clusterrolebindings' });
