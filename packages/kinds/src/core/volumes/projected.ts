import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isEmpty, needed, onEach } from '../../checks.ts';
import { each, type Loose } from '../../loose.ts';
import { validateDownward, validateKeys } from './files.ts';
import { validateFreePath, validateMode } from './paths.ts';

const { forbidden, invalid, required } = fieldErrors;

/** What a source puts into the volume: judged at its own path, and at that of the volume. */
interface Place {
  own: string;
  volume: string;
  taken: Set<string>;
}

/** Each file is put there once. */
const conflicts = (items: Loose, name: (file: string) => string, { volume, taken }: Place): Check =>
  each(items).flatMap(({ path: file = '' }) => {
    const known = taken.has(file);
    if (file !== '') taken.add(file);
    return known ? [invalid(volume, name(file), 'conflicting duplicate paths')] : [];
  });

const keys = (source: Loose, place: Place): Check => [
  ...needed(`${place.own}.name`, source.name),
  ...validateKeys(source.items, `${place.own}.items`),
  ...conflicts(source.items, () => source.name ?? '', place),
];

const longest = 2 ** 32;

function token({ expirationSeconds: seconds = 0, path: file }: Loose, place: Place): Check {
  const at = `${place.own}.expirationSeconds`;
  const path = `${place.volume}.path`;
  return [
    ...(seconds < 600
      ? [invalid(at, seconds, 'may not specify a duration less than 10 minutes')]
      : []),
    ...(seconds > longest
      ? [invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds')]
      : []),
    ...(isEmpty(file) ? [required(path)] : validateFreePath(path, file)),
  ];
}

const sources: Readonly<Record<string, (source: Loose, place: Place) => Check>> = {
  secret: keys,
  configMap: keys,
  downwardAPI: ({ items }, place) => [
    ...validateDownward(items, place.own),
    ...conflicts(items, (file) => file, place),
  ],
  serviceAccountToken: token,
};

/** Several sources in one volume. */
export function validateProjected({ defaultMode, sources: list }: Loose, path: string): Check {
  const taken = new Set<string>();
  return [
    ...validateMode(`${path}.defaultMode`, defaultMode),
    ...onEach(list, `${path}.sources`, (source, at) => {
      const named = Object.entries(sources).filter(([name]) => source[name]);
      return [
        ...named.flatMap(([name, check]) =>
          check(source[name], { own: `${at}.${name}`, volume: path, taken }),
        ),
        ...(named.length > 1
          ? [forbidden(at, 'may not specify more than 1 volume type per source')]
          : []),
      ];
    }),
  ];
}
