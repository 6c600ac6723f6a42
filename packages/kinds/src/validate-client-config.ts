import { fieldErrors, isDns1035Label, isDns1123Subdomain } from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, onEach } from './checks.ts';
import { each, type Loose } from './loose.ts';

const { invalid, required } = fieldErrors;

const form = '; desired format: https://host[/path]';

/** Where a webhook is reached: a URL or a Service, of admission and of conversion alike. */
export function validateClientConfig(client: Loose, at: string): Check {
  const { url, service } = client ?? {};
  if (isAbsent(url) !== isAbsent(service)) {
    return service ? validateService(service, `${at}.service`) : validateUrl(url, `${at}.url`);
  }
  return [required(at, 'exactly one of url or service is required')];
}

/** Encrypted, and nothing but host and path. The value that is shown is the part that is wrong. */
function validateUrl(text: string, path: string): Check {
  const [, scheme = '', authority = '', query = '', fragment = ''] =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(
      text,
    ) ?? [];
  if (scheme === '' && text.startsWith(':')) {
    const why = `url must be a valid URL: parse ${JSON.stringify(text)}: missing protocol scheme`;
    return [required(path, `${why}${form}`)];
  }
  const at = authority.lastIndexOf('@');
  const [user, host] = [authority.slice(0, Math.max(at, 0)), authority.slice(at + 1)];
  const wrong = (isWrong: boolean, value: string, why: string): Check =>
    isWrong ? [invalid(path, value, why)] : [];
  return [
    ...wrong(scheme !== 'https', scheme, `'https' is the only allowed URL scheme${form}`),
    ...wrong(host === '', '', `host must be specified${form}`),
    ...wrong(user !== '', user, 'user information is not permitted in the URL'),
    ...wrong(fragment !== '', fragment, 'fragments are not permitted in the URL'),
    ...wrong(query !== '', query, 'query parameters are not permitted in the URL'),
  ];
}

function validateService({ name, namespace, path, port }: Loose, at: string): Check {
  return [
    ...(isEmpty(name) ? [required(`${at}.name`)] : []),
    ...(isEmpty(namespace) ? [required(`${at}.namespace`)] : []),
    ...(isAbsent(path) ? [] : validatePath(path, `${at}.path`)),
    ...validateServicePort(port, `${at}.port`),
  ];
}

/** The port of a Service reference; absent is 443. */
export function validateServicePort(port: Loose, path: string): Check {
  if (isAbsent(port) || (port >= 1 && port <= 65_535)) return [];
  return [invalid(path, port, 'port is not valid: must be between 1 and 65535, inclusive')];
}

function validatePath(text: string, path: string): Check {
  if (text === '/' || text === '') return [];
  if (text === '//') return [invalid(path, text, 'segment[0] may not be empty')];
  const errors = text.startsWith('/') ? [] : [invalid(path, text, "must start with a '/'")];
  const trailing = text.endsWith('/') ? text.slice(1, -1) : text.slice(1);
  return [
    ...errors,
    ...trailing.split('/').flatMap((segment, index) => {
      const where = `segment[${index}]`;
      if (segment === '') return [invalid(path, text, `${where} may not be empty`)];
      return isDns1123Subdomain(segment).map((why) => invalid(path, text, `${where}: ${why}`));
    }),
  ];
}

const known = ['v1', 'v1beta1'];

/** Versions of a review, of which we must know one. */
export function validateReviewVersions(versions: Loose, path: string, missing: string): Check {
  const list: string[] = each(versions);
  if (list.length === 0) return [required(path, missing)];
  return [
    ...onEach(list, path, (version, at, index) =>
      list.indexOf(version) < index
        ? [invalid(at, version, 'duplicate version')]
        : follows(at, version, isDns1035Label),
    ),
    ...(list.some((version) => known.includes(version))
      ? []
      : [invalid(path, list, 'must include at least one of v1, v1beta1')]),
  ];
}
