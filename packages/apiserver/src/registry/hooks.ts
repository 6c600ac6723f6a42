import type { KubeObject } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import { settleCrdApiServices } from '../aggregator/crd-api-services.ts';
import { fillTokenSecret } from '../authenticate/legacy-token.ts';
import { fillAggregated, settleAggregated } from '../authorize/aggregation.ts';
import { signApproved } from '../certificates/sign-approved.ts';
import type { ServerContext } from '../context.ts';
import { cleanUpCrd, deletingCrdOf } from '../crd/clean-up.ts';
import { cleanupFinalizer, settleCrd } from '../crd/settle-crd.ts';
import { isCustom } from './body.ts';

/** What a resource needs besides its row: the few whose objects change the server itself. */
interface Hooks {
  /** Before an object is stored; may mutate it. */
  beforeStore?: (context: ServerContext, object: KubeObject) => void;
  /** After any change of one was committed. */
  afterCommit?: (context: ServerContext) => Promise<void>;
  /** Finalizers that its deletion begins with. */
  deletionFinalizers?: readonly string[];
  /** After it was stored as being deleted. */
  afterMark?: (context: ServerContext, object: KubeObject) => Promise<void>;
}

const hooks: Record<string, Hooks> = {
  '/secrets': { beforeStore: fillTokenSecret },
  'apiextensions.k8s.io/customresourcedefinitions': {
    beforeStore: settleCrd,
    afterCommit: settleCrdApiServices,
    deletionFinalizers: [cleanupFinalizer],
    afterMark: cleanUpCrd,
  },
  'certificates.k8s.io/certificatesigningrequests': { afterCommit: signApproved },
  'rbac.authorization.k8s.io/clusterroles': {
    beforeStore: fillAggregated,
    afterCommit: settleAggregated,
  },
};

const hooksOf = (kind: Kind): Hooks => hooks[`${kind.group}/${kind.resource}`] ?? {};

export function beforeStore(context: ServerContext, kind: Kind, object: KubeObject): void {
  hooksOf(kind).beforeStore?.(context, object);
}

export async function afterCommit(context: ServerContext, kind: Kind): Promise<void> {
  await hooksOf(kind).afterCommit?.(context);
}

/** What holds an object of this kind from the moment of its deletion. */
export function deletionFinalizers(kind: Kind): readonly string[] {
  return hooksOf(kind).deletionFinalizers ?? [];
}

export async function afterMark(
  context: ServerContext,
  kind: Kind,
  object: KubeObject,
): Promise<void> {
  await hooksOf(kind).afterMark?.(context, object);
}

/** An instance of a CRD went: its CRD may go now. */
export async function afterRemoval(context: ServerContext, kind: Kind): Promise<void> {
  if (!isCustom(kind)) return;
  const crd = deletingCrdOf(context, kind);
  if (crd) await cleanUpCrd(context, crd);
}
