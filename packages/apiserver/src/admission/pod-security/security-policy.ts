import { type FieldError, fieldErrors } from '@dormice/apimachinery';
import type { RulesVersion, SecurityLevel } from './standards.ts';

export interface LevelVersion {
  level: SecurityLevel;
  version: RulesVersion;
}

export type Mode = 'enforce' | 'audit' | 'warn';
export type SecurityPolicy = Record<Mode, LevelVersion>;

const levels: readonly string[] = ['privileged', 'baseline', 'restricted'];

/** Which of two levels is stricter, as for `sort`. */
export const compareLevels = (a: SecurityLevel, b: SecurityLevel): number =>
  levels.indexOf(a) - levels.indexOf(b);

/** `baseline:v1.30`, `restricted:latest`. */
export const showLevel = ({ level, version }: LevelVersion): string =>
  `${level}:${version === 'latest' ? version : `v1.${version}`}`;

const privileged: LevelVersion = { level: 'privileged', version: 'latest' };

/** What a namespace's labels ask for. Labels that say nothing known enforce the strictest, and warn of nothing. */
export function securityPolicyOf(labels: Readonly<Record<string, string>> = {}): {
  policy: SecurityPolicy;
  problems: FieldError[];
} {
  const problems: FieldError[] = [];
  const policy: SecurityPolicy = {
    enforce: { ...privileged },
    audit: { ...privileged },
    warn: { ...privileged },
  };
  for (const mode of ['enforce', 'audit', 'warn'] as const) {
    const level = labels[`pod-security.kubernetes.io/${mode}`];
    if (level !== undefined) {
      const isKnown = levels.includes(level);
      const fallback = mode === 'enforce' ? 'restricted' : 'privileged';
      policy[mode].level = isKnown ? (level as SecurityLevel) : fallback;
      if (!isKnown) report(mode, level, `must be one of ${levels.join(', ')}`);
    }
    const version = labels[`pod-security.kubernetes.io/${mode}-version`];
    if (version !== undefined && version !== 'latest') {
      const minor = /^v1\.(0|[1-9]\d*)$/.exec(version)?.[1];
      if (minor !== undefined) policy[mode].version = Number(minor);
      else report(`${mode}-version`, version, 'must be "latest" or "v1.x"');
    }
  }
  warnAsEnforced(labels, policy);
  return { policy, problems };

  function report(label: string, value: string, detail: string): void {
    const path = `metadata.labels[pod-security.kubernetes.io/${label}]`;
    problems.push(fieldErrors.invalid(path, value, detail));
  }
}

/** Who says nothing about warnings is warned of what would be refused: workloads are not. */
function warnAsEnforced(
  labels: Readonly<Record<string, string>>,
  { enforce, warn }: SecurityPolicy,
): void {
  const given = labels['pod-security.kubernetes.io/enforce'] ?? '';
  if (!levels.includes(given) || labels['pod-security.kubernetes.io/warn'] !== undefined) return;
  if (compareLevels(enforce.level, warn.level) <= 0) return;
  warn.level = enforce.level;
  if (labels['pod-security.kubernetes.io/warn-version'] === undefined)
    warn.version = enforce.version;
}

export const isPrivileged = ({ level }: LevelVersion): boolean => level === 'privileged';

export const isSameLevel = (a: LevelVersion, b: LevelVersion): boolean =>
  a.level === b.level && a.version === b.version;
