import { X509Certificate } from 'node:crypto';

const day = 86_400_000;

/** Is the name that a certificate is for an address? */
export const isAddress = (san: string): boolean => /^[0-9.]+$/.test(san) || san.includes(':');

/** Does the certificate name all of these, and is it good for another `days`? */
export function coversNames(certificate: string, sans: string[], now: Date, days: number): boolean {
  const parsed = new X509Certificate(certificate);
  if (parsed.validToDate.getTime() - now.getTime() < days * day) return false;
  return sans.every((san) =>
    isAddress(san)
      ? parsed.checkIP(san) !== undefined
      : parsed.checkHost(san, { subject: 'never' }) !== undefined,
  );
}
