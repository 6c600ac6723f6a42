import { type KubeObject, labelSelectorFrom, parseApiVersion } from '@dormice/apimachinery';
import { prefixRange } from '@dormice/storage';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { collectionPrefix, keyOf } from '../../registry/keys.ts';
import { present } from '../../registry/stored.ts';

export interface ParamRef {
  name?: string;
  namespace?: string;
  selector?: object;
  parameterNotFoundAction?: 'Allow' | 'Deny';
}

/** The policy cannot be applied as it is set up. */
export class ConfigurationError extends Error {}

/**
 * The parameters that a binding names: each is one evaluation. Nothing where the binding says that their absence means
 * that there is nothing to do.
 *
 * @throws ConfigurationError
 */
function findParams(
  context: ServerContext,
  paramKind: { apiVersion: string; kind: string },
  ref: ParamRef,
  objectNamespace: string,
): KubeObject[] {
  const { group, version } = parseApiVersion(paramKind.apiVersion);
  const kind = context.kinds.findByKind(group, version, paramKind.kind);
  if (!kind) {
    throw new ConfigurationError(
      `failed to find resource referenced by paramKind: '${paramKind.apiVersion}, Kind=${paramKind.kind}'`,
    );
  }
  const isNamespaced = kind.scope === 'Namespaced';
  const namespace = isNamespaced ? ref.namespace || objectNamespace : '';
  if (isNamespaced && namespace === '') {
    throw new ConfigurationError(
      'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
    );
  }
  const found: KubeObject[] = [];
  if (ref.name) {
    const entry = context.store.get(keyOf(kind, namespace, ref.name));
    if (entry) found.push(present(kind, entry.value));
  } else {
    const selector = labelSelectorFrom(ref.selector ?? {});
    for (const { value } of context.store.list(prefixRange(collectionPrefix(kind, namespace)))
      .entries) {
      const object = present(kind, value);
      if (selector.matches(object.metadata.labels ?? {})) found.push(object);
    }
  }
  if (found.length === 0 && ref.parameterNotFoundAction === 'Deny') {
    throw new ConfigurationError(
      'no params found for policy binding with `Deny` parameterNotFoundAction',
    );
  }
  return found;
}

/** What a policy is evaluated with: once without parameters, or once for each. @throws ConfigurationError */
export function paramsOf(
  context: ServerContext,
  { namespace }: AdmissionAttributes,
  paramKind: { apiVersion: string; kind: string } | undefined,
  paramRef: ParamRef | undefined,
): (KubeObject | undefined)[] {
  if (!paramKind || !paramRef) return [undefined];
  return findParams(context, paramKind, paramRef, namespace);
}
