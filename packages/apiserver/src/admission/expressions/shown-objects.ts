import type { KubeObject } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { convertedTo } from '../../crd/conversion.ts';
import { convertBetween } from '../../registry/stored.ts';

/** A request's objects as a webhook or a policy sees them. */
export interface ShownObjects {
  object: KubeObject | undefined;
  oldObject: KubeObject | undefined;
}

/** The objects in the version of `kind`, the row that the rules name. Scale, Binding and the like stay as they are. */
export async function shownObjects(
  context: ServerContext,
  { object, oldObject, kind: own }: AdmissionAttributes,
  asked: Kind,
  kind: Kind,
): Promise<ShownObjects> {
  if (asked === kind || own.kind !== asked.kind) return { object, oldObject };
  return {
    object: object && (await inVersion(context, asked, kind, object)),
    oldObject: oldObject && (await inVersion(context, asked, kind, oldObject)),
  };
}

/** The object in another version, converted by the CRD's webhook where it has one. */
export const inVersion = (
  context: ServerContext,
  from: Kind,
  to: Kind,
  object: KubeObject,
): KubeObject | Promise<KubeObject> =>
  (from === to ? undefined : convertedTo(context, from, to, object)) ??
  convertBetween(from, to, object);
