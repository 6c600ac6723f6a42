import type { KubeObject } from '@dormice/apimachinery';

/** A service-account token that a pod wants to find in a file. */
export interface WantedToken {
  /** Key in the pod's token Secret. */
  key: string;
  /** Absent: the API server's own audience. */
  audience: string | undefined;
  /** Seconds; the API's default is 3607 in mounted accounts, 3600 otherwise. */
  expirationSeconds: number;
}

/** Key of the token of one source of a projected volume. */
export function tokenKey(volume: string, source: number): string {
  return `${volume}.${source}`;
}

export function wantedTokens(pod: KubeObject): WantedToken[] {
  const wanted: WantedToken[] = [];
  for (const volume of pod.spec?.volumes ?? []) {
    for (const [at, source] of (volume.projected?.sources ?? []).entries()) {
      const token = source.serviceAccountToken;
      if (!token) continue;
      wanted.push({
        key: tokenKey(volume.name, at),
        audience: token.audience === '' ? undefined : token.audience,
        expirationSeconds: token.expirationSeconds ?? 3600,
      });
    }
  }
  return wanted;
}

/** When a token is renewed: at 80 % of its life, as the kubelet does, and at least once a day. */
export function renewAt(issued: Date, expires: Date): Date {
  const life = expires.getTime() - issued.getTime();
  return new Date(issued.getTime() + Math.min(life * 0.8, 24 * 3600_000));
}
