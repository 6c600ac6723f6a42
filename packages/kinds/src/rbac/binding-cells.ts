import type { KubeObject } from '@dormice/apimachinery';
import type { Cell } from '../kind-module.ts';

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

const subjects =
  (kind: string): Cell =>
  (binding: KubeObject) =>
    ((binding['subjects'] ?? []) as Subject[])
      .filter((subject) => subject.kind === kind)
      .map(({ name, namespace }) =>
        kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name,
      )
      .join(', ');

/** The columns of role bindings and cluster role bindings. */
export const bindingCells: Readonly<Record<string, Cell>> = {
  Role: (binding) => `${binding['roleRef']?.kind}/${binding['roleRef']?.name}`,
  Users: subjects('User'),
  Groups: subjects('Group'),
  ServiceAccounts: subjects('ServiceAccount'),
};
