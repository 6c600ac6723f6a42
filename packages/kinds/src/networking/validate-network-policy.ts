import {
  fieldErrors,
  isValidCidr,
  isValidPortName,
  isValidPortNum,
  type KubeObject,
  validateLabelSelector,
} from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, onEach, oneOf } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { forbidden, invalid, required } = fieldErrors;

const protocols = ['TCP', 'UDP', 'SCTP'];

function validatePort(port: Loose, at: string): Check {
  const errors = oneOf(`${at}.protocol`, port.protocol, protocols);
  if (typeof port.port === 'string') {
    if (!isAbsent(port.endPort))
      errors.push(
        invalid(`${at}.endPort`, port.endPort, 'may not be specified when `port` is non-numeric'),
      );
    return [...errors, ...follows(`${at}.port`, port.port, isValidPortName)];
  }
  if (isAbsent(port.port))
    return isAbsent(port.endPort)
      ? errors
      : [
          ...errors,
          invalid(
            `${at}.endPort`,
            port.endPort,
            'may not be specified when `port` is not specified',
          ),
        ];
  errors.push(...isValidPortNum(port.port).map((why) => invalid(`${at}.port`, port.port, why)));
  if (!isAbsent(port.endPort)) {
    errors.push(
      ...isValidPortNum(port.endPort).map((why) => invalid(`${at}.endPort`, port.endPort, why)),
    );
    if (port.endPort < port.port)
      errors.push(
        invalid(`${at}.endPort`, port.endPort, 'must be greater than or equal to `port`'),
      );
  }
  return errors;
}

function validateBlock(block: Loose, at: string): Check {
  if (isEmpty(block.cidr)) return [required(`${at}.cidr`)];
  return [
    ...follows(`${at}.cidr`, block.cidr, isValidCidr),
    ...onEach(block.except, `${at}.except`, (cidr, where) => follows(where, cidr, isValidCidr)),
  ];
}

function validatePeer(peer: Loose, at: string): Check {
  const named = ['podSelector', 'namespaceSelector', 'ipBlock'].filter((field) => peer[field]);
  if (named.length === 0) return [required(at, 'must specify a peer')];
  if (peer.ipBlock && named.length > 1)
    return [forbidden(at, 'may not specify both ipBlock and another peer')];
  return [
    ...(peer.podSelector ? validateLabelSelector(peer.podSelector, `${at}.podSelector`) : []),
    ...(peer.namespaceSelector
      ? validateLabelSelector(peer.namespaceSelector, `${at}.namespaceSelector`)
      : []),
    ...(peer.ipBlock ? validateBlock(peer.ipBlock, `${at}.ipBlock`) : []),
  ];
}

const validateRules = (rules: Loose, path: string, peers: 'from' | 'to'): Check =>
  onEach(rules, path, (rule, at) => [
    ...onEach(rule.ports, `${at}.ports`, validatePort),
    ...onEach(rule[peers], `${at}.${peers}`, validatePeer),
  ]);

export function validateNetworkPolicy(policy: KubeObject): Check {
  const { spec = {} } = policy as KubeObject[string];
  return [
    ...validateLabelSelector(spec.podSelector ?? {}, 'spec.podSelector'),
    ...validateRules(spec.ingress, 'spec.ingress', 'from'),
    ...validateRules(spec.egress, 'spec.egress', 'to'),
    ...(each(spec.policyTypes).length > 2
      ? [invalid('spec.policyTypes', spec.policyTypes, 'may not specify more than two policyTypes')]
      : onEach(spec.policyTypes, 'spec.policyTypes', (type, at) =>
          oneOf(at, type, ['Ingress', 'Egress']),
        )),
  ];
}
