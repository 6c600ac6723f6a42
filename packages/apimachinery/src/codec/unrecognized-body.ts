import { errors, type StatusError } from '../status-error.ts';

const shownBytes = 30;

/**
 * The answer to a body that is no JSON or YAML at all, with its beginning, as upstream gives it.
 *
 * @param expected the kind that the path takes (`Pod`)
 * @param error what `parseJson` or `parseYaml` threw
 */
export function unrecognizedBody(
  expected: string,
  body: Uint8Array,
  format: 'json' | 'yaml',
  error: unknown,
): StatusError {
  const why = error instanceof Error ? error.message : String(error);
  const detail = format === 'json' ? `couldn't get version/kind; json parse error: ${why}` : why;
  return errors.badRequest(
    `the object provided is unrecognized (must be of type ${expected}): ${detail} (${beginning(body)})`,
  );
}

/** Text of what looks like JSON, hexadecimal bytes of anything else. */
function beginning(body: Uint8Array): string {
  if (body.length === 0) return '<empty>';
  const head = body.subarray(0, shownBytes);
  const text =
    body[0] === 0x7b
      ? new TextDecoder().decode(head)
      : [...head].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return body.length > shownBytes ? `${text} ...` : text;
}
