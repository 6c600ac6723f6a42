import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isEmpty, onEach } from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { findField } from '../field-path.ts';
import { notStructural } from '../schema/unsupported.ts';

const { invalid, notSupported, required } = fieldErrors;

const reasons = [
  'FieldValueDuplicate',
  'FieldValueForbidden',
  'FieldValueInvalid',
  'FieldValueRequired',
];

const hasLines = (text: string): boolean => /[\n\r]/.test(text);

/** What of a schema's rules can be judged without reading their expressions. */
export const validateRuleForms = (schema: Loose, path: string): Check =>
  onEach(schema['x-kubernetes-validations'], `${path}.x-kubernetes-validations`, (rule, at) => [
    ...validateTexts(rule, at),
    ...(isEmpty(rule.reason) && rule.reason !== ''
      ? []
      : reasons.includes(rule.reason)
        ? []
        : [notSupported(`${at}.reason`, rule.reason, reasons)]),
    ...validateFieldPath(rule.fieldPath ?? '', schema, `${at}.fieldPath`),
  ]);

/** The rule itself, and what is told where it is broken: of the first three the first fault. */
function validateTexts({ rule, message, messageExpression }: Loose, at: string): Check {
  const [text, told, expression] = [rule ?? '', message ?? '', messageExpression ?? ''];
  const blank =
    expression !== '' && expression.trim() === ''
      ? [required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified')]
      : [];
  const first = (): Check => {
    if (text.trim() === '') return [required(`${at}.rule`, 'rule is not specified')];
    if (told !== '' && told.trim() === '')
      return [invalid(`${at}.message`, told, 'must be non-empty if specified')];
    if (hasLines(told.trim()))
      return [invalid(`${at}.message`, told, 'must not contain line breaks')];
    if (!hasLines(text.trim()) || told !== '') return [];
    return [required(`${at}.message`, 'message must be specified if rule contains line breaks')];
  };
  return [...first(), ...blank];
}

function validateFieldPath(text: string, schema: Loose, at: string): Check {
  if (text === '') return [];
  const isWrong = notStructural(schema) === undefined && 'error' in findField(text, schema);
  return [
    ...(text.trim() === '' ? [invalid(at, text, 'must be non-empty if specified')] : []),
    ...(hasLines(text) ? [invalid(at, text, 'must not contain line breaks')] : []),
    ...(isWrong ? [invalid(at, text, 'must be a valid path')] : []),
  ];
}
