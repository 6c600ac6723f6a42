import {
  authorizerType,
  type CelType,
  dyn,
  dynamicFromJson,
  resourceCheckType,
  type Value,
} from '@dormice/cel';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { authorizerVariables } from './authorizer.ts';
import { requestType } from './request-type.ts';
import { typedValue } from './typed-value.ts';

/** What expressions of admission may speak of. */
export const admissionVariables: Readonly<Record<string, CelType>> = {
  object: dyn,
  oldObject: dyn,
  request: requestType,
  namespaceObject: dyn,
  authorizer: authorizerType,
  'authorizer.requestResource': resourceCheckType,
};

/** The request in the form in which a webhook or policy matched it. */
export interface Seen {
  /** As in the `request` of an AdmissionReview; objects are not read from it. */
  request: Record<string, unknown>;
  object: unknown;
  oldObject: unknown;
  namespaceObject?: unknown;
}

/** The values of `admissionVariables` for one request; made when an expression reads them. */
export function admissionValues(
  context: ServerContext,
  attributes: AdmissionAttributes,
  { request, object, oldObject, namespaceObject }: Seen,
): Record<string, () => Value> {
  return {
    object: () => dynamicFromJson(object ?? null),
    oldObject: () => dynamicFromJson(oldObject ?? null),
    request: () => typedValue(request, requestType),
    namespaceObject: () => dynamicFromJson(namespaceObject ?? null),
    ...authorizerVariables(context, attributes),
  };
}
