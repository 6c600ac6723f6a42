import {
  deepClone,
  formatTime,
  getCondition,
  type KubeObject,
  setCondition,
} from '@dormice/apimachinery';
import { bootstrapObjects, kindOf } from '@dormice/kinds';
import { type Change, StoreError } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { keyOf } from '../registry/keys.ts';
import { storedBytes } from '../registry/stored.ts';
import { flowSchemaPrefix, priorityLevelPrefix } from './flow-objects.ts';

/**
 * Keeps what fair use rests on: upstream's own FlowSchemas and PriorityLevelConfigurations come back when they are
 * deleted, and each FlowSchema says in its status whether its level exists. Acts on changes alone: no timer.
 */
export class FlowObjectsKeeper {
  readonly #context: ServerContext;
  #settling: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** To be called for each change of the store. */
  observe(key: string): void {
    if (!key.startsWith(flowSchemaPrefix) && !key.startsWith(priorityLevelPrefix)) return;
    if (this.#settling) {
      this.#again = true;
      return;
    }
    this.#settling = this.#settle();
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#settling;
  }

  async #settle(): Promise<void> {
    // The change is told before the caches have forgotten what it replaced.
    await Promise.resolve();
    do {
      this.#again = false;
      try {
        const changes = this.#closed ? [] : changesOf(this.#context);
        if (changes.length > 0) await this.#context.store.commit(changes);
      } catch (error) {
        this.#report(error);
      }
    } while (this.#again && !this.#closed);
    this.#settling = undefined;
  }

  #report(error: unknown): void {
    // Overtaken: the other change leads here again. Closed: the next start goes on.
    if (error instanceof StoreError && error.code === 'Conflict') this.#again = true;
    else if (!(error instanceof StoreError && error.code === 'Closed')) {
      this.#context.log('warn', 'keeping flow control objects failed', { error: String(error) });
    }
  }
}

function changesOf(context: ServerContext): Change[] {
  const levels = context.objects.list(priorityLevelPrefix);
  const schemas = context.objects.list(flowSchemaPrefix);
  const names = new Set(levels.map(({ metadata }) => metadata.name ?? ''));
  return [...missing(context, [...levels, ...schemas]), ...statuses(context, schemas, names)];
}

let ownObjects: readonly KubeObject[] | undefined;

function missing(context: ServerContext, present: readonly KubeObject[]): Change[] {
  ownObjects ??= bootstrapObjects().filter(({ apiVersion }) =>
    apiVersion.startsWith('flowcontrol'),
  );
  const names = new Set(present.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  return ownObjects
    .filter(({ kind, metadata }) => !names.has(`${kind}/${metadata.name}`))
    .flatMap((template) => created(context, template));
}

function created(context: ServerContext, template: KubeObject): Change[] {
  const kind = kindOf('flowcontrol.apiserver.k8s.io', 'v1', template.kind);
  if (!kind) return [];
  const object = deepClone(template);
  kind.defaults?.(object);
  const metadata = {
    ...object.metadata,
    uid: context.uuid(),
    creationTimestamp: formatTime(context.now()),
    generation: 1,
  };
  const value = storedBytes(kind, { ...object, metadata });
  return [{ key: keyOf(kind, '', metadata.name ?? ''), expected: 0, value }];
}

function statuses(
  context: ServerContext,
  schemas: readonly KubeObject[],
  levels: ReadonlySet<string>,
): Change[] {
  const kind = kindOf('flowcontrol.apiserver.k8s.io', 'v1', 'FlowSchema');
  if (!kind) return [];
  return schemas.flatMap((schema) => {
    const wanted = danglingOf(schema, levels);
    const before = getCondition(schema['status']?.conditions ?? [], 'Dangling');
    if (before?.status === wanted.status && before.message === wanted.message) return [];
    const conditions = setCondition(schema['status']?.conditions, {
      ...wanted,
      lastTransitionTime: formatTime(context.now()),
    });
    const object = { ...schema, status: { ...schema['status'], conditions } };
    const { name = '', resourceVersion } = schema.metadata;
    const value = storedBytes(kind, object);
    return [{ key: keyOf(kind, '', name), expected: Number(resourceVersion), value }];
  });
}

/** Upstream's words. */
function danglingOf(schema: KubeObject, levels: ReadonlySet<string>) {
  const name: string = schema['spec']?.priorityLevelConfiguration?.name ?? '';
  const references = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(name)}`;
  return levels.has(name)
    ? {
        type: 'Dangling',
        status: 'False',
        reason: 'Found',
        message: `${references} and it exists`,
      }
    : {
        type: 'Dangling',
        status: 'True',
        reason: 'NotFound',
        message: `${references} but there is no such object`,
      };
}
