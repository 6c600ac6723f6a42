/**
 * The pull policy that upstream gives an image: `Always` for the tag `latest`, said or implied, `IfNotPresent` otherwise.
 * An image with a digest and no tag is pinned, so `IfNotPresent`.
 */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const [name = ''] = image.split('@', 1);
  const lastPart = name.slice(name.lastIndexOf('/') + 1);
  const colon = lastPart.indexOf(':');
  const pinned = image.includes('@');
  const tag = colon < 0 ? (pinned ? '' : 'latest') : lastPart.slice(colon + 1);
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}
