import {
  fieldErrors,
  isDns1035Label,
  isDns1123Subdomain,
  isValidIp,
  isValidPortName,
  isValidPortNum,
  type KubeObject,
} from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { invalid, notSupported, required } = fieldErrors;

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];

function validateBackend(backend: Loose, path: string): Check {
  const { service, resource } = backend ?? {};
  if (service && resource)
    return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return isEmpty(resource.name) ? [required(`${path}.resource.name`)] : [];
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const errors: Check = [];
  if (isEmpty(service.name)) errors.push(required(`${path}.service.name`));
  else errors.push(...follows(`${path}.service.name`, service.name, isDns1035Label));
  const { name, number } = service.port ?? {};
  const at = `${path}.service.port`;
  if (name && number) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (name) errors.push(...follows(`${at}.name`, name, isValidPortName));
  else if (number)
    errors.push(...isValidPortNum(number).map((why) => invalid(`${at}.number`, number, why)));
  else errors.push(required(path, 'port name or number is required'));
  return errors;
}

function validatePath(item: Loose, at: string): Check {
  if (isEmpty(item.pathType)) return [required(`${at}.pathType`, 'pathType must be specified')];
  const errors: Check = [];
  if (!pathTypes.includes(item.pathType))
    errors.push(notSupported(`${at}.pathType`, item.pathType, pathTypes));
  else if (item.pathType !== 'ImplementationSpecific' || item.path) {
    if (!String(item.path ?? '').startsWith('/'))
      errors.push(invalid(`${at}.path`, item.path ?? '', 'must be an absolute path'));
    else if (
      /\/\/|\/\.\/|\/\.\.\/|%2f|%2F/.test(item.path) &&
      item.pathType !== 'ImplementationSpecific'
    )
      errors.push(
        invalid(
          `${at}.path`,
          item.path,
          `must not contain '${/\/\/|\/\.\/|\/\.\.\/|%2f|%2F/.exec(item.path)?.[0]}'`,
        ),
      );
  }
  return [...errors, ...validateBackend(item.backend, `${at}.backend`)];
}

function validateHost(host: string, path: string): Check {
  if (isValidIp(host).length === 0)
    return [invalid(path, host, 'must be a DNS name, not an IP address')];
  if (host.startsWith('*.'))
    return follows(path, host, (text) =>
      isDns1123Subdomain(text.slice(2)).map(
        () =>
          "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ),
    );
  return follows(path, host, isDns1123Subdomain);
}

export function validateIngress(ingress: KubeObject): Check {
  const { spec = {} } = ingress as KubeObject[string];
  if (each(spec.rules).length === 0 && !spec.defaultBackend)
    return [invalid('spec', spec, 'either `defaultBackend` or `rules` must be specified')];
  return [
    ...(spec.defaultBackend ? validateBackend(spec.defaultBackend, 'spec.defaultBackend') : []),
    ...onEach(spec.rules, 'spec.rules', (rule, at) => [
      ...(isEmpty(rule.host) ? [] : validateHost(rule.host, `${at}.host`)),
      ...(rule.http
        ? each(rule.http.paths).length === 0
          ? [required(`${at}.http.paths`)]
          : onEach(rule.http.paths, `${at}.http.paths`, validatePath)
        : []),
    ]),
    ...onEach(spec.tls, 'spec.tls', ({ hosts, secretName }, at) => [
      ...onEach(hosts, `${at}.hosts`, (host, where) => validateHost(host, where)),
      ...(isEmpty(secretName) ? [] : follows(`${at}.secretName`, secretName, isDns1123Subdomain)),
    ]),
    ...(isAbsent(spec.ingressClassName)
      ? []
      : follows('spec.ingressClassName', spec.ingressClassName, isDns1123Subdomain)),
  ];
}
