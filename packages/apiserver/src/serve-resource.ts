import { errors, isPlainObject, type KubeObject, StatusError } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse, UserInfo } from '@dormice/client';
import { type Kind, schemaOf } from '@dormice/kinds';
import { admitBody } from './admission/admit-other.ts';
import { createToken, defaultLifetime } from './authenticate/create-token.ts';
import type { ServerContext } from './context.ts';
import { withConversion } from './crd/conversion.ts';
import { servePodSubresource } from './pods/serve-pod-subresource.ts';
import { decodeBody, isCustom, parseBody } from './registry/body.ts';
import { checkNamespace, createObject } from './registry/create.ts';
import { deleteCollection, deleteObject, deleteRequestOf } from './registry/delete.ts';
import { trackFields } from './registry/managed-fields.ts';
import { patchObject } from './registry/patch.ts';
import { entryOf, getObject, listObjects, shaped } from './registry/read.ts';
import { present } from './registry/stored.ts';
import { updateObject } from './registry/update.ts';
import { managerOf, type Write } from './registry/write-context.ts';
import { checkWriteOptions } from './registry/write-options.ts';
import { mediaTypeOfErrors, negotiate } from './respond/negotiate.ts';
import { offerOf } from './respond/offer.ts';
import { errorResponse, inMediaType, jsonResponse, warningHeaders } from './respond/respond.ts';
import { reviews } from './reviews/reviews.ts';
import type { ResourceRequest } from './route.ts';
import { bindingBody, bindPod, evictPod } from './subresources/pods.ts';
import { scaleOf, writeScale } from './subresources/scale.ts';
import { watchObjects } from './watch/watch.ts';

/** Subresources that lead to a running workload, not to a stored object. */
const connected = new Set(['log', 'exec', 'attach', 'portforward', 'proxy']);

/** Answers a request for a resource that the server stores itself. */
export async function serveResource(
  context: ServerContext,
  kind: Kind,
  asked: ResourceRequest,
  request: ApiRequest,
  user: UserInfo,
): Promise<ApiResponse> {
  // A request for a Namespace is authorized inside it and stored outside of all.
  const info = kind.scope === 'Cluster' ? { ...asked, namespace: '' } : asked;
  checkServed(kind, info);
  const { deprecation } = kind;
  if (deprecation === undefined) return serveKnown(context, kind, info, request, user);
  const response = await serveKnown(context, kind, info, request, user).catch((error: unknown) => {
    if (!(error instanceof StatusError)) throw error;
    return inMediaType(errorResponse(error), mediaTypeOfErrors(request));
  });
  return withWarning(response, deprecation);
}

/** The answer, with one more warning before the others. */
function withWarning(response: ApiResponse, text: string): ApiResponse {
  const own = warningHeaders([text])['warning'] ?? [];
  const others = response.headers['warning'] ?? [];
  return { ...response, headers: { ...response.headers, warning: [own, others].flat() } };
}

async function serveKnown(
  context: ServerContext,
  kind: Kind,
  info: ResourceRequest,
  request: ApiRequest,
  user: UserInfo,
): Promise<ApiResponse> {
  if (connected.has(info.subresource)) return servePodSubresource(context, info, request, user);
  if (info.verb === 'watch') return watchObjects(context, kind, info, request);
  // What the client takes is settled before anything is done: a write that cannot be answered must not happen.
  const { mediaType } = negotiate(request, offerOf(kind));
  return inMediaType(
    await withConversion(context, kind, (row) => serveAsJson(context, row, info, request, user)),
    mediaType,
  );
}

/** Everything but watches and running workloads: the answer as JSON, before it is put into the client's media type. */
async function serveAsJson(
  context: ServerContext,
  kind: Kind,
  info: ResourceRequest,
  request: ApiRequest,
  user: UserInfo,
): Promise<ApiResponse> {
  switch (info.verb) {
    case 'list':
      return listObjects(context, kind, info, request);
    case 'get':
      if (info.subresource === 'scale') {
        const entry = entryOf(context, kind, info.namespace, info.name);
        return jsonResponse(200, scaleOf(kind, present(kind, entry.value)));
      }
      return getObject(context, kind, info, request);
    case 'create':
    case 'update':
    case 'patch':
    case 'delete':
    case 'deletecollection':
      checkWriteOptions(info.verb, request);
      return serveWrite({
        context,
        kind,
        info,
        request,
        user,
        warnings: [],
        dryRun: request.query.getAll('dryRun').includes('All'),
        manager: managerOf(request),
      });
    case 'watch':
    case 'head':
    case 'options':
      throw errors.methodNotAllowed();
  }
}

const collectionOnly = new Set(['create', 'list', 'deletecollection']);
const objectOnly = new Set(['update', 'patch', 'delete']);

/** Collections are created in and objects changed; all namespaces at once can only be read. */
function hasRoute(
  { scope }: Kind,
  { verb, name, namespace, subresource }: ResourceRequest,
): boolean {
  if (subresource === '' && name !== '' && collectionOnly.has(verb)) return false;
  if (name === '' && objectOnly.has(verb)) return false;
  const everywhere = scope === 'Namespaced' && namespace === '';
  return !everywhere || verb === 'list' || verb === 'watch';
}

/** A path that the kind does not have is 404, a verb that it does not have 405. */
function checkServed(kind: Kind, info: ResourceRequest): void {
  const verbs = info.subresource === '' ? kind.verbs : kind.subresources[info.subresource]?.verbs;
  if (verbs === undefined)
    throw isCustom(kind) ? errors.notFound(kind, info.name) : errors.unknownPath();
  const wanted = info.verb;
  if (!hasRoute(kind, info)) throw errors.methodNotAllowed();
  if (
    !verbs.includes(wanted) &&
    !(wanted === 'watch' && verbs.includes('get') && verbs.includes('watch'))
  ) {
    throw errors.methodNotAllowed();
  }
}

/** Resources whose deletion answers with the object even when it is gone at once. */
const returnsDeleted = new Set([
  '/pods',
  '/services',
  '/persistentvolumeclaims',
  '/persistentvolumes',
  '/serviceaccounts',
  '/resourcequotas',
  '/podtemplates',
  'storage.k8s.io/csidrivers',
  'storage.k8s.io/csinodes',
  'storage.k8s.io/storageclasses',
  'storage.k8s.io/volumeattachments',
  'storage.k8s.io/volumeattributesclasses',
  'resource.k8s.io/deviceclasses',
  'resource.k8s.io/resourceclaims',
  'resource.k8s.io/resourceclaimtemplates',
  'resource.k8s.io/resourceslices',
]);

/** A write and its warnings, which a refusal carries too. */
async function serveWrite(write: Write): Promise<ApiResponse> {
  try {
    return await dispatchWrite(write);
  } catch (error) {
    if (write.warnings.length === 0 || !(error instanceof StatusError)) throw error;
    const response = inMediaType(errorResponse(error), mediaTypeOfErrors(write.request));
    return { ...response, headers: { ...response.headers, ...warningHeaders(write.warnings) } };
  }
}

async function dispatchWrite(write: Write): Promise<ApiResponse> {
  const { info } = write;
  switch (info.verb) {
    case 'create':
      return serveCreate(write);
    case 'update': {
      if (info.subresource === 'scale') return answer(write, 200, await writeScale(write), true);
      const { object, warnings } = decodeBody(write.kind, write.request);
      write.warnings.push(...warnings);
      const updated = await updateObject(write, object);
      return answer(write, updated.created ? 201 : 200, updated.object);
    }
    case 'patch': {
      if (info.subresource === 'scale') return answer(write, 200, await writeScale(write), true);
      const patched = await patchObject(write);
      return answer(write, patched.created ? 201 : 200, patched.object);
    }
    case 'delete':
      return serveDelete(write);
    default:
      return serveDeleteCollection(write);
  }
}

async function serveCreate(write: Write): Promise<ApiResponse> {
  const { context, kind, info, request, user } = write;
  const path = `${kind.resource}/${info.subresource}`;
  if (path === 'pods/binding') return jsonResponse(201, await bindPod(write));
  if (path === 'pods/eviction') return jsonResponse(201, await evictPod(write));
  if (path === 'serviceaccounts/token') {
    const { object, warnings } = decodeBody(tokenRequestKind, request);
    write.warnings.push(...warnings);
    checkNamespace(object.metadata, info.namespace);
    trackFields({ ...write, kind: tokenRequestKind }, undefined, object);
    const admit = (body: KubeObject) => admitBody(write, body, tokenRequestKind);
    const token = await createToken(context, info, object, admit);
    return jsonResponse(201, token, warningHeaders(write.warnings));
  }
  if (kind.group === '' && kind.resource === 'bindings') return createBinding(write);
  const review = reviews[`${kind.group}/${kind.resource}`];
  const { object, warnings } = decodeBody(kind, request);
  write.warnings.push(...warnings);
  if (review) {
    trackFields(write, undefined, object);
    await admitBody(write, object, kind);
    const answered = await review(context, object, user, info.namespace);
    return jsonResponse(201, answered, warningHeaders(write.warnings));
  }
  return answer(write, 201, await createObject(write, object));
}

/** The old way to bind: POST to the collection, the pod named in the body. */
async function createBinding(write: Write): Promise<ApiResponse> {
  const { value } = parseBody(write.request, bindingBody());
  const name = isPlainObject(value)
    ? ((value['metadata'] as KubeObject['metadata'])?.name ?? '')
    : '';
  const pods = write.context.kinds.find('', 'v1', 'pods');
  if (!pods) throw errors.unknownPath();
  const info = { ...write.info, resource: 'pods', subresource: 'binding', name };
  return jsonResponse(201, await bindPod({ ...write, kind: pods, info }));
}

const tokenRequestKind: Kind = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  listKind: 'TokenRequestList',
  resource: 'tokenrequests',
  singular: 'tokenrequest',
  shortNames: [],
  categories: [],
  scope: 'Namespaced',
  verbs: [],
  subresources: {},
  columns: [],
  get schema() {
    return schemaOf('io.k8s.api.authentication.v1.TokenRequest');
  },
  defaults: defaultLifetime,
};

async function serveDelete(write: Write): Promise<ApiResponse> {
  const { kind, info, request } = write;
  const options = deleteRequestOf(request);
  const dryRun = write.dryRun || options.dryRun;
  if (kind.warningOnDelete !== undefined && options.propagation === undefined)
    write.warnings.push(kind.warningOnDelete);
  const { object, gone } = await deleteObject(
    { ...write, dryRun },
    info.name,
    info.namespace,
    options,
  );
  if (!gone || returnsDeleted.has(`${kind.group}/${kind.resource}`))
    return answer(write, 200, object);
  return jsonResponse(
    200,
    {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: {
        name: info.name,
        ...(kind.group === '' ? {} : { group: kind.group }),
        kind: kind.resource,
        uid: object.metadata.uid,
      },
    },
    warningHeaders(write.warnings),
  );
}

async function serveDeleteCollection(write: Write): Promise<ApiResponse> {
  const { kind, request, context } = write;
  const options = deleteRequestOf(request);
  const items = await deleteCollection(
    { ...write, dryRun: write.dryRun || options.dryRun },
    options,
  );
  return jsonResponse(
    200,
    {
      kind: kind.listKind,
      apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
      metadata: { resourceVersion: String(context.store.revision) },
      items: isCustom(kind) ? items : items.map(withoutType),
    },
    warningHeaders(write.warnings),
  );
}

/** Items of a list of a built-in kind do not say what they are. */
function withoutType({ kind: _kind, apiVersion: _apiVersion, ...item }: KubeObject): object {
  return item;
}

/** The written object in the shape that the client wants, with the warnings that came up. */
function answer(write: Write, status: number, object: KubeObject, asIs = false): ApiResponse {
  const { context, kind, request } = write;
  const value = asIs ? object : shaped(context, kind, object, request);
  return jsonResponse(status, value, warningHeaders(write.warnings));
}
