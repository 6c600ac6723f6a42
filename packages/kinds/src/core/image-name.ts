const domainPart = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const domain = new RegExp(
  `^(?:${domainPart}(?:\\.${domainPart})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?$`,
);
const pathPart = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const path = new RegExp(`^${pathPart}(?:/${pathPart})*$`);
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}$/;
/** An image by its identifier alone, which is no name. */
const identifier = /^[a-f0-9]{64}$/;

const longestName = 255;

/** The tag of an image, `latest` where it has neither tag nor digest; nothing when it is no image name. */
function tagOf(image: string): string | undefined {
  const [named = '', digest] = image.split(/@(.*)/s, 2);
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const [first = ''] = name.split('/', 1);
  const hasDomain = name.includes('/') && (/[.:A-Z]/.test(first) || first === 'localhost');
  const rest = hasDomain ? name.slice(first.length + 1) : name;
  const whole = hasDomain ? name : `docker.io/${rest.includes('/') ? rest : `library/${rest}`}`;
  const good =
    !identifier.test(image) &&
    (!hasDomain || domain.test(first)) &&
    path.test(rest) &&
    whole.length <= longestName &&
    (tag === undefined || tagForm.test(tag)) &&
    (digest === undefined || digestForm.test(digest));
  if (!good) return undefined;
  return tag ?? (digest === undefined ? 'latest' : '');
}

/**
 * The pull policy that upstream gives an image: `Always` for the tag `latest`, said or implied, `IfNotPresent` otherwise,
 * also for what is no image name. An image with a digest and no tag is pinned, so `IfNotPresent`.
 */
export const defaultPullPolicy = (image: string): 'Always' | 'IfNotPresent' =>
  tagOf(image) === 'latest' ? 'Always' : 'IfNotPresent';
