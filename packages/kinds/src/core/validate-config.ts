import { deepEqual, fieldErrors, isConfigMapKey, type KubeObject } from '@dormice/apimachinery';
import { type Check, follows, immutable } from '../checks.ts';

const { forbidden, invalid, required, tooLong } = fieldErrors;

/** Most bytes that all values may have together. */
const mostBytes = 1024 * 1024;

type Texts = Record<string, string>;
const dataOf = (object: KubeObject, field: string): Texts => object[field] ?? {};
const decodedSize = (base64: string): number => Buffer.byteLength(base64, 'base64');
const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

const validateKeys = (data: Texts, path: string): Check =>
  Object.keys(data).flatMap((key) => follows(`${path}[${key}]`, key, isConfigMapKey));

export function validateConfigMap(object: KubeObject): Check {
  const data = dataOf(object, 'data');
  const binary = dataOf(object, 'binaryData');
  const size =
    sum(Object.values(data).map((text) => Buffer.byteLength(text))) +
    sum(Object.values(binary).map(decodedSize));
  return [
    ...validateKeys(data, 'data'),
    ...Object.keys(data)
      .filter((key) => key in binary)
      .map((key) => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...validateKeys(binary, 'binaryData'),
    ...(size > mostBytes ? [tooLong('', mostBytes)] : []),
  ];
}

/** Once `immutable` is set, it stays set and the data stays as it is. */
function keptWhenImmutable(next: KubeObject, old: KubeObject, fields: readonly string[]): Check {
  if (!old['immutable']) return [];
  const why = 'field is immutable when `immutable` is set';
  return [
    ...(next['immutable'] ? [] : [forbidden('immutable', why)]),
    ...fields
      .filter((field) => !deepEqual(next[field] ?? {}, old[field] ?? {}))
      .map((field) => forbidden(field, why)),
  ];
}

export const validateConfigMapUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...keptWhenImmutable(next, old, ['data', 'binaryData']),
  ...validateConfigMap(next),
];

const isJson = (base64: string): boolean => {
  try {
    JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    return true;
  } catch {
    return false;
  }
};

const serviceAccountName = 'kubernetes.io/service-account.name';

const neededKeys =
  (...keys: string[]) =>
  (data: Texts): Check =>
    keys.filter((key) => !(key in data)).map((key) => required(`data[${key}]`));

const neededJson =
  (key: string) =>
  (data: Texts): Check => {
    const value = data[key];
    if (value === undefined) return [required(`data[${key}]`)];
    return isJson(value)
      ? []
      : [invalid(`data[${key}]`, '<secret contents redacted>', 'invalid character in JSON')];
  };

/** What the types of secrets must contain. */
const typeChecks: Readonly<Record<string, (data: Texts, object: KubeObject) => Check>> = {
  'kubernetes.io/service-account-token': (_, object) =>
    object.metadata.annotations?.[serviceAccountName]
      ? []
      : [required(`metadata.annotations[${serviceAccountName}]`)],
  'kubernetes.io/dockercfg': neededJson('.dockercfg'),
  'kubernetes.io/dockerconfigjson': neededJson('.dockerconfigjson'),
  'kubernetes.io/basic-auth': (data) =>
    'username' in data || 'password' in data
      ? []
      : [required('data[username]'), required('data[password]')],
  'kubernetes.io/ssh-auth': neededKeys('ssh-privatekey'),
  'kubernetes.io/tls': neededKeys('tls.crt', 'tls.key'),
};

export function validateSecret(object: KubeObject): Check {
  const data = dataOf(object, 'data');
  const size = sum(Object.values(data).map(decodedSize));
  return [
    ...validateKeys(data, 'data'),
    ...(size > mostBytes ? [tooLong('data', mostBytes)] : []),
    ...(typeChecks[object['type']]?.(data, object) ?? []),
  ];
}

export const validateSecretUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...immutable('type', next['type'], old['type']),
  ...keptWhenImmutable(next, old, ['data']),
  ...validateSecret(next),
];
