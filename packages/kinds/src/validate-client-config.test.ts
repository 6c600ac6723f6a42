import { formatFieldError } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import { validateConversion } from './apiextensions/validate-conversion.ts';
import { validateApiService } from './apiregistration/validate-api-service.ts';
import { validateClientConfig } from './validate-client-config.ts';

const form = 'desired format: https://host[/path]';
const service = (more: object) => ({ service: { name: 'a', namespace: 'b', ...more } });
const subdomain = expect.stringContaining('a lowercase RFC 1123 subdomain must consist of');

// The answers are those of a kube-apiserver 1.35 to the same configurations.
describe('a client configuration', () => {
  it.each<[object, unknown[]]>([
    [{ url: 'https://x.y/z' }, []],
    [service({ path: '/a/b', port: 443 }), []],
    [{}, ['c: Required value: exactly one of url or service is required']],
    [
      { url: 'http://x' },
      [`c.url: Invalid value: "http": 'https' is the only allowed URL scheme; ${form}`],
    ],
    [{ url: 'https://' }, [`c.url: Invalid value: "": host must be specified; ${form}`]],
    [
      { url: '::' },
      [
        `c.url: Required value: url must be a valid URL: parse "::": missing protocol scheme; ${form}`,
      ],
    ],
    [
      { url: 'https://u:p@x/y' },
      ['c.url: Invalid value: "u:p": user information is not permitted in the URL'],
    ],
    [
      { url: 'https://x/y?z=1' },
      ['c.url: Invalid value: "z=1": query parameters are not permitted in the URL'],
    ],
    [
      { url: 'https://x/y#z' },
      ['c.url: Invalid value: "z": fragments are not permitted in the URL'],
    ],
    [
      service({ path: 'x' }),
      [
        `c.service.path: Invalid value: "x": must start with a '/'`,
        'c.service.path: Invalid value: "x": segment[0] may not be empty',
      ],
    ],
    [
      service({ path: '//x/' }),
      ['c.service.path: Invalid value: "//x/": segment[0] may not be empty'],
    ],
    [service({ path: '/a b/c' }), [subdomain]],
    [
      service({ port: 0 }),
      [
        'c.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive',
      ],
    ],
  ])('%j', (client, expected) => {
    expect(validateClientConfig(client, 'c').map(formatFieldError)).toEqual(expected);
  });
});

describe('the conversion of a CRD', () => {
  const url = { url: 'https://x' };
  it.each<[object, string[]]>([
    [{ strategy: 'None' }, []],
    [
      { strategy: 'Webhook' },
      [
        'spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook',
        'spec.conversion.conversionReviewVersions: Required value',
      ],
    ],
    [
      { strategy: 'Webhook', webhook: { clientConfig: url, conversionReviewVersions: ['v7'] } },
      [
        'spec.conversion.conversionReviewVersions: Invalid value: ["v7"]: must include at least one of v1, v1beta1',
      ],
    ],
    [
      { strategy: 'None', webhook: { clientConfig: url } },
      [
        'spec.conversion.webhookClientConfig: Forbidden: should not be set when strategy is not set to Webhook',
      ],
    ],
    [{ strategy: '' }, ['spec.conversion.strategy: Required value']],
  ])('%j', (conversion, expected) => {
    expect(validateConversion(conversion).map(formatFieldError)).toEqual(expected);
  });
});

describe('an APIService', () => {
  const spec = { group: 'g.io', version: 'v1', groupPriorityMinimum: 10, versionPriority: 10 };
  it.each<[object, unknown[]]>([
    [{}, []],
    [
      { caBundle: 'eHg=' },
      ['spec.caBundle: Invalid value: "2 bytes": local APIServices may not have a caBundle'],
    ],
    [
      { insecureSkipTLSVerify: true },
      [
        'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify',
      ],
    ],
    [
      { service: { name: 's', namespace: 'n', port: 70_000 } },
      [
        'spec.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive',
      ],
    ],
  ])('%j', (more, expected) => {
    const object = {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.g.io' },
      spec: { ...spec, ...more },
    };
    expect(validateApiService(object).map(formatFieldError)).toEqual(expected);
  });
});
