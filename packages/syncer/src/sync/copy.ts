import { isReason, type KubeObject, StatusError } from '@dormice/apimachinery';
import type { Resource } from '@dormice/client';
import type { OwnedKind } from '../host-cache.ts';
import { absent } from '../host-writer.ts';
import { putNamesBack } from '../put-names-back.ts';
import { recordEvent } from '../recorder.ts';
import type { Engine, Session, Sync } from '../session.ts';
import { isRefusal, type Translator } from '../translator.ts';

export interface CopyOptions {
  kind: OwnedKind;
  resource: Resource;
  translator: Translator;
  /** Should the host have it? Default: yes. */
  wanted?: (session: Session, object: KubeObject) => boolean | Promise<boolean>;
  /** After the host has it: what the host knows back. */
  after?: (engine: Engine, session: Session, object: KubeObject, host: KubeObject) => Promise<void>;
}

/** The sync of a kind whose host object is a plain copy: there while the virtual one is there and wanted. */
export function copySync(options: CopyOptions): Sync {
  const { kind, resource, translator, wanted, after } = options;
  return async (engine, session, { namespace, name }) => {
    const object = await session.client.get(resource, name, { namespace }).catch(absent);
    const known = engine.cache.get(
      kind,
      session.place.namespace,
      session.hostName(namespace, name),
    );
    if (!object || (wanted && !(await wanted(session, object)))) {
      if (known) await engine.host.delete(resource, known, session.uid);
      return undefined;
    }
    const copy = translator.toHost(object, session.context());
    if (isRefusal(copy)) {
      await warn(engine, session, object, copy.reason, copy.message);
      return undefined;
    }
    const host = await telling(engine, session, object, () =>
      engine.host.apply(resource, copy, session.uid, known),
    );
    await after?.(engine, session, object, host);
    return undefined;
  };
}

/** Does something on the host for a virtual object; a refusal is told to the tenant in an event, and thrown. */
export async function telling<T>(
  engine: Engine,
  session: Session,
  object: KubeObject,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isReason(error, 'Forbidden', 'Invalid', 'BadRequest')) {
      await warn(engine, session, object, 'FailedSync', error.message);
    }
    throw error;
  }
}

async function warn(
  engine: Engine,
  session: Session,
  object: KubeObject,
  reason: string,
  text: string,
): Promise<void> {
  const message = inVirtualTerms(session, object, text);
  await recordEvent(session.client, object, { type: 'Warning', reason, message }, engine.now());
}

/** What is needed to tell host names from virtual ones. */
export type Naming = Pick<Session, 'hostName' | 'place'>;

/** A host's text about the host object of a virtual one, with the names that the tenant knows. */
export function inVirtualTerms(session: Naming, object: KubeObject, text: string): string {
  const { name = '', namespace = '' } = object.metadata;
  return putNamesBack(text, [
    [session.hostName(namespace, name), name],
    [`namespace "${session.place.namespace}"`, `namespace "${namespace}"`],
    [`${session.place.namespace}/${name}`, `${namespace}/${name}`],
  ]);
}

/** The same error for a tenant's eyes. */
export function virtualError(session: Naming, object: KubeObject, error: unknown): unknown {
  if (!(error instanceof StatusError)) return error;
  const { name = '' } = object.metadata;
  return new StatusError(
    error.code,
    error.reason,
    inVirtualTerms(session, object, error.message),
    error.details && { ...error.details, name },
    { cause: error },
  );
}
