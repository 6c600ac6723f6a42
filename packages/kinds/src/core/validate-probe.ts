import { fieldErrors, isValidPortName, isValidPortNum } from '@dormice/apimachinery';
import { type Check, follows, isAbsent, needed, nonNegative, onEach, oneOf } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { forbidden, invalid, required } = fieldErrors;

/** A port by number or by name. */
export function validatePortReference(path: string, port: Loose): Check {
  if (typeof port === 'string') return follows(path, port, isValidPortName);
  return isValidPortNum(port ?? 0).map((why) => invalid(path, port ?? 0, why));
}

const handlerChecks: Readonly<Record<string, (action: Loose, path: string) => Check>> = {
  exec: (action, path) => (action.command?.length ? [] : [required(`${path}.command`)]),
  httpGet: (action, path) => [
    ...needed(`${path}.path`, action.path),
    ...validatePortReference(`${path}.port`, action.port),
    ...oneOf(`${path}.scheme`, action.scheme, ['HTTP', 'HTTPS'], true),
    ...onEach(action.httpHeaders, `${path}.httpHeaders`, (header, at) =>
      /^[-A-Za-z0-9]+$/.test(header.name ?? '')
        ? []
        : [
            invalid(
              `${at}.name`,
              header.name ?? '',
              "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
            ),
          ],
    ),
  ],
  tcpSocket: (action, path) => validatePortReference(`${path}.port`, action.port),
  grpc: (action, path) =>
    isValidPortNum(action.port ?? 0).map((why) => invalid(`${path}.port`, action.port ?? 0, why)),
  sleep: (action, path) =>
    isAbsent(action.seconds) || action.seconds >= 0
      ? []
      : [invalid(`${path}.seconds`, action.seconds, 'must be greater than or equal to 0')],
};

function validateHandler(holder: Loose, path: string, kinds: readonly string[]): Check {
  const named = kinds.filter((name) => holder[name]);
  if (named.length === 0) return [required(path, 'must specify a handler type')];
  return named.flatMap((name, index) =>
    index > 0
      ? [forbidden(`${path}.${name}`, 'may not specify more than 1 handler type')]
      : (handlerChecks[name]?.(holder[name], `${path}.${name}`) ?? []),
  );
}

const numbers = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
];

/** A probe; one success must be enough for liveness and start-up. */
export function validateProbe(probe: Loose, path: string, oneSuccess: boolean): Check {
  if (!probe) return [];
  const errors = [
    ...validateHandler(probe, path, ['exec', 'httpGet', 'tcpSocket', 'grpc']),
    ...numbers.flatMap((name) => nonNegative(`${path}.${name}`, probe[name])),
  ];
  const grace = probe.terminationGracePeriodSeconds;
  if (!isAbsent(grace) && grace <= 0)
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  if (!oneSuccess && !isAbsent(grace))
    errors.push(
      invalid(
        `${path}.terminationGracePeriodSeconds`,
        grace,
        'must not be set for readinessProbes',
      ),
    );
  if (oneSuccess && probe.successThreshold !== 1)
    errors.push(invalid(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'));
  return errors;
}

export function validateLifecycle(lifecycle: Loose, path: string): Check {
  return ['postStart', 'preStop'].flatMap((hook) =>
    lifecycle?.[hook]
      ? validateHandler(lifecycle[hook], `${path}.${hook}`, [
          'exec',
          'httpGet',
          'tcpSocket',
          'sleep',
        ])
      : [],
  );
}
