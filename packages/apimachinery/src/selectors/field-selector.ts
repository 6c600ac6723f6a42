import { errors } from '../status-error.ts';

export interface FieldRequirement {
  field: string;
  operator: '=' | '!=';
  value: string;
}

/** Splits at commas that are not escaped. */
function terms(text: string): string[] {
  const list: string[] = [];
  let term = '';
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter === '\\' && at + 1 < text.length) {
      term += letter + text[at + 1];
      at += 1;
    } else if (letter === ',') {
      list.push(term);
      term = '';
    } else {
      term += letter;
    }
  }
  return [...list, term].filter((entry) => entry !== '');
}

function unescaped(text: string): string {
  let plain = '';
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter !== '\\') {
      if (letter === '=' || letter === ',') {
        throw errors.badRequest(
          `invalid field selector: unescaped character in value: ${letter.charCodeAt(0)}`,
        );
      }
      plain += letter;
      continue;
    }
    const next = text[at + 1];
    if (next !== '\\' && next !== ',' && next !== '=') {
      throw errors.badRequest(`invalid field selector: invalid escape sequence: \\${next ?? ''}`);
    }
    plain += next;
    at += 1;
  }
  return plain;
}

/** `a=b,c!=d`; throws a 400 `StatusError`. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  return terms(text).map((term) => {
    const match = /^((?:\\.|[^\\=!])*?)(!=|==|=)(.*)$/s.exec(term);
    if (!match) {
      throw errors.badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    }
    return {
      field: match[1] ?? '',
      operator: match[2] === '!=' ? '!=' : '=',
      value: unescaped(match[3] ?? ''),
    };
  });
}

export function matchesFields(
  requirements: readonly FieldRequirement[],
  fieldValue: (field: string) => string,
): boolean {
  return requirements.every(
    ({ field, operator, value }) => (fieldValue(field) === value) === (operator === '='),
  );
}
