import { isDns1123Label, type KubeObject } from '@dormice/apimachinery';

/** A name that is valid but makes poor host names: pods are called after it. */
const warnings =
  (use: string) =>
  ({ metadata: { name = '' } }: KubeObject): string[] => {
    const problems = isDns1123Label(name);
    return problems.length === 0
      ? []
      : [
          `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
        ];
  };

/** For a pod's own name. */
export const podNameWarnings = warnings("the Pod's hostname");
/** For names that pods' names begin with. */
export const podOwnerNameWarnings = warnings('Pod names and hostnames');
