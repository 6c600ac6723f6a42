import { type Loose, setDefault } from '../loose.ts';

function httpGetDefaults(action: Loose): void {
  if (!action?.httpGet) return;
  setDefault(action.httpGet, 'path', '/');
  setDefault(action.httpGet, 'scheme', 'HTTP');
}

/** Seconds and thresholds of a probe, and its HTTP action. */
export function probeDefaults(probe: Loose): void {
  if (!probe) return;
  setDefault(probe, 'timeoutSeconds', 1);
  setDefault(probe, 'periodSeconds', 10);
  setDefault(probe, 'successThreshold', 1);
  setDefault(probe, 'failureThreshold', 3);
  if (probe.grpc) probe.grpc.service ??= '';
  httpGetDefaults(probe);
}

/** HTTP actions of `postStart` and `preStop`. */
export function lifecycleDefaults(lifecycle: Loose): void {
  httpGetDefaults(lifecycle?.postStart);
  httpGetDefaults(lifecycle?.preStop);
}
