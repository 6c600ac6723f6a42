import {
  type FieldError,
  fieldErrors,
  formatFieldError,
  isPlainObject,
  parseYaml,
} from '@dormice/apimachinery';
import type { AuditPolicy } from './policy.ts';

const levels = ['None', 'Metadata', 'Request', 'RequestResponse'];
const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];
const { invalid, notSupported, required } = fieldErrors;

/** Reads a policy file. @throws Error that names the fields and the way out */
export function readAuditPolicy(text: string): AuditPolicy {
  const value = parseYaml(text);
  if (!isPlainObject(value))
    throw new Error('audit policy: it is no object; see audit.k8s.io/v1 Policy');
  const problems = problemsOf(value);
  if (problems.length > 0) {
    throw new Error(`audit policy: ${problems.map(formatFieldError).join('; ')}`);
  }
  return value as unknown as AuditPolicy;
}

function problemsOf(policy: Record<string, unknown>): FieldError[] {
  const errors: FieldError[] = [];
  if (policy['apiVersion'] !== 'audit.k8s.io/v1') {
    errors.push(notSupported('apiVersion', policy['apiVersion'], ['audit.k8s.io/v1']));
  }
  if (policy['kind'] !== 'Policy') errors.push(notSupported('kind', policy['kind'], ['Policy']));
  errors.push(...stagesOf(policy['omitStages'], 'omitStages'));
  const rules = policy['rules'];
  if (!Array.isArray(rules) || rules.length === 0)
    return [...errors, required('rules', 'at least one')];
  for (const [index, rule] of rules.entries()) {
    const path = `rules[${index}]`;
    if (!isPlainObject(rule)) errors.push(invalid(path, rule, 'must be an object'));
    else errors.push(...ruleProblems(rule, path));
  }
  return errors;
}

function ruleProblems(rule: Record<string, unknown>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (rule['level'] === undefined) errors.push(required(`${path}.level`));
  else if (!levels.includes(String(rule['level']))) {
    errors.push(notSupported(`${path}.level`, rule['level'], levels));
  }
  const urls = (rule['nonResourceURLs'] ?? []) as string[];
  const resources = (rule['resources'] ?? []) as unknown[];
  const namespaces = (rule['namespaces'] ?? []) as unknown[];
  if (urls.length > 0 && (resources.length > 0 || namespaces.length > 0)) {
    const why = 'rules cannot apply to both regular resources and non-resource URLs';
    errors.push(invalid(`${path}.nonResourceURLs`, urls, why));
  }
  for (const [index, url] of urls.entries()) {
    if (url !== '*' && !String(url).startsWith('/')) {
      const why = 'non-resource URL rules must begin with a "/" character';
      errors.push(invalid(`${path}.nonResourceURLs[${index}]`, url, why));
    }
  }
  return [...errors, ...stagesOf(rule['omitStages'], `${path}.omitStages`)];
}

function stagesOf(list: unknown, path: string): FieldError[] {
  return (Array.isArray(list) ? list : []).flatMap((stage, index) =>
    stages.includes(stage) ? [] : [notSupported(`${path}[${index}]`, stage, stages)],
  );
}
