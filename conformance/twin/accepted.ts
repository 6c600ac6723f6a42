/** A difference that stays, and why. */
export interface Accepted {
  /** Tested against `kind / theme / script / step: path`. */
  where: RegExp;
  reason: string;
}

/** Differences that no client can act upon, or that are owed to what Dormice is. */
export const accepted: readonly Accepted[] = [
  {
    where: /columnDefinitions\[\d+\]\.description$/,
    reason: 'Descriptions of table columns are our own words.',
  },
  {
    where: /^nodes .*: body(\.items\[0\])?\.spec\.taints(\[\d+\])?$|^nodes .*get as YAML: body$/,
    reason:
      'A node of a virtual cluster begins without the taint `node.kubernetes.io/not-ready`: it appears when it is ready, and no node lifecycle controller would take the taint away.',
  },
  {
    where:
      /^volumeattributesclasses.*: body(\.items\[0\])?\.metadata\.(finalizers|deletionTimestamp)$|^volumeattributesclasses.*get as YAML: body$/,
    reason:
      'VolumeAttributesClasses have no protection finalizer: its controller is not among those of a virtual cluster, so nobody would take it away.',
  },
  {
    where:
      /^(podtemplates|pods|deployments|replicasets|daemonsets|statefulsets|jobs|cronjobs|replicationcontrollers)\b.*(workloadRef|stopSignal|clusterTrustBundle|podCertificate).*managedFields|^persistentvolumeclaims .*dataSourceRef\.namespace.*managedFields/,
    reason:
      'Fields of features that are off are dropped before ownership is recorded, upstream after it: nobody owns them here.',
  },
  {
    where:
      /^(customresourcedefinitions|apiservices|flowschemas).*(list as PartialObjectMetadataList.*\.manager$|get as YAML: body$|managedFields\[\d\]\.fieldsV1\.f:status|delete again: body\.metadata\.finalizers\[\d\]$)/,
    reason: 'Definitions are settled with the write, so no second manager writes their status.',
  },
  {
    where: /^certificatesigningrequests.*: body\.metadata\.managedFields$/,
    reason:
      'kube-apiserver records no ownership of fields for certificate signing requests of an administrator; here it is recorded as for all kinds.',
  },
  {
    where: /^clusterroles\..*aggregationRule.*: body\.rules\b/,
    reason:
      'Rules of an aggregated role are filled in with the write; upstream a controller fills them in a moment later.',
  },
  {
    where: /template\.metadata\.managedFields\[0\]\.fieldsV1 = .*: body\.metadata\.managedFields$/,
    reason:
      'A template that carries owned fields which are no object makes upstream record no ownership at all; here it is recorded.',
  },
  {
    where: /^· rbac .*rolebindings\?dryRun=All: status$/,
    reason:
      'The roles `admin`, `edit` and `view` are put together by a controller, which does not run beside the kube-apiserver: there they give nothing, so everybody may hand them on.',
  },
  {
    where: /serviceaccounts\/default\/token: body\.spec\.audiences/,
    reason: 'The issuer of tokens, which is their audience, is its own.',
  },
  {
    where:
      /^daemonsets.*list as PartialObjectMetadataList: body\.items\[0\]\.metadata\.annotations$/,
    reason:
      'Upstream adds the annotation `deprecated.daemonset.template.generation` when it converts a DaemonSet, which it does not do for lists of metadata; here it is part of the object everywhere.',
  },
  {
    where:
      /^· negotiation .*configmaps: body\.message$|^· patches .*server-side apply .*fieldManager=one: body\.message$/,
    reason:
      'What is wrong with YAML that cannot be read is said in the words of another parser; status and reason are the same.',
  },
  {
    where:
      /^· negotiation .*dryRun=All: headers\.warning$|^· patches .*server-side apply .*headers\.warning$|^· custom resources .*gadgets: headers\.warning$/,
    reason:
      'A body that is refused as a whole is not searched for unknown fields as well, or its warnings come in another order: the answer is the same refusal.',
  },
  {
    where: /^· patches \/ corpus \/ (JSON|merge) patch .*: body\.details\.causes\[0\]\.message$/,
    reason:
      'The document that a patch made is quoted with its keys in the order in which they are stored.',
  },
  {
    where:
      /^· patches \/ corpus \/ strategic merge patch .*: body\.(details\.causes\[0\]\.)?message$/,
    reason:
      'What a strategic merge patch cannot be read as is told with the names of other functions; status and reason are the same.',
  },
  {
    where: /a quota that nobody has counted yet .*: status$/,
    reason:
      'Whether the plugin of kube-apiserver knows a quota that was made a moment before is a race there.',
  },
  {
    where: /serverAddressByClientCIDRs/,
    reason: 'The address of the server is its own.',
  },
  {
    where: /\/version: body\.git/,
    reason: 'The version says what answers.',
  },
];
