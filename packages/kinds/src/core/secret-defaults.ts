import type { KubeObject } from '@dormice/apimachinery';

/** `stringData` is a way to write `data`: it is encoded, merged over it, and never read back. */
export function secretDefaults(secret: KubeObject): void {
  secret['type'] ||= 'Opaque';
  const texts: Record<string, string> | undefined = secret['stringData'];
  if (texts === undefined) return;
  if (texts !== null && Object.keys(texts).length > 0) {
    secret['data'] ??= {};
    for (const [key, text] of Object.entries(texts))
      secret['data'][key] = Buffer.from(text, 'utf8').toString('base64');
  }
  delete secret['stringData'];
}
