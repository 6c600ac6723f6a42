import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import type { KindContext } from '../kind.ts';
import { each, type Loose } from '../loose.ts';
import { restore } from '../strategy.ts';

/** Conditions that only the approval endpoint sets. */
export const decisions = ['Approved', 'Denied'] as const;

/** Who asks is not for the asker to say, and nothing is approved from the start. */
export function prepareCsr(request: KubeObject, { user }: KindContext): void {
  const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...spec } = request['spec'];
  const extra = Object.entries(user?.extra ?? {});
  request['spec'] = {
    ...spec,
    ...(user?.username ? { username: user.username } : {}),
    ...(user?.uid ? { uid: user.uid } : {}),
    ...(user?.groups?.length ? { groups: [...user.groups] } : {}),
    ...(extra.length > 0 ? { extra: Object.fromEntries(extra) } : {}),
  };
  request['status'] = {};
}

/** What each endpoint may write: nothing, the approval's conditions, or the status. */
export function prepareCsrUpdate(next: KubeObject, old: KubeObject, context: KindContext): void {
  restore(next, old, 'spec');
  switch (context.subresource) {
    case 'approval':
      stampConditions(next, old, context.now);
      next['status'] = { ...old['status'], conditions: next['status']?.conditions };
      break;
    case 'status':
      keepDecisions(next, old);
      stampConditions(next, old, context.now);
      break;
    default:
      restore(next, old, 'status');
  }
}

const conditionsOf = (request: KubeObject): Loose[] => each(request['status']?.conditions);

/** Decisions that are all there stay as they were; others are refused by validation. */
function keepDecisions(next: KubeObject, old: KubeObject): void {
  for (const type of decisions) {
    const before = conditionsOf(old).filter((condition) => condition.type === type);
    const now = conditionsOf(next);
    const places = now.flatMap((condition, at) => (condition.type === type ? [at] : []));
    if (places.length !== before.length) continue;
    for (const [index, at] of places.entries()) now[at] = before[index];
  }
}

/** Times that a client leaves out are now; a condition that did not turn keeps the time at which it did. */
function stampConditions(next: KubeObject, old: KubeObject, now: Date): void {
  const stamp = now.toISOString().replace(/\.\d+Z$/, 'Z');
  for (const condition of conditionsOf(next)) {
    condition.lastUpdateTime ??= stamp;
    condition.lastTransitionTime ??=
      conditionsOf(old).find(
        ({ type, status }) => type === condition.type && status === condition.status,
      )?.lastTransitionTime ?? stamp;
  }
}

/** Conditions of a type. */
export const conditionsOfType = (request: KubeObject, type: string): Loose[] =>
  conditionsOf(request).filter((condition) => condition.type === type);

export const sameConditions = (a: Loose[], b: Loose[]): boolean => deepEqual(a, b);
