import type { KubeObject } from '@dormice/apimachinery';
import { each, type Loose, setDefault } from '../loose.ts';

/** Ports are TCP; the policy types follow from which rules there are. */
export function networkPolicyDefaults(policy: KubeObject): void {
  const { spec } = policy as { spec?: Loose };
  if (!spec) return;
  for (const rule of [...each(spec.ingress), ...each(spec.egress)])
    for (const port of each(rule.ports)) setDefault(port, 'protocol', 'TCP');
  if (each(spec.policyTypes).length === 0)
    spec.policyTypes = each(spec.egress).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}
