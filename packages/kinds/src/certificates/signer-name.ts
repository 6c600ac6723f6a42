import { fieldErrors, isDns1123Label, isDns1123Subdomain } from '@dormice/apimachinery';
import type { Check } from '../checks.ts';

const { invalid, required, tooLong } = fieldErrors;

const longestDomain = 253;
const longestName = longestDomain + 1 + longestDomain + 63 + 1;

/** `example.com/signer-name`. */
export function validateSignerName(name: string, path: string): Check {
  if (name === '') return [required(path, '')];
  const segments = name.split('/');
  const [domain = '', rest = ''] = segments;
  if (segments.length !== 2) {
    const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(path, name, form)];
  }
  const errors: Check = [];
  if (domain.length > longestDomain) errors.push(tooLong(path, longestDomain));
  errors.push(...firstBad(domain, isDns1123Label, path));
  if (!domain.includes('.')) {
    const form = 'should be a domain with at least two segments separated by dots';
    errors.push(invalid(path, domain, form));
  }
  errors.push(...firstBad(rest, isDns1123Subdomain, path));
  if (name.length > longestName) errors.push(tooLong(path, longestName));
  return errors;
}

/** What is wrong with the first part that does not fit. */
function firstBad(segment: string, rule: (text: string) => readonly string[], path: string): Check {
  for (const label of segment.split('.')) {
    const problems = rule(label);
    if (problems.length > 0) {
      return problems.map((why) =>
        invalid(path, segment, `validating label ${JSON.stringify(label)}: ${why}`),
      );
    }
  }
  return [];
}
