import {
  type FieldError,
  fieldErrors,
  formatFieldError,
  isPlainObject,
  parseYaml,
} from '@dormice/apimachinery';
import type {
  AuthenticationConfiguration,
  CompiledAuthentication,
  CompiledAuthenticator,
  JwtAuthenticator,
} from './configuration.ts';
import { compileClaimRules, compileMappings, compileUserRules } from './validate-claims.ts';
import { validateIssuer } from './validate-issuer.ts';

const { duplicate, invalid, notSupported } = fieldErrors;

const versions = ['v1', 'v1beta1', 'v1alpha1'].map((name) => `apiserver.config.k8s.io/${name}`);
const mostIssuers = 64;

/** Fields of each object of the file; `[]` for lists of objects. */
const shape = {
  apiVersion: null,
  kind: null,
  jwt: [
    {
      issuer: {
        url: null,
        discoveryURL: null,
        certificateAuthority: null,
        audiences: null,
        audienceMatchPolicy: null,
        egressSelectorType: null,
      },
      claimValidationRules: [{ claim: null, requiredValue: null, expression: null, message: null }],
      claimMappings: {
        username: { claim: null, prefix: null, expression: null },
        groups: { claim: null, prefix: null, expression: null },
        uid: { claim: null, expression: null },
        extra: [{ key: null, valueExpression: null }],
      },
      userValidationRules: [{ expression: null, message: null }],
    },
  ],
  anonymous: { enabled: null, conditions: [{ path: null }] },
};

type Shape = null | readonly Shape[] | { readonly [field: string]: Shape };

/** Fields that nobody knows, and objects and lists that are none. */
function misshapen(value: unknown, wanted: Shape, path: string): FieldError[] {
  if (wanted === null || value === undefined || value === null) return [];
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value)) return [invalid(path, value, 'must be a list')];
    return value.flatMap((item, index) => misshapen(item, wanted[0] ?? null, `${path}[${index}]`));
  }
  if (!isPlainObject(value)) return [invalid(path, value, 'must be an object')];
  const fields = wanted as { readonly [field: string]: Shape };
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const known = Object.hasOwn(fields, name);
    return known
      ? misshapen(inner, fields[name] ?? null, at)
      : [invalid(at, inner, 'unknown field')];
  });
}

/**
 * Reads an AuthenticationConfiguration, as kube-apiserver takes it with `--authentication-config`.
 *
 * @throws Error that names the fields and what is wrong with them
 */
export function readAuthentication(text: string): CompiledAuthentication {
  const value = parseYaml(text, true);
  if (!isPlainObject(value)) {
    throw new Error(
      'authentication configuration: it is no object; see AuthenticationConfiguration',
    );
  }
  const errors = misshapen(value, shape, '');
  if (!versions.includes(String(value['apiVersion']))) {
    errors.push(notSupported('apiVersion', value['apiVersion'] ?? '', versions));
  }
  if (value['kind'] !== 'AuthenticationConfiguration') {
    errors.push(notSupported('kind', value['kind'] ?? '', ['AuthenticationConfiguration']));
  }
  const compiled = errors.length > 0 ? undefined : compileAll(value as never, errors);
  if (!compiled || errors.length > 0) {
    throw new Error(`authentication configuration: ${errors.map(formatFieldError).join('; ')}`);
  }
  return compiled;
}

function compileAll(
  { jwt = [], anonymous }: Partial<AuthenticationConfiguration>,
  errors: FieldError[],
): CompiledAuthentication {
  if (jwt.length > mostIssuers) {
    const detail = `must have at most ${mostIssuers} items`;
    errors.push({ type: 'FieldValueTooMany', field: 'jwt', badValue: jwt.length, detail });
  }
  const issuers = jwt.map((one, index) => compileOne(one, `jwt[${index}]`, errors));
  for (const field of ['url', 'discoveryURL'] as const) {
    const urls = jwt.map(({ issuer }) => issuer?.[field] ?? '');
    for (const [index, url] of urls.entries()) {
      if (url !== '' && urls.indexOf(url) < index) {
        errors.push(duplicate(`jwt[${index}].issuer.${field}`, url));
      }
    }
  }
  if (anonymous && !anonymous.enabled && (anonymous.conditions ?? []).length > 0) {
    const why = 'enabled should be set to true when conditions are defined';
    errors.push(invalid('anonymous.conditions', anonymous.conditions, why));
  }
  return { issuers, anonymous };
}

function compileOne(
  stated: JwtAuthenticator,
  path: string,
  errors: FieldError[],
): CompiledAuthenticator {
  errors.push(...validateIssuer(stated.issuer ?? {}, `${path}.issuer`));
  const { claimRules, errors: ofRules } = compileClaimRules(
    stated.claimValidationRules ?? [],
    `${path}.claimValidationRules`,
  );
  const { errors: ofMappings, ...mappings } = compileMappings(
    stated.claimMappings ?? { username: {} },
    `${path}.claimMappings`,
    claimRules,
  );
  const { userRules, errors: ofUsers } = compileUserRules(
    stated.userValidationRules ?? [],
    `${path}.userValidationRules`,
  );
  errors.push(...ofRules, ...ofMappings, ...ofUsers);
  return { stated, ...mappings, claimRules, userRules };
}
