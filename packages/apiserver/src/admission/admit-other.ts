import type { KubeObject } from '@dormice/apimachinery';
import type { UserInfo } from '@dormice/client';
import type { AdmissionAttributes, GroupVersionKind } from '../api-server.ts';
import type { ServerContext } from '../context.ts';
import { attributesOf, type Write } from '../registry/write-context.ts';
import type { ResourceRequest } from '../route.ts';
import { runAdmission } from './run-admission.ts';

async function admit(context: ServerContext, attributes: AdmissionAttributes): Promise<void> {
  await runAdmission(context, attributes, 'admit');
  await runAdmission(context, attributes, 'validate');
}

/** Admission of a body that is not stored itself: a Binding, an Eviction, a review. Mutates it. */
export function admitBody(write: Write, object: KubeObject, kind: GroupVersionKind): Promise<void> {
  const { group, version, kind: name } = kind;
  const attributes = attributesOf(write, 'CREATE', object, undefined);
  return admit(write.context, {
    ...attributes,
    kind: { group, version, kind: name },
    name: write.info.name,
  });
}

/** Admission of a connection to a running workload. */
export function admitConnect(
  context: ServerContext,
  info: ResourceRequest,
  user: UserInfo,
  object: Record<string, unknown> & { kind: string },
): Promise<void> {
  const { version, group, resource, subresource, namespace, name } = info;
  return admit(context, {
    operation: 'CONNECT',
    group,
    version,
    resource,
    subresource,
    kind: { group: '', version: 'v1', kind: object.kind },
    namespace,
    name,
    user,
    dryRun: false,
    object: object as unknown as KubeObject,
    oldObject: undefined,
    warn: () => undefined,
  });
}
