import {
  type Authorize,
  authorizerValue,
  dynamicFromJson,
  MapValue,
  type Value,
} from '@dormice/cel';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import { decide } from '../../authorize/authorize.ts';
import type { ServerContext } from '../../context.ts';
import { convertBetween } from '../../registry/stored.ts';
import { namespaceOf } from '../webhooks/relevant.ts';
import { reviewOf } from '../webhooks/review.ts';

/** What expressions about a request read; each part is made when one does. */
export function requestVariables(
  context: ServerContext,
  attributes: AdmissionAttributes,
  asked: Kind,
  kind: Kind,
): Record<string, () => Value> {
  const { object, oldObject, namespace, user } = attributes;
  const seen = (one: typeof object): Value =>
    one ? dynamicFromJson(convertBetween(asked, kind, one)) : null;
  const ask: Authorize = (check) => {
    const { user: account, path, ...rest } = check;
    const who = account ? serviceAccount(account) : user;
    const attributesOfCheck = {
      user: who,
      verb: '',
      isResource: path === undefined,
      group: '',
      version: '*',
      resource: '',
      subresource: '',
      namespace: '',
      name: '',
      path: path ?? '',
      ...rest,
    };
    return decide(context, attributesOfCheck);
  };
  const own = {
    group: attributes.group,
    resource: attributes.resource,
    subresource: attributes.subresource,
    namespace,
    name: attributes.name,
  };
  return {
    object: () => seen(object),
    oldObject: () => seen(oldObject),
    request: () => requestValue(attributes, asked, kind),
    namespaceObject: () => {
      const found = namespace === '' ? undefined : namespaceOf(context, namespace);
      return found ? dynamicFromJson(found) : null;
    },
    authorizer: () => authorizerValue(ask),
    'authorizer.requestResource': () => authorizerValue(ask, own),
  };
}

/** Strings are empty where the request says nothing, as Go's are. */
const empty = {
  subResource: '',
  requestSubResource: '',
  name: '',
  namespace: '',
};

function requestValue(attributes: AdmissionAttributes, asked: Kind, kind: Kind): Value {
  const { request } = reviewOf(
    '',
    attributes,
    asked,
    kind,
    {
      object: undefined,
      oldObject: undefined,
    },
    'v1',
  );
  const { uid: _uid, object: _object, oldObject: _oldObject, ...rest } = request;
  return dynamicFromJson({ ...empty, ...rest }) ?? new MapValue([]);
}

const serviceAccount = ({ namespace, name }: { namespace: string; name: string }) => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});
